/**
 * Detects workers that are silent, or busy with one activity, for too long.
 *
 * @module
 */

import { formatDuration } from "../../../core/units.ts";

/** How often each worker is checked, in milliseconds; a worker whose event loop turns reports four times a second. */
export const CHECK_EVERY_MS = 500;
/** When it is first logged that an activity goes on, in milliseconds. */
const SLOW_AFTER_MS = 5000;
/** How often that is logged again, in milliseconds. */
const SLOW_EVERY_MS = 30_000;
/** Silence after which a worker is named, during the load, in milliseconds. */
const NAMED_AFTER_MS = 10_000;
/** Silence after which a worker is given up, during the load, in milliseconds. */
const MAX_SILENCE_MS = 30_000;

/** What a worker does, as far as the main thread knows; `load` is everything after the load has started. */
export type Activity = "import" | "setup" | "prepare" | "load" | "teardown" | "idle";

/** What to do about a worker. */
export type Finding =
  /** Log that an activity goes on; the same for all workers that share it. */
  | { readonly kind: "slow"; readonly text: string }
  /** Log that this worker is silent; the text follows its name. */
  | { readonly kind: "silent"; readonly text: string }
  /** Give it up, for this reason. */
  | { readonly kind: "dead"; readonly text: string };

/** Activities before the load, in words. */
const BEGINNING: Readonly<Partial<Record<Activity, string>>> = {
  import: "importing the locustfile",
  setup: "in setup()",
  prepare: "copying what setup() returned to the workers",
};

/**
 * The silence of one worker. It is judged by what the worker does: user code may compute for long before and after the
 * load, but not during it. Time is counted in checks rather than by a clock: a program that was suspended, or had no
 * core, receives no messages meanwhile, which is not the worker's silence.
 */
export class Silence {
  readonly #startTimeoutMs: number;
  #activity: Activity = "import";
  #activeChecks = 0;
  #silentChecks = 0;
  /** Whether it has said its first word, before the import: until then the runtime loads this program's own modules. */
  #isUp = false;

  /**
   * Begins with the import of the locustfile.
   *
   * @param startTimeoutMs Longest time for import, `setup` and copying its data each, and longest silence of `teardown`
   */
  constructor(startTimeoutMs: number) {
    this.#startTimeoutMs = startTimeoutMs;
  }

  /** Notes that the worker goes on to something else. */
  begin(activity: Activity): void {
    this.#activity = activity;
    this.#activeChecks = this.#silentChecks = 0;
  }

  /** Notes that the worker has said something. */
  end(): void {
    this.#isUp = true;
    this.#silentChecks = 0;
  }

  /** Notes that {@linkcode CHECK_EVERY_MS} have passed; returns what to do, or `null`. */
  check(): Finding | null {
    if (!this.#isUp) return null;
    const activeMs = ++this.#activeChecks * CHECK_EVERY_MS;
    const silentMs = ++this.#silentChecks * CHECK_EVERY_MS;
    const what = BEGINNING[this.#activity];
    if (what !== undefined) return this.#checkBeginning(what, activeMs);
    if (this.#activity === "teardown") return this.#checkTeardown(silentMs);
    if (silentMs === NAMED_AFTER_MS) return { kind: "silent", text: this.#silentText(silentMs) };
    return silentMs > MAX_SILENCE_MS
      ? { kind: "dead", text: `${this.#silentText(MAX_SILENCE_MS)}, or it ended itself` }
      : null;
  }

  #checkBeginning(what: string, activeMs: number): Finding | null {
    if (activeMs > this.#startTimeoutMs) {
      return { kind: "dead", text: `it is still ${what} after the start timeout of ${this.#timeoutText()}` };
    }
    if (!isSlow(activeMs)) return null;
    const text =
      `Still ${what} after ${formatDuration(activeMs)}; it may take ${this.#timeoutText()} (--start-timeout), ` +
      "Ctrl-C stops the run";
    return { kind: "slow", text };
  }

  /** Covers a teardown that does not yield; one that waits has no limit and logs that itself. */
  #checkTeardown(silentMs: number): Finding | null {
    if (silentMs > this.#startTimeoutMs) {
      return { kind: "dead", text: `teardown() has not yielded for ${this.#timeoutText()}, the start timeout` };
    }
    return isSlow(silentMs) ? { kind: "slow", text: `Still in teardown() after ${formatDuration(silentMs)}` } : null;
  }

  #silentText(ms: number): string {
    const when = this.#activity === "load" ? " during the load" : "";
    return `its event loop has stood still for ${formatDuration(ms)}${when}; a loop in the locustfile never yields`;
  }

  #timeoutText(): string {
    return formatDuration(this.#startTimeoutMs);
  }
}

function isSlow(ms: number): boolean {
  return ms >= SLOW_AFTER_MS && (ms - SLOW_AFTER_MS) % SLOW_EVERY_MS === 0;
}
