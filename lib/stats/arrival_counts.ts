/**
 * How the open model's iterations kept to their schedule.
 *
 * @module
 */

import { Histogram, type HistogramDelta } from "./histogram.ts";

/** What changed since the last delta. */
export interface ArrivalsDelta {
  readonly started: number;
  readonly late: number;
  readonly dropped: number;
  readonly lateness: HistogramDelta;
}

/** Counts started, late and dropped iterations, and how long after their due time they started. */
export class ArrivalCounts {
  #started = 0;
  #late = 0;
  #dropped = 0;
  #lateness = new Histogram();

  /** Iterations started. */
  get started(): number {
    return this.#started;
  }

  /** Started iterations that had to wait for a free user. */
  get late(): number {
    return this.#late;
  }

  /** Iterations never started because no user was free in time. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Delay from due time to start, in microseconds, of the started iterations. */
  get lateness(): Histogram {
    return this.#lateness;
  }

  /**
   * Counts an iteration that starts. Allocates nothing.
   *
   * @param latenessMs Delay from its due time, in milliseconds
   * @param isLate Whether it had to wait for a free user
   */
  countStarted(latenessMs: number, isLate: boolean): void {
    this.#started++;
    if (isLate) this.#late++;
    this.#lateness.record(latenessMs * 1000);
  }

  /** Counts iterations that will never start. */
  countDropped(count = 1): void {
    this.#dropped += count;
  }

  /** Returns the counts since the last call and resets them; `null` if there are none. */
  takeDelta(): ArrivalsDelta | null {
    if (this.#started === 0 && this.#dropped === 0) return null;
    const [started, late, dropped] = [this.#started, this.#late, this.#dropped];
    this.#started = this.#late = this.#dropped = 0;
    return { started, late, dropped, lateness: this.#lateness.takeDelta() };
  }

  /** Adds the counts of a delta. */
  addDelta(delta: ArrivalsDelta): void {
    this.#started += delta.started;
    this.#late += delta.late;
    this.#dropped += delta.dropped;
    this.#lateness.addDelta(delta.lateness);
  }
}
