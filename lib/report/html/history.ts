/**
 * Figures over time, in bounded memory.
 *
 * @module
 */

import { Histogram, type HistogramDelta } from "../../stats/histogram.ts";
import type { RunInfo, RunView } from "../../stats/run_model.ts";

/** Maximum number of points, even; beyond it neighbours are merged, so that reports of long runs stay small. */
export const MAX_POINTS = 1800;
/** Length of a view's interval, in milliseconds. */
const VIEW_MS = 1000;
/** Minimum length of the last span, in milliseconds: reports cover a second less up to a quarter. */
const LEAST_MS = 750;

/** A point of the charts. */
export interface Point {
  /** End of the span, in seconds since the start. */
  readonly at: number;
  /** Users running at the end of the span; for the end of the run, before they ended. */
  readonly users: number;
  /** Users planned at the end of the span; for the end of the run, before the stop. */
  readonly targetUsers: number;
  /** Requests per second. */
  readonly rate: number;
  /** Failures per second. */
  readonly failures: number;
  /** Percentiles in milliseconds; `null` if no request completed. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  /** Late and dropped iterations of the open model. */
  readonly late: number;
  readonly dropped: number;
}

/** Figures to add for a span. */
export interface SpanFigures {
  readonly histogram: Histogram;
  readonly failures: number;
}

/** A span of time. */
export interface HistorySpan extends SpanFigures {
  /** End, in milliseconds since the start. */
  readonly endMs: number;
  /** Length in milliseconds. */
  readonly spanMs: number;
  /** Users running at the end. */
  readonly users: number;
  /** Users planned at the end of the span; for the end of the run, before the stop. */
  readonly targetUsers: number;
  /** Late and dropped iterations of the open model. */
  readonly late: number;
  readonly dropped: number;
}

/** A stored span: counts, so that spans merge without loss. */
interface KeptSpan extends Omit<HistorySpan, "histogram"> {
  /** Number of merged views. */
  readonly views: number;
  readonly times: HistogramDelta;
}

/**
 * Collects views in spans of equal length, which doubles when there are too many. Percentiles are derived from the
 * merged counts on reading.
 */
export class History {
  #spans: KeptSpan[] = [];
  #viewsPerSpan = 1;
  #users = 0;
  #targetUsers = 0;
  #maxPoints: number;

  /** @param maxPoints Maximum number of spans, even, at least 2 */
  constructor(maxPoints: number = MAX_POINTS) {
    this.#maxPoints = maxPoints;
  }

  /** Nominal length of a span in milliseconds; the last one may be shorter. */
  get spanMs(): number {
    return this.#viewsPerSpan * VIEW_MS;
  }

  /** Lowers the maximum number of spans, to an even number of at least 2. */
  limit(maxPoints: number): void {
    this.#maxPoints = Math.min(this.#maxPoints, maxPoints);
    while (this.#spans.length > this.#maxPoints) this.#halve();
  }

  /** Sets the planned number of users, for a run that ends before the first view. */
  begin({ targetUsers }: Pick<RunInfo, "targetUsers">): void {
    this.#users = this.#targetUsers = targetUsers;
  }

  /**
   * Adds the interval of a view.
   *
   * @param figures Figures of the interval. @default those of the total
   */
  add(view: RunView, { histogram, failures }: SpanFigures = view.interval.total): void {
    const { elapsedMs, users, targetUsers, interval, stopping } = view;
    if (users > 0 || stopping === null) this.#users = users;
    if (stopping === null) this.#targetUsers = targetUsers; // after a stop, the target is 0, which is not part of the plan
    const added: KeptSpan = {
      ...{
        endMs: elapsedMs,
        spanMs: interval.spanMs,
        views: 1,
        users: this.#users,
        targetUsers: this.#targetUsers,
        failures,
      },
      ...{ late: interval.arrivals?.late ?? 0, dropped: interval.arrivals?.dropped ?? 0 },
      times: histogram.clone().takeDelta(),
    };
    const last = this.#spans.at(-1);
    if (last !== undefined && last.views < this.#viewsPerSpan) {
      this.#spans[this.#spans.length - 1] = mergedSpan(last, added);
      return;
    }
    if (this.#spans.length >= this.#maxPoints) this.#halve();
    this.#spans.push(added);
  }

  /** Returns the points in chronological order; a short last span is merged into the one before. */
  points(): Point[] {
    return this.spans().map(({ endMs, spanMs, users, targetUsers, failures, late, dropped, histogram }) => {
      const perSecond = (count: number) => rounded(spanMs > 0 ? count / (spanMs / 1000) : 0);
      const percentiles = histogram.percentilesUs([50, 95, 99]).map((us) => rounded(us / 1000));
      const [p50, p95, p99] = histogram.count === 0 ? [null, null, null] : percentiles as [number, number, number];
      const at = rounded(endMs / 1000);
      const rates = { rate: perSecond(histogram.count), failures: perSecond(failures) };
      return { at, users, targetUsers, ...rates, p50, p95, p99, late, dropped };
    });
  }

  /** The latest span, which the next view may still extend; `null` before the first view. */
  get last(): HistorySpan | null {
    const last = this.#spans.at(-1);
    return last === undefined ? null : readSpan(last);
  }

  /** Returns the spans in chronological order; a short last one is merged into the one before. */
  spans(): HistorySpan[] {
    return this.#wholeSpans().map(readSpan);
  }

  /** Merges a short last span, whose rate would say little, into the one before. */
  #wholeSpans(): readonly KeptSpan[] {
    const [before, last] = this.#spans.slice(-2);
    if (last === undefined || last.spanMs >= Math.max(before!.spanMs / 2, LEAST_MS)) return this.#spans;
    return [...this.#spans.slice(0, -2), mergedSpan(before!, last)];
  }

  /** Merges pairs of neighbours; the last span may have none. */
  #halve(): void {
    this.#viewsPerSpan *= 2;
    this.#spans = Array.from({ length: Math.ceil(this.#spans.length / 2) }, (_, index) => {
      const [first, second] = [this.#spans[2 * index]!, this.#spans[2 * index + 1]];
      return second === undefined ? first : mergedSpan(first, second);
    });
  }
}

function readSpan({ times, views: _, ...span }: KeptSpan): HistorySpan {
  const histogram = new Histogram();
  histogram.addDelta(times);
  return { ...span, histogram };
}

function mergedSpan(first: KeptSpan, second: KeptSpan): KeptSpan {
  const histogram = new Histogram();
  histogram.addDelta(first.times);
  histogram.addDelta(second.times);
  return {
    endMs: second.endMs,
    spanMs: first.spanMs + second.spanMs,
    views: first.views + second.views,
    users: second.users,
    targetUsers: second.targetUsers,
    failures: first.failures + second.failures,
    late: first.late + second.late,
    dropped: first.dropped + second.dropped,
    times: histogram.takeDelta(),
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
