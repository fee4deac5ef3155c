/**
 * How much of the load's time the workers have reported on: what a rate divides by.
 *
 * @module
 */

/**
 * Counts of the last moments are still at the workers, each of which reports at times of its own. A rate is therefore
 * counts over the time that the reports with these counts cover, as a mean over the workers, and not over the time by
 * the clock. All instants are on `nowMs`' clock.
 */
export class Coverage {
  #startMs = 0;
  #workers = 1;
  /** Until when each worker has reported. */
  readonly #reachedMs = new Map<string, number>();
  /** Workers that report no more: they are covered as far as any other is. */
  readonly #ended = new Set<string>();

  /**
   * Sets what is to be covered.
   *
   * @param startMs Start of the load
   * @param workers Workers that will report, 1 or more
   */
  startAt(startMs: number, workers: number): void {
    this.#startMs = startMs;
    this.#workers = workers;
  }

  /** Takes a report of a worker about the time up to `toMs`; the time from its report before. */
  add(worker: string, toMs: number): void {
    this.#reachedMs.set(worker, Math.max(toMs, this.#reachedMs.get(worker) ?? 0));
  }

  /** Notes that a worker reports no more. */
  end(worker: string): void {
    this.#ended.add(worker);
  }

  /** Returns whether every worker that still reports is among some. */
  isEveryOneOf(workers: ReadonlySet<string>): boolean {
    const missing = this.#workers - workers.union(this.#ended).size;
    return missing <= 0;
  }

  /**
   * Returns how much time is covered, as a mean over the workers, in milliseconds; never less than before.
   *
   * @param afterMs How much of the load's start is left out, in milliseconds
   */
  meanMs(afterMs = 0): number {
    const fromMs = this.#startMs + afterMs;
    const frontMs = Math.max(fromMs, ...this.#reachedMs.values());
    let sumMs = 0;
    for (const [worker, reachedMs] of this.#reachedMs) {
      sumMs += Math.max(0, (this.#ended.has(worker) ? frontMs : reachedMs) - fromMs);
    }
    const unheard = [...this.#ended].filter((worker) => !this.#reachedMs.has(worker)).length;
    return (sumMs + unheard * (frontMs - fromMs)) / this.#workers;
  }
}
