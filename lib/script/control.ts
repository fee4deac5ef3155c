/**
 * Driving a run from code: what `control(test)` is given.
 *
 * @module
 */

import { didYouMean } from "../core/suggestion.ts";
import { parseRatePerSecond } from "../core/units.ts";
import { MAX_USERS } from "../load/shares.ts";
import type { Duration } from "../http/client/request_options.ts";
import type { RowSummary, Summary } from "../stats/summary.ts";
import { InterruptedError, sleep } from "./sleep.ts";

/** The figures of a row, without its histogram. */
export type RowFigures = Omit<RowSummary, "histogram">;

/** The figures of a span of time, as plain data. */
export interface Figures extends Omit<Summary, "rows" | "total"> {
  /** One per method and name. */
  readonly rows: readonly RowFigures[];
  /** All rows merged. */
  readonly total: RowFigures;
}

/** What {@linkcode TestControl.stats} returns: merged over all workers, at most a quarter of a second old. */
export interface TestStats {
  /** Users running. */
  readonly users: number;
  /** Since the start of the load. */
  readonly overall: Figures;
  /** Since the last call of `stats`, or the start. */
  readonly interval: Figures;
}

/**
 * Drives a run: `export async function control(test: TestControl) { … }`. The test ends when it returns; when the test is
 * stopped otherwise, `users`, `sleep` and `stats` throw an {@linkcode InterruptedError} from then on, and `control` has
 * the stop timeout to end.
 */
export interface TestControl {
  /**
   * Changes how many users run; users that are too many end after their running iteration.
   *
   * @param count Users wanted, 0 to 100,000,000
   * @param options.rate Users started or ended per second: a number, or a text such as `"30/m"`. Default: all at once
   * @returns A promise fulfilled when the ramp is over
   * @throws {RangeError} if the number or the rate cannot be used
   * @throws {TypeError} if there is another option
   */
  users(count: number, options?: { readonly rate?: number | string }): Promise<void>;
  /** Pauses. */
  sleep(duration: Duration): Promise<void>;
  /**
   * Returns the figures so far, once every worker has reported since the last call, which each does four times a second.
   * Rates are counts over the time that the reports cover.
   */
  stats(): Promise<TestStats>;
  /** Ends the test with a reason of its own. */
  shutdown(reason?: string): void;
}

/** What code asks of the main thread. */
export type ControlRequest =
  | { readonly action: "users"; readonly count: number; readonly ratePerSecond: number | null }
  | { readonly action: "stats" };

/** Carries requests to the main thread and its answers back. */
export class RemoteControl implements TestControl {
  readonly #ask: (id: number, request: ControlRequest) => void;
  readonly #shutdown: (reason: string) => void;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #givenUp: PromiseWithResolvers<never> = Promise.withResolvers();
  #isInterrupted = false;
  #lastId = 0;

  /**
   * Makes a control.
   *
   * @param ask Sends a request; its answer comes to {@linkcode RemoteControl.answer}
   * @param shutdown Ends the test
   */
  constructor(ask: (id: number, request: ControlRequest) => void, shutdown: (reason: string) => void) {
    this.#ask = ask;
    this.#shutdown = shutdown;
  }

  async users(count: number, options: { readonly rate?: number | string } = {}): Promise<void> {
    checkUsers(count, options);
    const ratePerSecond = options.rate === undefined ? null : parseRatePerSecond(options.rate);
    if (ratePerSecond === 0) throw new RangeError("Cannot start users at rate 0: expected more");
    const rampMs = await this.#request({ action: "users", count, ratePerSecond });
    await this.sleep((rampMs as number) / 1000);
  }

  async sleep(duration: Duration): Promise<void> {
    if (this.#isInterrupted) await interruption();
    await sleep(duration);
  }

  stats(): Promise<TestStats> {
    return this.#request({ action: "stats" }) as Promise<TestStats>;
  }

  shutdown(reason = "ended by control"): void {
    this.#shutdown(reason);
  }

  /** Takes an answer of the main thread. */
  answer(id: number, value: unknown): void {
    this.#waiting.get(id)?.resolve(value);
    this.#waiting.delete(id);
  }

  /** Calls a locustfile's `control`; ends when it does, or when it is interrupted for the second time. */
  async drive(control: (test: TestControl) => unknown): Promise<void> {
    await Promise.race([control(this), this.#givenUp.promise]);
  }

  /**
   * Ends what is waited for, now and later, as the test is over. The second time, {@linkcode RemoteControl.drive} waits
   * no longer.
   */
  interrupt(): void {
    if (this.#isInterrupted) this.#givenUp.reject(new InterruptedError());
    this.#isInterrupted = true;
    for (const { reject } of this.#waiting.values()) reject(new InterruptedError());
    this.#waiting.clear();
  }

  async #request(request: ControlRequest): Promise<unknown> {
    if (this.#isInterrupted) await interruption();
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(++this.#lastId, waiting);
    this.#ask(this.#lastId, request);
    return await waiting.promise;
  }
}

function checkUsers(count: number, options: object): void {
  if (!Number.isInteger(count) || count < 0) {
    throw new RangeError(`Cannot run ${Deno.inspect(count)} users: expected a whole number, 0 or more`);
  }
  if (count > MAX_USERS) throw new RangeError(`Cannot run ${count} users: expected at most ${MAX_USERS}`);
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`Cannot use ${Deno.inspect(options)} with users(): expected an object such as { rate: 10 }`);
  }
  const unknown = Object.keys(options).find((key) => key !== "rate");
  if (unknown === undefined) return;
  throw new TypeError(`Cannot use ${unknown} with users(): unknown option${didYouMean(unknown, ["rate"])}`);
}

/** Rejects, but later: a loop that goes on whatever it catches must not keep everything else from its turn. */
function interruption(): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(new InterruptedError())));
}
