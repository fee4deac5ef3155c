/**
 * The time that the workers' reports cover, by which rates divide.
 *
 * @module
 */

/** How far a worker is behind the latest report of any worker when its figures are unknown, in milliseconds. */
const SILENT_AFTER_MS = 3000;

/** How far the reports went at some time. */
export interface CoverageMark {
  /** End of the latest report of any worker. */
  readonly frontMs: number;
  /** End of each worker's last report. */
  readonly reachedMs: ReadonlyMap<string, number>;
}

/**
 * Workers report four times a second, each at its own time, so the latest counts have not arrived yet. A rate therefore
 * divides counts by the time that the reports with these counts cover, averaged over the workers, and not by the time
 * that has passed. Workers that will not report again, or are silent for longer, count as covered up to the latest report
 * of any worker: rates are of the counts that are known. All times are on `nowMs`' clock.
 */
export class Coverage {
  #startMs = 0;
  #workers = 1;
  /** End of each worker's last report. */
  readonly #reachedMs = new Map<string, number>();
  /** Workers that will not report again. */
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

  /** How far the reports go now. */
  get mark(): CoverageMark {
    return { frontMs: this.#frontMs, reachedMs: new Map(this.#reachedMs) };
  }

  /**
   * Returns the covered time, averaged over the workers, in milliseconds. Since the start, it may decrease when a silent
   * worker reports again.
   *
   * @param afterMs Time at the start of the load to leave out, in milliseconds
   * @param since Where the time begins; what a silent worker reports later belongs to the time of that report, with its
   * counts. @default the start of the load
   */
  meanMs(afterMs = 0, since: CoverageMark = NOTHING): number {
    const fromMs = this.#startMs + afterMs;
    const clip = (ms: number) => Math.max(fromMs, ms);
    const frontMs = this.#frontMs;
    const frontSpanMs = clip(frontMs) - clip(since.frontMs);
    const isSilent = (reachedMs: number) => frontMs - reachedMs > SILENT_AFTER_MS;
    let sumMs = 0;
    for (const [worker, reachedMs] of this.#reachedMs) {
      const reportedMs = clip(reachedMs) - clip(since.reachedMs.get(worker) ?? 0);
      const isQuiet = this.#ended.has(worker) || isSilent(reachedMs);
      sumMs += isQuiet ? Math.max(frontSpanMs, reportedMs) : reportedMs;
    }
    const unheard = isSilent(this.#startMs)
      ? Math.max(0, this.#workers - this.#reachedMs.size)
      : [...this.#ended].filter((worker) => !this.#reachedMs.has(worker)).length;
    return (sumMs + unheard * frontSpanMs) / this.#workers;
  }

  get #frontMs(): number {
    return Math.max(0, ...this.#reachedMs.values());
  }
}

const NOTHING: CoverageMark = { frontMs: 0, reachedMs: new Map() };
