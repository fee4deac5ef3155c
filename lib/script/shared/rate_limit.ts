/**
 * A rate that all users of a run keep together.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import { didYouMean } from "../../core/suggestion.ts";
import { parseRatePerSecond } from "../../core/units.ts";
import { sleepMs } from "../sleep.ts";
import { endWithStop } from "../waits.ts";
import { sharedParts } from "./shared.ts";
import type { RemoteShare } from "./remote.ts";
import type { SharedTable } from "./shared_table.ts";

/** How a rate limit works. */
export interface RateLimitOptions {
  /** How many tokens may be taken at once after a pause, 1 or more. @default 1 */
  readonly burst?: number;
  /** Name of the limit: those with the same name are one. @default the place of the call in the code */
  readonly name?: string;
}

/** Longest time between two tokens, in milliseconds. */
const MAX_PERIOD_MS = 1e9;

/**
 * A bucket of tokens for all users of all workers, by the generic cell rate algorithm: one number, the time of the next
 * token, in shared memory or, in a run on several machines, at the coordinator.
 */
export class RateLimit {
  readonly #name: string;
  readonly #table: SharedTable;
  readonly #remote: RemoteShare | null;
  readonly #slot: number;
  readonly #periodUs: number;
  readonly #burstUs: number;

  /** Created by `rateLimit()`. */
  constructor(table: SharedTable, remote: RemoteShare | null, name: string, periodMs: number, burst: number) {
    this.#name = name;
    this.#table = table;
    this.#remote = remote;
    this.#slot = table.slot(`rate limit ${name}`);
    this.#periodUs = periodMs * 1000;
    this.#burstUs = (burst - 1) * this.#periodUs;
  }

  /**
   * Takes a token, after waiting for it if there is none. Users are served in the order of their calls. In a run on
   * several machines, the coordinator assigns each token, which takes one to three round trips.
   *
   * @throws {InterruptedError} if the test stops while it waits; what follows is not run, and the iteration counts as
   * interrupted
   */
  async take(): Promise<void> {
    const atMs = this.#remote === null ? this.#reserve(nowMs() * 1000) / 1000 : await this.#reserveFrom(this.#remote);
    for (let waitMs = atMs - nowMs(); waitMs > 0; waitMs = atMs - nowMs()) await interruptible(waitMs);
  }

  async #reserveFrom(remote: RemoteShare): Promise<number> {
    const [name, periodUs, burstUs] = [this.#name, this.#periodUs, this.#burstUs];
    return await remote.ask({ kind: "token", name, periodUs, burstUs }).answer as number;
  }

  /** Reserves the next token; returns when it is there, in microseconds on `nowMs`' clock. */
  #reserve(nowUs: number): number {
    for (;;) {
      const seen = this.#table.read(this.#slot);
      const tokenUs = Math.max(seen, Math.round(nowUs - this.#burstUs));
      const nextUs = Math.round(tokenUs + this.#periodUs);
      if (this.#table.exchange(this.#slot, seen, nextUs)) return tokenUs;
    }
  }
}

/** Waits, until the test stops at the latest. */
function interruptible(ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = endWithStop(reject);
    sleepMs(ms).then(() => {
      done();
      resolve();
    }, reject);
  });
}

/**
 * Returns a limit on how often something is done per time, over all users of all workers:
 *
 * ```ts ignore
 * const limit = rateLimit("10/s", { burst: 3 });
 * // in run(): await limit.take(); await client.post("/login");
 * ```
 *
 * Calls at the same place of the code return the same limit in all workers, wherever they are made.
 *
 * @param rate Tokens per second: a number, or a string such as `"10/s"` or `"30/m"`; more than 0
 * @param options Burst and name
 * @throws {RangeError} if the rate or the burst is out of range, or there are too many limits, counters and the like
 * @throws {TypeError} if an option is unknown
 */
export function rateLimit(rate: number | string, options: RateLimitOptions = {}): RateLimit {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`Cannot limit a rate with ${Deno.inspect(options)}: expected an object such as { burst: 3 }`);
  }
  const unknown = Object.keys(options).find((key) => key !== "burst" && key !== "name");
  if (unknown !== undefined) {
    throw new TypeError(`Cannot limit a rate with ${unknown}: unknown option${didYouMean(unknown, ["burst", "name"])}`);
  }
  const { table, remote, place } = sharedParts();
  const { burst = 1, name = place(placeOfCall()) } = options;
  if (!Number.isSafeInteger(burst) || burst < 1) {
    throw new RangeError(`Cannot limit a rate with burst ${Deno.inspect(burst)}: expected a whole number of 1 or more`);
  }
  return new RateLimit(table, remote, name, periodOf(rate), burst);
}

function periodOf(rate: number | string): number {
  let perSecond = NaN;
  try {
    perSecond = parseRatePerSecond(rate);
  } catch {
    // the message is below
  }
  const periodMs = 1000 / perSecond;
  if (periodMs <= MAX_PERIOD_MS) return periodMs;
  throw new RangeError(
    `Cannot limit a rate to ${
      Deno.inspect(rate)
    }: expected more than 0 per second, or a string such as "10/s" or "30/m"`,
  );
}

/** Returns the place that called {@linkcode rateLimit}. */
function placeOfCall(): string {
  const at: { stack?: string } = {};
  Error.captureStackTrace(at, rateLimit);
  const line = at.stack?.split("\n").find((text) => /^\s+at /.test(text)) ?? "";
  return line.trim();
}
