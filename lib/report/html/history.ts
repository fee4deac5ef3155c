/**
 * The figures over time, in bounded memory.
 *
 * @module
 */

import { Histogram, type HistogramDelta } from "../../stats/histogram.ts";
import type { RunInfo, RunView } from "../../stats/run_model.ts";

/** Most points kept, an even number; past it neighbours are merged, so that a report of a long run stays small. */
export const MAX_POINTS = 1800;
/** How long a view's interval is, in milliseconds. */
const VIEW_MS = 1000;
/** Shortest last span that is a point of its own: reports cover a second but for a quarter. */
const LEAST_MS = 750;

/** One point of the charts. */
export interface Point {
  /** End of its span, in seconds since the start. */
  readonly at: number;
  /** Users running at its end; at the end of the run, before they ended. */
  readonly users: number;
  /** Users that the plan asked for at its end. */
  readonly targetUsers: number;
  /** Requests per second. */
  readonly rate: number;
  /** Failures per second. */
  readonly failures: number;
  /** Percentiles in milliseconds; `null` where no request was finished. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** Figures that a span is made of, when it is added. */
export interface SpanFigures {
  readonly histogram: Histogram;
  readonly failures: number;
}

/** A span of time as it is read. */
export interface HistorySpan extends SpanFigures {
  /** Its end, in milliseconds since the start. */
  readonly endMs: number;
  /** Its length in milliseconds. */
  readonly spanMs: number;
  /** Users running at its end. */
  readonly users: number;
  /** Users that the plan asked for at its end. */
  readonly targetUsers: number;
  /** Iterations of the open model that began late, and that were dropped, in it. */
  readonly late: number;
  readonly dropped: number;
}

/** A span as it is kept: counts, so that merging spans loses nothing. */
interface KeptSpan extends Omit<HistorySpan, "histogram"> {
  /** Views merged into it. */
  readonly views: number;
  readonly times: HistogramDelta;
}

/**
 * Collects views in spans of equal length, which doubles when there are too many; percentiles are derived when it is
 * read, from merged counts.
 */
export class History {
  #spans: KeptSpan[] = [];
  #viewsPerSpan = 1;
  #users = 0;
  #maxPoints: number;

  /** @param maxPoints Most spans kept, an even number of at least 2 */
  constructor(maxPoints: number = MAX_POINTS) {
    this.#maxPoints = maxPoints;
  }

  /** Length of a span in milliseconds, as far as views keep to their second; the last one may be shorter. */
  get spanMs(): number {
    return this.#viewsPerSpan * VIEW_MS;
  }

  /** Keeps fewer spans from now on, an even number of at least 2. */
  limit(maxPoints: number): void {
    this.#maxPoints = Math.min(this.#maxPoints, maxPoints);
    while (this.#spans.length > this.#maxPoints) this.#halve();
  }

  /** Notes how many users a run is to have, for one that is over before they are seen. */
  begin({ targetUsers }: Pick<RunInfo, "targetUsers">): void {
    this.#users = targetUsers;
  }

  /**
   * Adds the interval of a view.
   *
   * @param figures What was measured in it. @default the total's
   */
  add(view: RunView, { histogram, failures }: SpanFigures = view.interval.total): void {
    const { elapsedMs, users, targetUsers, interval, stopping } = view;
    if (users > 0 || stopping === null) this.#users = users;
    const added: KeptSpan = {
      ...{ endMs: elapsedMs, spanMs: interval.spanMs, views: 1, users: this.#users, targetUsers, failures },
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

  /** Returns the points in the order of time; a short rest at the end belongs to the one before. */
  points(): Point[] {
    return this.spans().map(({ endMs, spanMs, users, targetUsers, failures, histogram }) => {
      const perSecond = (count: number) => rounded(spanMs > 0 ? count / (spanMs / 1000) : 0);
      const percentiles = histogram.percentilesUs([50, 95, 99]).map((us) => rounded(us / 1000));
      const [p50, p95, p99] = histogram.count === 0 ? [null, null, null] : percentiles as [number, number, number];
      const at = rounded(endMs / 1000);
      const rates = { rate: perSecond(histogram.count), failures: perSecond(failures) };
      return { at, users, targetUsers, ...rates, p50, p95, p99 };
    });
  }

  /** The newest span, which the next view may still add to; `null` before the first one. */
  get last(): HistorySpan | null {
    const last = this.#spans.at(-1);
    return last === undefined ? null : readSpan(last);
  }

  /** Returns the spans in the order of time; a short rest at the end belongs to the one before. */
  spans(): HistorySpan[] {
    return this.#wholeSpans().map(readSpan);
  }

  /** Leaves no short rest at the end: few requests make a rate that says little. */
  #wholeSpans(): readonly KeptSpan[] {
    const [before, last] = this.#spans.slice(-2);
    if (last === undefined || last.spanMs >= Math.max(before!.spanMs / 2, LEAST_MS)) return this.#spans;
    return [...this.#spans.slice(0, -2), mergedSpan(before!, last)];
  }

  /** Merges each span with its neighbour; the last one may be left without. */
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
