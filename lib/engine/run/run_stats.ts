/**
 * The merged figures of a run, and the spans of time they are shown for.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import type { Figures, TestStats } from "../../script/control.ts";
import type { StatsDelta } from "../../stats/recorder.ts";
import type { RunState, RunView } from "../../stats/run_model.ts";
import { summarize, type Summary } from "../../stats/summary.ts";
import { type RowTotals, Totals } from "../../stats/totals.ts";

/** Counts since an instant, begun anew whenever they are read. */
class Span {
  readonly #totals = new Totals();
  #sinceMs = 0;

  add(delta: StatsDelta): void {
    this.#totals.add(delta);
  }

  startAt(atMs: number): void {
    this.#sinceMs = atMs;
  }

  take(atMs: number): Summary {
    const summary = summarize(this.#totals, Math.max(0, atMs - this.#sinceMs));
    this.#totals.clear();
    this.#sinceMs = atMs;
    return summary;
  }
}

/** Everything the workers have reported: in total, since the last view, and since code asked last. */
export class RunStats {
  readonly #totals = new Totals();
  /** What the summary leaves out. */
  readonly #warmUp = new Totals();
  readonly #warmUpMs: number;
  readonly #sinceView = new Span();
  readonly #sinceControl = new Span();
  #startMs = 0;

  /** @param warmUpMs How much of the start the summary leaves out, in milliseconds */
  constructor(warmUpMs: number) {
    this.#warmUpMs = warmUpMs;
  }

  /** Requests that the summary leaves out. */
  get warmUpRequests(): number {
    return this.#warmUp.rows.reduce((sum, { histogram }) => sum + histogram.count, 0);
  }

  /** Whether a request was judged good, in the warm-up or after it. */
  get hasGoodRequest(): boolean {
    return this.#allRows().some(({ histogram, failures }) => histogram.count > failures);
  }

  /** Whether anything failed, in the warm-up or after it: a request, or user code. */
  get hasErrors(): boolean {
    return this.#warmUp.errors.length > 0 || this.#totals.errors.length > 0 ||
      this.#allRows().some(({ failures }) => failures > 0);
  }

  /** Requests of the whole run. */
  get allRequests(): number {
    return this.#allRows().reduce((sum, { histogram }) => sum + histogram.count, 0);
  }

  /** Adds a worker's delta. */
  add(delta: StatsDelta, isWarmUp: boolean): void {
    (isWarmUp ? this.#warmUp : this.#totals).add(delta);
    this.#sinceView.add(delta);
    this.#sinceControl.add(delta);
  }

  #allRows(): RowTotals[] {
    return [...this.#warmUp.rows, ...this.#totals.rows];
  }

  /** Sets the start of the load. */
  startAt(startMs: number): void {
    this.#startMs = startMs;
    this.#sinceView.startAt(startMs);
    this.#sinceControl.startAt(startMs);
  }

  /** Returns the state for observers; while the run warms up, its figures are those of the warm-up. */
  view(state: RunState): RunView {
    const atMs = nowMs();
    const elapsedMs = Math.max(0, atMs - this.#startMs);
    const isWarmingUp = elapsedMs < this.#warmUpMs;
    const overall = isWarmingUp ? summarize(this.#warmUp, elapsedMs) : this.summary(elapsedMs);
    return { ...state, elapsedMs, isWarmingUp, overall, interval: this.#sinceView.take(atMs) };
  }

  /** Returns the figures for `control`, as plain data. */
  forControl(users: number): TestStats {
    const atMs = nowMs();
    const overall = this.summary(Math.max(0, atMs - this.#startMs));
    return { users, overall: figuresOf(overall), interval: figuresOf(this.#sinceControl.take(atMs)) };
  }

  /** Returns the figures since the warm-up was over; rates divide by the time since then. */
  summary(elapsedMs: number): Summary {
    return summarize(this.#totals, Math.max(0, elapsedMs - this.#warmUpMs));
  }
}

function figuresOf(summary: Summary): Figures {
  const plain = ({ histogram: _, ...figures }: Summary["total"]) => figures;
  return { ...summary, rows: summary.rows.map(plain), total: plain(summary.total) };
}
