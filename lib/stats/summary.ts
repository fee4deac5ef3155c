/**
 * The figures that are shown, derived once from the merged counts.
 *
 * @module
 */

import { Histogram } from "./histogram.ts";
import type { RowTotals, Totals } from "./totals.ts";

/** The derived figures of one row. Without samples every figure is 0. */
export interface RowSummary {
  /** HTTP method or a custom label; empty in the total. */
  readonly method: string;
  /** The row's name; `Total` in the total. */
  readonly name: string;
  /** Requests, failed ones included. */
  readonly count: number;
  /** Requests that count as failed. */
  readonly failures: number;
  /** `failures / count`, 0–1. */
  readonly failureRatio: number;
  /** Mean time to last byte in milliseconds. */
  readonly meanMs: number;
  /** Least time to last byte in milliseconds. */
  readonly minMs: number;
  /** Median time to last byte in milliseconds, to 1 %. */
  readonly p50Ms: number;
  /** 95th percentile in milliseconds, to 1 %. */
  readonly p95Ms: number;
  /** 99th percentile in milliseconds, to 1 %. */
  readonly p99Ms: number;
  /** Greatest time to last byte in milliseconds, exact. */
  readonly maxMs: number;
  /** Requests per second over the summary's time span. */
  readonly ratePerSecond: number;
  /** Bytes received: heads and bodies, as on the wire. */
  readonly bytesReceived: number;
  /** Redirects followed within these requests; the server saw `count + redirects`. */
  readonly redirects: number;
  /** The counts all percentiles come from, in microseconds. */
  readonly histogram: Histogram;
}

/** The figures of a span of time. */
export interface Summary {
  /** Length of the span in milliseconds; rates divide by it. */
  readonly spanMs: number;
  /** One per method and name, in the order first seen. */
  readonly rows: readonly RowSummary[];
  /** All rows merged. */
  readonly total: RowSummary;
  /** Error texts, most frequent first. */
  readonly errors: readonly { readonly text: string; readonly count: number }[];
  /** Requests cut off by the end of the run; in no row. */
  readonly interruptedRequests: number;
  /** Requests sent again because the server had closed a kept-alive connection. */
  readonly reconnects: number;
}

/**
 * Derives the figures of a span.
 *
 * @param totals The merged counts
 * @param spanMs Length of the span in milliseconds; 0 gives rates of 0
 * @returns The figures; histograms are copies
 */
export function summarize(totals: Totals, spanMs: number): Summary {
  const merged = { method: "", name: "Total", histogram: new Histogram(), failures: 0, bytesReceived: 0, redirects: 0 };
  for (const row of totals.rows) {
    merged.histogram.merge(row.histogram);
    merged.failures += row.failures;
    merged.bytesReceived += row.bytesReceived;
    merged.redirects += row.redirects;
  }
  return {
    spanMs,
    rows: totals.rows.map((row) => summarizeRow(row, spanMs, row.histogram.clone())),
    total: summarizeRow(merged, spanMs, merged.histogram),
    errors: totals.errors,
    interruptedRequests: totals.interruptedRequests,
    reconnects: totals.reconnects,
  };
}

function summarizeRow(row: RowTotals, spanMs: number, histogram: Histogram): RowSummary {
  const [p50, p95, p99] = histogram.percentilesUs([50, 95, 99]) as [number, number, number];
  return {
    method: row.method,
    name: row.name,
    count: histogram.count,
    failures: row.failures,
    failureRatio: histogram.count === 0 ? 0 : row.failures / histogram.count,
    meanMs: histogram.meanUs / 1000,
    minMs: histogram.minUs / 1000,
    p50Ms: p50 / 1000,
    p95Ms: p95 / 1000,
    p99Ms: p99 / 1000,
    maxMs: histogram.maxUs / 1000,
    ratePerSecond: spanMs > 0 ? histogram.count / (spanMs / 1000) : 0,
    bytesReceived: row.bytesReceived,
    redirects: row.redirects,
    histogram,
  };
}
