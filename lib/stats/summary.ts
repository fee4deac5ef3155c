/**
 * The figures that are shown, derived once from the merged counts.
 *
 * @module
 */

import { CONNECT_PHASES, type ConnectionTimes, type ConnectPhase, type HandshakeCounts } from "./connection_times.ts";
import { Histogram } from "./histogram.ts";
import type { ArrivalCounts } from "./arrival_counts.ts";
import type { ErrorSummary } from "./error_counts.ts";
import { OTHER_STATUS } from "./series.ts";
import { addStatuses, emptyRow, type RowTotals, type Totals } from "./totals.ts";

/** Times in milliseconds; without samples every figure is 0. */
export interface TimeSummary {
  /** Mean. */
  readonly meanMs: number;
  /** Median, to 1 %. */
  readonly p50Ms: number;
  /** 95th percentile, to 1 %. */
  readonly p95Ms: number;
  /** 99th percentile, to 1 %. */
  readonly p99Ms: number;
  /** Greatest, exact. */
  readonly maxMs: number;
}

/**
 * The derived figures of one row. Without samples every figure is 0. Times are to the last byte of the answer: in the
 * open model from the instant a request was scheduled for (response time), in the closed model from its start.
 */
export interface RowSummary extends TimeSummary {
  /** HTTP method or a custom label; empty in the total. */
  readonly method: string;
  /** The row's name; `Total` in the total. */
  readonly name: string;
  /** Name of the users' class where rows are kept apart by it, else empty. */
  readonly userClass: string;
  /** Whether it is part of the total, of the rate of all requests and of thresholds on all rows. */
  readonly inTotal: boolean;
  /** Requests, failed ones included. */
  readonly count: number;
  /** Of these requests, those of a worker that ended before it had reported their times, which no figure below has. */
  readonly untimed: number;
  /** Requests that count as failed. */
  readonly failures: number;
  /** `failures / count`, 0–1. */
  readonly failureRatio: number;
  /** Least time to last byte in milliseconds. */
  readonly minMs: number;
  /** Requests per second over the summary's time span. */
  readonly ratePerSecond: number;
  /** Bytes received, as on the wire: heads and bodies, those of redirects and of answers that broke off among them. */
  readonly bytesReceived: number;
  /** Whether `bytesReceived` is an estimate, as over the fetch transport, which does not see the wire. */
  readonly bytesEstimated: boolean;
  /** Redirects followed within these requests; the server saw `count + redirects + repeats`. */
  readonly redirects: number;
  /** Of these requests and of interrupted ones, those sent once more; always 0 over fetch, which hides its own. */
  readonly repeats: number;
  /** Of these requests, those begun after the order to stop, by iterations that were let end: no part of the rate. */
  readonly tail: number;
  /**
   * Requests by the status code of their answer, in ascending order; `other` for codes outside of 100–599. Requests
   * without an answer, and samples of other protocols, are left out.
   */
  readonly statuses: Readonly<Record<string, number>>;
  /** In the open model, times from the start of the requests (service time); else `null`. */
  readonly service: TimeSummary | null;
  /** The counts all percentiles come from, in microseconds. */
  readonly histogram: Histogram;
}

/** What connections cost. */
export interface ConnectionSummary {
  /** Connections established; 0 where the transport does not see them. */
  readonly count: number;
  /** TLS handshakes by kind; `null` where the transport does not see connections, as over fetch. */
  readonly handshakes: HandshakeCounts | null;
  /** One for each phase that took time: looking up names, the TCP handshake, the TLS handshake. */
  readonly phases: readonly {
    readonly phase: ConnectPhase;
    /** Connections that had this phase. */
    readonly count: number;
    readonly meanMs: number;
    /** 99th percentile in milliseconds, to 1 %. */
    readonly p99Ms: number;
    readonly maxMs: number;
  }[];
}

/** How the open model's iterations kept to their schedule. */
export interface ArrivalSummary {
  /** Iterations begun. */
  readonly started: number;
  /** Iterations begun per second over the summary's time span: the achieved rate. */
  readonly ratePerSecond: number;
  /** Those that had to wait for a free user. */
  readonly late: number;
  /** Iterations given up, since no user was free in time. */
  readonly dropped: number;
  /** From when iterations were due to when they began. */
  readonly lateness: TimeSummary;
}

/** The figures of a span of time. */
export interface Summary {
  /** Length of the span in milliseconds; rates divide by it. */
  readonly spanMs: number;
  /** One per method and name, in the order first seen. */
  readonly rows: readonly RowSummary[];
  /** All rows merged, but for those that are not `inTotal`. */
  readonly total: RowSummary;
  /** Errors by row and text, most frequent first. Those with a row add up to the failures of the rows. */
  readonly errors: readonly ErrorSummary[];
  /** Requests cut off by the end of the run; in no row. */
  readonly interruptedRequests: number;
  /** What connections cost; that is part of the first request's time on each, too. */
  readonly connections: ConnectionSummary;
  /** How iterations kept to their schedule; `null` in the closed model. */
  readonly arrivals: ArrivalSummary | null;
  /** How long requests were held back by the cap on their rate, which is part of no time above; `null` without one. */
  readonly capWait: TimeSummary | null;
}

/**
 * Derives the figures of a span.
 *
 * @param totals The merged counts
 * @param spanMs Length of the span in milliseconds; 0 gives rates of 0
 * @returns The figures; histograms are copies
 */
export function summarize(totals: Totals, spanMs: number): Summary {
  const merged = emptyRow("", "Total", "", true);
  for (const row of totals.rows) {
    if (!row.inTotal) continue;
    merged.histogram.merge(row.histogram);
    if (row.service !== null) (merged.service ??= new Histogram()).merge(row.service);
    merged.untimed += row.untimed;
    merged.failures += row.failures;
    merged.bytesReceived += row.bytesReceived;
    merged.bytesEstimated ||= row.bytesEstimated;
    merged.redirects += row.redirects;
    merged.repeats += row.repeats;
    merged.tail += row.tail;
    addStatuses(merged.statuses, row.statuses);
  }
  return {
    spanMs,
    rows: totals.rows.map((row) => summarizeRow(row, spanMs, row.histogram.clone())),
    total: summarizeRow(merged, spanMs, merged.histogram),
    errors: totals.errors,
    interruptedRequests: totals.interruptedRequests,
    connections: summarizeConnections(totals.connections),
    arrivals: totals.arrivals === null ? null : summarizeArrivals(totals.arrivals, spanMs),
    capWait: totals.capWait === null ? null : summarizeTimes(totals.capWait),
  };
}

function summarizeConnections(times: ConnectionTimes): ConnectionSummary {
  const phases = CONNECT_PHASES.flatMap((phase) => {
    const histogram = times.phase(phase);
    if (histogram === null) return [];
    const [count, meanMs, maxMs] = [histogram.count, histogram.meanUs / 1000, histogram.maxUs / 1000];
    return [{ phase, count, meanMs, p99Ms: histogram.percentileUs(99) / 1000, maxMs }];
  });
  return { count: times.count, handshakes: times.count === 0 ? null : times.handshakes, phases };
}

function summarizeArrivals({ started, late, dropped, lateness }: ArrivalCounts, spanMs: number): ArrivalSummary {
  return { started, ratePerSecond: perSecond(started, spanMs), late, dropped, lateness: summarizeTimes(lateness) };
}

function summarizeTimes(histogram: Histogram): TimeSummary {
  const [p50, p95, p99] = histogram.percentilesUs([50, 95, 99]) as [number, number, number];
  return {
    meanMs: histogram.meanUs / 1000,
    p50Ms: p50 / 1000,
    p95Ms: p95 / 1000,
    p99Ms: p99 / 1000,
    maxMs: histogram.maxUs / 1000,
  };
}

function summarizeRow(row: RowTotals, spanMs: number, histogram: Histogram): RowSummary {
  const count = histogram.count + row.untimed;
  return {
    method: row.method,
    name: row.name,
    userClass: row.userClass,
    inTotal: row.inTotal,
    count,
    untimed: row.untimed,
    failures: row.failures,
    failureRatio: count === 0 ? 0 : row.failures / count,
    minMs: histogram.minUs / 1000,
    ...summarizeTimes(histogram),
    ratePerSecond: perSecond(count - row.tail, spanMs),
    bytesReceived: row.bytesReceived,
    bytesEstimated: row.bytesEstimated,
    redirects: row.redirects,
    repeats: row.repeats,
    tail: row.tail,
    statuses: summarizeStatuses(row.statuses),
    service: row.service === null ? null : summarizeTimes(row.service),
    histogram,
  };
}

function summarizeStatuses(statuses: ReadonlyMap<number, number>): Record<string, number> {
  const other = statuses.get(OTHER_STATUS) ?? 0;
  const known = [...statuses].filter(([status]) => status !== OTHER_STATUS).sort(([a], [b]) => a - b);
  return { ...Object.fromEntries(known), ...(other > 0 ? { other } : {}) };
}

function perSecond(count: number, spanMs: number): number {
  return spanMs > 0 ? count / (spanMs / 1000) : 0;
}
