/**
 * The time that the workers' reports cover, by which rates divide.
 *
 * @module
 */

/**
 * Workers report four times a second, each at its own time, so the latest counts have not arrived yet. A rate therefore
 * divides counts by the time that the reports with these counts cover, averaged over the workers, and not by the time
 * that has passed. All times are on `nowMs`' clock.
 */
export class Coverage {
  #startMs = 0;
  #workers = 1;
  /** End of each worker's last report. */
  readonly #reachedMs = new Map<string, number>();
  /** Workers that will not report again: they count as covered up to the latest report of any worker. */
  readonly #ended = new Set<string>();

  /**
   * Sets the start of the time to cover.
   *
   * @param startMs Start of the load
   * @param workers Workers that will report, 1 or more
   */
  startAt(startMs: number, workers: number): void {
    this.#startMs = startMs;
    this.#workers = workers;
  }

  /** Takes a report of a worker that covers the time from its previous report to `toMs`. */
  add(worker: string, toMs: number): void {
    this.#reachedMs.set(worker, Math.max(toMs, this.#reachedMs.get(worker) ?? 0));
  }

  /** Marks a worker that will not report again. */
  end(worker: string): void {
    this.#ended.add(worker);
  }

  /** Returns whether a set has every worker that still reports. */
  isEveryOneOf(workers: ReadonlySet<string>): boolean {
    const missing = this.#workers - workers.union(this.#ended).size;
    return missing <= 0;
  }

  /**
   * Returns the covered time, averaged over the workers, in milliseconds; it never decreases.
   *
   * @param afterMs Time at the start of the load to leave out, in milliseconds
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
