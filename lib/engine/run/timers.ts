/**
 * The timers of one run.
 *
 * @module
 */

import { MAX_TIMER_MS, type Timer } from "../../core/clock.ts";

/** Timers that all end with the run. */
export class Timers {
  readonly #timers: Timer[] = [];

  /** Calls back after some milliseconds; more than a timer takes count as its most. */
  after(ms: number, callback: () => void): void {
    this.#timers.push(setTimeout(callback, Math.min(Math.ceil(ms), MAX_TIMER_MS)));
  }

  /** Ends all of them. */
  clear(): void {
    this.#timers.splice(0).forEach((timer) => clearTimeout(timer));
  }
}
