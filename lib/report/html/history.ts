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

/** One point of the charts. */
export interface Point {
  /** End of its span, in seconds since the start. */
  readonly at: number;
  /** Users running at its end; at the end of the run, before they ended. */
  readonly users: number;
  /** Requests per second. */
  readonly rate: number;
  /** Failures per second. */
  readonly failures: number;
  /** Percentiles in milliseconds; `null` where no request was finished. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** A span as it is kept: counts, so that merging spans loses nothing. */
interface Span {
  readonly endMs: number;
  readonly spanMs: number;
  /** Views merged into it. */
  readonly views: number;
  readonly users: number;
  readonly failures: number;
  readonly times: HistogramDelta;
}

/**
 * Collects views in spans of equal length, which doubles when there are too many; percentiles are derived when it is
 * read, from merged counts.
 */
export class History {
  #spans: Span[] = [];
  #viewsPerSpan = 1;
  #users = 0;

  /** Length of a span in milliseconds, as far as views keep to their second; the last one may be shorter. */
  get spanMs(): number {
    return this.#viewsPerSpan * VIEW_MS;
  }

  /** Notes how many users a run is to have, for one that is over before they are seen. */
  begin({ targetUsers }: Pick<RunInfo, "targetUsers">): void {
    this.#users = targetUsers;
  }

  /** Adds the interval of a view. */
  add({ elapsedMs, users, interval, stopping }: RunView): void {
    if (users > 0 || stopping === null) this.#users = users;
    const { histogram, failures } = interval.total;
    const times = histogram.clone().takeDelta();
    const added: Span = { endMs: elapsedMs, spanMs: interval.spanMs, views: 1, users: this.#users, failures, times };
    const last = this.#spans.at(-1);
    if (last !== undefined && last.views < this.#viewsPerSpan) {
      this.#spans[this.#spans.length - 1] = mergedSpan(last, added);
      return;
    }
    if (this.#spans.length === MAX_POINTS) this.#halve();
    this.#spans.push(added);
  }

  /** Returns the points in the order of time; a short rest at the end belongs to the one before. */
  points(): Point[] {
    return this.#wholeSpans().map(({ endMs, spanMs, users, failures, times }) => {
      const histogram = new Histogram();
      histogram.addDelta(times);
      const perSecond = (count: number) => rounded(spanMs > 0 ? count / (spanMs / 1000) : 0);
      const percentiles = histogram.percentilesUs([50, 95, 99]).map((us) => rounded(us / 1000));
      const [p50, p95, p99] = histogram.count === 0 ? [null, null, null] : percentiles as [number, number, number];
      const at = rounded(endMs / 1000);
      return { at, users, rate: perSecond(histogram.count), failures: perSecond(failures), p50, p95, p99 };
    });
  }

  /** The end brings what workers had not reported before, a quarter of a second's: of a short rest it would be a peak. */
  #wholeSpans(): readonly Span[] {
    const [before, last] = this.#spans.slice(-2);
    if (last === undefined || last.spanMs >= Math.max(before!.spanMs / 2, VIEW_MS)) return this.#spans;
    return [...this.#spans.slice(0, -2), mergedSpan(before!, last)];
  }

  /** Merges each span with its neighbour, when all of them are full. */
  #halve(): void {
    this.#viewsPerSpan *= 2;
    this.#spans = Array.from(
      { length: MAX_POINTS / 2 },
      (_, index) => mergedSpan(this.#spans[2 * index]!, this.#spans[2 * index + 1]!),
    );
  }
}

function mergedSpan(first: Span, second: Span): Span {
  const histogram = new Histogram();
  histogram.addDelta(first.times);
  histogram.addDelta(second.times);
  return {
    endMs: second.endMs,
    spanMs: first.spanMs + second.spanMs,
    views: first.views + second.views,
    users: second.users,
    failures: first.failures + second.failures,
    times: histogram.takeDelta(),
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
