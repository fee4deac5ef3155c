/**
 * The merged figures of a run, and the spans of time they are shown for.
 *
 * @module
 */

import { nowMs } from "../core/clock.ts";
import type { Figures, TestStats } from "../script/control.ts";
import type { StatsDelta } from "../stats/recorder.ts";
import type { RunView } from "../stats/run_model.ts";
import { summarize, type Summary } from "../stats/summary.ts";
import { Totals } from "../stats/totals.ts";

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
  readonly #sinceView = new Span();
  readonly #sinceControl = new Span();
  #startMs = 0;

  /** Adds a worker's delta. */
  add(delta: StatsDelta): void {
    this.#totals.add(delta);
    this.#sinceView.add(delta);
    this.#sinceControl.add(delta);
  }

  /** Sets the start of the load. */
  startAt(startMs: number): void {
    this.#startMs = startMs;
    this.#sinceView.startAt(startMs);
    this.#sinceControl.startAt(startMs);
  }

  /** Returns the state for observers. */
  view(state: Pick<RunView, "users" | "targetUsers" | "iterations" | "stopping">): RunView {
    const atMs = nowMs();
    const elapsedMs = Math.max(0, atMs - this.#startMs);
    return {
      ...state,
      elapsedMs,
      overall: this.summary(elapsedMs),
      interval: this.#sinceView.take(atMs),
      warnings: [],
    };
  }

  /** Returns the figures for `control`, as plain data. */
  forControl(users: number): TestStats {
    const atMs = nowMs();
    const overall = this.summary(Math.max(0, atMs - this.#startMs));
    return { users, overall: figuresOf(overall), interval: figuresOf(this.#sinceControl.take(atMs)) };
  }

  /** Returns the figures since the start; rates divide by the span. */
  summary(spanMs: number): Summary {
    return summarize(this.#totals, spanMs);
  }
}

function figuresOf(summary: Summary): Figures {
  const plain = ({ histogram: _, ...figures }: Summary["total"]) => figures;
  return { ...summary, rows: summary.rows.map(plain), total: plain(summary.total) };
}
