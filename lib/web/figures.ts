/**
 * Figures as the page gets them.
 *
 * @module
 */

import type { HistorySpan } from "../report/html/history.ts";
import type { Histogram } from "../stats/histogram.ts";
import { CHECK_TITLES, checkCells, measureCells, measureTitles } from "../report/value_tables.ts";
import type { RowBefore } from "../stats/run_model.ts";
import type { RowSummary, Summary } from "../stats/summary.ts";
import type { ChartPoint, RowLine, ValueTable } from "./protocol.ts";

/**
 * Returns the line of a row.
 *
 * @param offered Percentiles that the page offers
 * @param before Its figures in earlier runs
 */
export function rowLine(
  id: number,
  row: RowSummary,
  ratePerSecond: number,
  offered: readonly number[],
  before?: RowBefore,
): RowLine {
  const { method, name, userClass, inTotal, count, failures, bytesReceived: bytes, statuses } = row;
  return {
    ...{ id, method, name, userClass, inTotal, count, failures, bytes, statuses },
    ratePerSecond: rounded(ratePerSecond),
    meanMs: rounded(row.meanMs),
    minMs: rounded(row.minMs),
    maxMs: rounded(row.maxMs),
    percentilesMs: percentiles(row.histogram, offered),
    ...(before === undefined ? {} : {
      before: {
        p95Ms: rounded(before.p95Ms),
        failureRatio: before.failureRatio,
        ratePerSecond: rounded(before.ratePerSecond),
      },
    }),
  };
}

/** Returns the tables of checks and measures; empty ones are left out. */
export function valueTables({ checks, measures }: Summary, percentiles: readonly number[]): ValueTable[] {
  const cells = measures.map((measure) => measureCells(measure, percentiles));
  return [
    { caption: "Checks", titles: CHECK_TITLES, rows: checks.map(checkCells) },
    { caption: "Measures", titles: measureTitles(percentiles), rows: cells },
  ].filter(({ rows }) => rows.length > 0);
}

/** Returns the point of a span. */
export function chartPoint(span: HistorySpan, offered: readonly number[]): ChartPoint {
  const { users, targetUsers, late, dropped, spanMs, histogram, failures } = span;
  const perSecond = (count: number) => rounded(spanMs > 0 ? count / (spanMs / 1000) : 0);
  return {
    ...{ users, targetUsers, late, dropped },
    at: rounded(span.endMs / 1000),
    rate: perSecond(histogram.count),
    failures: perSecond(failures),
    percentilesMs: histogram.count === 0 ? null : percentiles(histogram, offered),
  };
}

function percentiles(histogram: Histogram, offered: readonly number[]): number[] {
  return histogram.percentilesUs(offered).map((us) => rounded(us / 1000));
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
