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

/** Iterations by what became of them, and from when they were due to when they began. */
export class ArrivalCounts {
  #started = 0;
  #late = 0;
  #dropped = 0;
  #lateness = new Histogram();

  /** Iterations begun. */
  get started(): number {
    return this.#started;
  }

  /** Those of them that had to wait for a free user. */
  get late(): number {
    return this.#late;
  }

  /** Iterations given up, since no user was free in time. */
  get dropped(): number {
    return this.#dropped;
  }

  /** From due to begun, in microseconds, of the iterations begun. */
  get lateness(): Histogram {
    return this.#lateness;
  }

  /**
   * Counts one that begins; allocates nothing.
   *
   * @param latenessMs From when it was due, in milliseconds
   * @param isLate Whether it had to wait for a free user
   */
  countStarted(latenessMs: number, isLate: boolean): void {
    this.#started++;
    if (isLate) this.#late++;
    this.#lateness.record(latenessMs * 1000);
  }

  /** Counts some that will never begin. */
  countDropped(count = 1): void {
    this.#dropped += count;
  }

  /** Returns what was counted and begins anew; `null` when nothing was. */
  takeDelta(): ArrivalsDelta | null {
    if (this.#started === 0 && this.#dropped === 0) return null;
    const [started, late, dropped] = [this.#started, this.#late, this.#dropped];
    this.#started = this.#late = this.#dropped = 0;
    return { started, late, dropped, lateness: this.#lateness.takeDelta() };
  }

  /** Adds what another counted. */
  addDelta(delta: ArrivalsDelta): void {
    this.#started += delta.started;
    this.#late += delta.late;
    this.#dropped += delta.dropped;
    this.#lateness.addDelta(delta.lateness);
  }
}
