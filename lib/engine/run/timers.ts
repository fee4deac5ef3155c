/**
 * The timers of one run.
 *
 * @module
 */

import { MAX_TIMER_MS, type Timer } from "../../core/clock.ts";

/** Timers that all end with the run. */
export class Timers {
  readonly #timers: Timer[] = [];

  /** Calls back after some milliseconds, at most the longest timer; returns a function that cancels it. */
  after(ms: number, callback: () => void): () => void {
    const timer = setTimeout(callback, Math.min(Math.ceil(ms), MAX_TIMER_MS));
    this.#timers.push(timer);
    return () => clearTimeout(timer);
  }

  /** Ends all of them. */
  clear(): void {
    this.#timers.splice(0).forEach((timer) => clearTimeout(timer));
  }
}
