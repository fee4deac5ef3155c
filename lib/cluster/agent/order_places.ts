/**
 * When which order may come.
 *
 * @module
 */

import type { ToAgent } from "../wire/protocol.ts";

/** Orders for workers that have imported the locustfile and do not run users yet. */
const BEFORE_START: ReadonlySet<ToAgent["type"]> = new Set(["resize", "prepare", "start"]);

/** Watches that orders come in their places: `load` and `start` once, and nothing in between without workers. */
export class OrderPlaces {
  #isLoading = false;
  #isStarted = false;

  /**
   * Takes note of an order.
   *
   * @param hasWorkers Whether there are workers
   * @throws {SyntaxError} if it cannot come now
   */
  check(order: ToAgent["type"], hasWorkers: boolean): void {
    const isEarly = BEFORE_START.has(order) && !hasWorkers;
    const isLate = (order === "load" && this.#isLoading) || (BEFORE_START.has(order) && this.#isStarted);
    if (isEarly || isLate) {
      throw new SyntaxError(`Cannot read an order: "${order}" comes too ${isEarly ? "early" : "late"}`);
    }
    this.#isLoading ||= order === "load";
    this.#isStarted ||= order === "start";
  }
}
