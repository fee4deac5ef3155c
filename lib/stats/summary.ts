/**
 * The reported figures, derived once from the merged counts.
 *
 * @module
 */

import { CONNECT_PHASES, type ConnectionTimes, type ConnectPhase, type HandshakeCounts } from "./connection_times.ts";
import { Histogram } from "./histogram.ts";
import type { ArrivalCounts } from "./arrival_counts.ts";
import type { ErrorSummary, FailureTimes } from "./errors/error_counts.ts";
import { OTHER_STATUS } from "./series.ts";
import { addStatuses, emptyRow, type RowTotals, type Totals } from "./totals.ts";
import type { CheckSummary } from "./values/checks.ts";
import type { MeasureSummary } from "./values/measures.ts";

/** Times in milliseconds; without samples every figure is 0. */
export interface TimeSummary {
  /** Mean. */
  readonly meanMs: number;
  /** Median, accurate to 1 %. */
  readonly p50Ms: number;
  /** 95th percentile, accurate to 1 %. */
  readonly p95Ms: number;
  /** 99th percentile, accurate to 1 %. */
  readonly p99Ms: number;
  /** Maximum, exact. */
  readonly maxMs: number;
}

/**
 * The derived figures of one row. Without samples every figure is 0. Times end with the last byte of the response. They
 * start at the scheduled instant in the open model (response time), and at the start of the request in the closed
 * model.
 */
export interface RowSummary extends TimeSummary {
  /** HTTP method or a custom label; empty in the total. */
  readonly method: string;
  /** The row's name; `Total` in the total. */
  readonly name: string;
  /** Name of the users' class if rows are separate for each class, otherwise empty. */
  readonly userClass: string;
  /** Whether it counts in the total, in the rate of all requests and in thresholds on all rows. */
  readonly inTotal: boolean;
  /** Requests, including failed ones. */
  readonly count: number;
  /** Requests included in `count` but not in the times: their worker ended before it reported them. */
  readonly untimed: number;
  /** Failed requests. */
  readonly failures: number;
  /** `failures / count`, 0–1. */
  readonly failureRatio: number;
  /** Minimum time to last byte in milliseconds. */
  readonly minMs: number;
  /** Requests per second over the summary's time span. */
  readonly ratePerSecond: number;
  /** Bytes received on the wire: headers and bodies, including redirects and truncated responses. */
  readonly bytesReceived: number;
  /** Whether `bytesReceived` is an estimate: the fetch transport does not see the wire. */
  readonly bytesEstimated: boolean;
  /** Redirects followed within these requests; the server saw `count + redirects + repeats`. */
  readonly redirects: number;
  /** Repeats of these requests and of interrupted ones; always 0 over fetch, which hides its own. */
  readonly repeats: number;
  /** Requests included in `count` that started after the order to stop, in running iterations; not part of the rate. */
  readonly tail: number;
  /** Version of HTTP in which responses came, or `mixed`; `null` without responses, and where the transport does not tell. */
  readonly protocol: "1.1" | "2" | "mixed" | null;
  /**
   * Requests by status code, in ascending order; `other` for codes outside 100–599. Requests without a response, and
   * samples of other protocols, are left out.
   */
  readonly statuses: Readonly<Record<string, number>>;
  /** In the open model, times from the start of the requests (service time); otherwise `null`. */
  readonly service: TimeSummary | null;
  /** The counts from which all percentiles are derived, in microseconds. */
  readonly histogram: Histogram;
}

/** The cost of connections. */
export interface ConnectionSummary {
  /** Connections established; 0 if the transport does not see them. */
  readonly count: number;
  /** TLS handshakes by kind; `null` if the transport does not see connections, like fetch. */
  readonly handshakes: HandshakeCounts | null;
  /** One entry for each phase that took time: name lookup, TCP handshake, TLS handshake. */
  readonly phases: readonly {
    readonly phase: ConnectPhase;
    /** Connections with this phase. */
    readonly count: number;
    readonly meanMs: number;
    /** 99th percentile in milliseconds, accurate to 1 %. */
    readonly p99Ms: number;
    readonly maxMs: number;
  }[];
}

/** How closely the iterations of the open model followed their schedule. */
export interface ArrivalSummary {
  /** Iterations started. */
  readonly started: number;
  /** Iterations started per second over the summary's time span: the achieved rate. */
  readonly ratePerSecond: number;
  /** Started iterations that had to wait for a free user. */
  readonly late: number;
  /** Iterations never started because no user was free in time. */
  readonly dropped: number;
  /** Delay from due time to start. */
  readonly lateness: TimeSummary;
}

/** The figures of a span of time. */
export interface Summary {
  /** Length of the span in milliseconds; rates divide by it. */
  readonly spanMs: number;
  /** One row per method and name, in the order in which they first appeared. */
  readonly rows: readonly RowSummary[];
  /** All rows with `inTotal` merged. */
  readonly total: RowSummary;
  /** Errors by row and message, most frequent first. Errors with a row add up to the failures of the rows. */
  readonly errors: readonly ErrorSummary[];
  /**
   * Times of failed requests by row and error, which are part of the rows' histograms. Those without times, from workers
   * that ended early, are left out.
   */
  readonly failureTimes: readonly FailureTimes[];
  /** Requests cut off by the end of the run; not part of any row. */
  readonly interruptedRequests: number;
  /** The cost of connections, which is also part of the time of the first request on each. */
  readonly connections: ConnectionSummary;
  /** How closely iterations followed their schedule; `null` in the closed model. */
  readonly arrivals: ArrivalSummary | null;
  /** Delays of requests by the rate cap, which are not part of any other time; `null` without a cap. */
  readonly capWait: TimeSummary | null;
  /** Checks of the script, in the order first seen; they fail no request. */
  readonly checks: readonly CheckSummary[];
  /** Numbers that the script measured; in no row and not in the total. */
  readonly measures: readonly MeasureSummary[];
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
    merged.protocols |= row.protocols;
    addStatuses(merged.statuses, row.statuses);
  }
  return {
    spanMs,
    rows: totals.rows.map((row) => summarizeRow(row, spanMs, row.histogram.clone())),
    total: summarizeRow(merged, spanMs, merged.histogram),
    errors: totals.errors,
    failureTimes: totals.failureTimes,
    interruptedRequests: totals.interruptedRequests,
    connections: summarizeConnections(totals.connections),
    arrivals: totals.arrivals === null ? null : summarizeArrivals(totals.arrivals, spanMs),
    capWait: totals.capWait === null ? null : summarizeTimes(totals.capWait),
    checks: totals.checks.summarize(),
    measures: totals.measures.summarize(),
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
    protocol: PROTOCOL_NAMES[row.protocols] ?? null,
    statuses: summarizeStatuses(row.statuses),
    service: row.service === null ? null : summarizeTimes(row.service),
    histogram,
  };
}

/** By the bits of {@linkcode Protocols}. */
const PROTOCOL_NAMES = [null, "1.1", "2", "mixed"] as const;

function summarizeStatuses(statuses: ReadonlyMap<number, number>): Record<string, number> {
  const other = statuses.get(OTHER_STATUS) ?? 0;
  const known = [...statuses].filter(([status]) => status !== OTHER_STATUS).sort(([a], [b]) => a - b);
  return { ...Object.fromEntries(known), ...(other > 0 ? { other } : {}) };
}

function perSecond(count: number, spanMs: number): number {
  return spanMs > 0 ? count / (spanMs / 1000) : 0;
}
