/**
 * Conditions that a run must meet to pass.
 *
 * The grammar of an expression. Spaces separate the words; those around the comparison are optional:
 *
 * ```text
 * threshold  = [ row ] metric comparison value
 * row        = method and name as in the table, e.g. "GET /item/:id", or the name alone for all its methods; rows of
 *              several classes are judged together; without a row, all rows together
 * metric     = "p" percentile | "avg" | "min" | "max" | "failures" | "rate" | "count" | "dropped"
 * percentile = number in 0–100, e.g. "50", "99.9"
 * comparison = "<" | "<=" | ">" | ">="
 * value      = a time with a unit for percentiles, avg, min and max: "500ms", "1.5s", "1m30s"
 *            | a share of the requests, "1%", or a number of them, "10", for failures
 *            | a number per second, or with a unit, "100/s", "30/m", for rate
 *            | a number for count
 *            | a share of the iterations that were due, "1%", or a number of them, "10", for dropped (all rows together,
 *              and only with an arrival rate; otherwise there is no data)
 * ```
 *
 * Checks and measures of the script have thresholds of their own: see `values/value_threshold.ts`.
 *
 * @module
 */

import { formatMs, formatPercent, formatRate, parseDurationMs, parseRatePerSecond } from "../core/units.ts";
import { nearestName } from "../core/suggestion.ts";
import { Histogram } from "./histogram.ts";
import type { RowSummary, Summary } from "./summary.ts";
import { parseValueThreshold } from "./values/value_threshold.ts";

/** The result of a threshold. One whose row never appeared, or had no requests, has no data, which does not pass. */
export type Verdict = "pass" | "fail" | "no data";

/** A threshold and its result. */
export interface ThresholdResult {
  /** The expression as written. */
  readonly expression: string;
  /** The result. */
  readonly verdict: Verdict;
  /** The measured value, formatted as in tables, or `null` without data. */
  readonly actual: string | null;
}

type Comparison = "<" | "<=" | ">" | ">=";

/** The figures of a row that thresholds use. */
type JudgedRow = Pick<
  RowSummary,
  "count" | "failures" | "failureRatio" | "ratePerSecond" | "meanMs" | "minMs" | "maxMs" | "histogram"
>;

/** How a metric is measured and formatted. */
interface Metric {
  /** Returns the value for a row, which is `null` if it had no requests; `null` without data. */
  measure(row: JudgedRow | null, summary: Summary): number | null;
  /** Formats the value as in tables. */
  format(value: number): string;
}

/** A parsed expression. */
export interface Threshold {
  readonly expression: string;
  /** Method and name, or name; `null` for all rows together. */
  readonly row: string | null;
  readonly metric: Metric;
  readonly comparison: Comparison;
  readonly limit: number;
  /** Whether it can fail before the end of the run: times and failures can, rate and count cannot. */
  readonly canFailEarly: boolean;
  /** Returns the number of samples it is judged by so far; Infinity if the first bad one decides. */
  samples(summary: Summary): number;
}

const EXPRESSION = /^(?:(?<row>.*\S)\s+)?(?<metric>[a-z]+[\d.]*)\s*(?<comparison><=|>=|<|>)\s*(?<value>\S.*)$/;
const METRIC_NAMES = ["avg", "min", "max", "failures", "rate", "count", "dropped"];
const METRICS = "p50, p95, p99.9, avg, min, max, failures, rate, count or dropped";

/**
 * Parses an expression.
 *
 * @throws {RangeError} if it cannot be parsed; callers put the expression before the message
 */
export function parseThreshold(expression: string): Threshold {
  const ofValue = parseValueThreshold(expression.trim());
  if (ofValue !== null) return { expression, row: null, ...ofValue };
  const groups = EXPRESSION.exec(expression.trim())?.groups;
  if (groups === undefined) throw new RangeError("not a threshold, expected e.g. p95 < 500ms");
  const [name, value] = [groups["metric"]!, groups["value"]!.trim()];
  const parsed = timeMetric(name, value) ?? countMetric(name, value);
  if (parsed === null) {
    const meant = nearestName(name, METRIC_NAMES);
    throw new RangeError(
      `unknown metric ${name}, ${meant === null ? `expected ${METRICS}` : `did you mean "${meant}"?`}`,
    );
  }
  if (name === "dropped" && groups["row"] !== undefined) {
    throw new RangeError("dropped counts all iterations, expected no row before it");
  }
  const comparison = groups["comparison"] as Comparison;
  const row = groups["row"] ?? null;
  const samples = (summary: Summary) => name === "dropped" ? dueArrivals(summary) : rowOf(row, summary)?.count ?? 0;
  return { expression, row, comparison, ...parsed, samples };
}

/** Judges one threshold. */
export function judgeThreshold(threshold: Threshold, summary: Summary): ThresholdResult {
  const { expression, metric, comparison, limit } = threshold;
  const row = rowOf(threshold.row, summary);
  const value = metric.measure(row === undefined || row.count === 0 ? null : row, summary);
  if (value === null) return { expression, verdict: "no data", actual: null };
  return { expression, verdict: holds(value, comparison, limit) ? "pass" : "fail", actual: metric.format(value) };
}

type Parsed = Pick<Threshold, "metric" | "limit" | "canFailEarly">;

function timeMetric(name: string, text: string): Parsed | null {
  const measure = timeMeasure(name);
  if (measure === null) return null;
  let limit = NaN;
  try {
    if (!/^[\d.]+$/.test(text)) limit = parseDurationMs(text);
  } catch {
    // reported below
  }
  if (Number.isNaN(limit)) {
    throw new RangeError(`expected a time with a unit such as 500ms or 1.5s, got "${text}"`);
  }
  return { metric: { measure, format: formatMs }, limit, canFailEarly: true };
}

function timeMeasure(name: string): Metric["measure"] | null {
  if (name === "avg") return (row) => row?.meanMs ?? null;
  if (name === "min") return (row) => row?.minMs ?? null;
  if (name === "max") return (row) => row?.maxMs ?? null;
  const percentile = /^p(\d+(?:\.\d+)?)$/.exec(name)?.[1];
  if (percentile === undefined) return null;
  if (Number(percentile) > 100) throw new RangeError(`unknown metric ${name}, expected a percentile from p0 to p100`);
  return (row) => row === null ? null : row.histogram.percentileUs(Number(percentile)) / 1000;
}

function countMetric(name: string, text: string): Parsed | null {
  switch (name) {
    case "failures":
      return shareOrCount(text, FAILURE_SHARE, FAILURE_COUNT);
    case "dropped":
      return shareOrCount(text, DROPPED_SHARE, DROPPED_COUNT);
    case "rate":
      return { metric: RATE, limit: parseRatePerSecond(text), canFailEarly: false };
    case "count":
      if (!/^\d+$/.test(text)) throw new RangeError(`expected a whole number, got "${text}"`);
      return { metric: COUNT, limit: Number(text), canFailEarly: false };
    default:
      return null;
  }
}

function shareOrCount(text: string, share: Metric, count: Metric): Parsed {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text);
  if (match === null) throw new RangeError(`expected a percentage such as 1%, or a number, got "${text}"`);
  return match[2] === "%"
    ? { metric: share, limit: Number(match[1]) / 100, canFailEarly: true }
    : { metric: count, limit: Number(match[1]), canFailEarly: true };
}

function dueArrivals({ arrivals }: Summary): number {
  return arrivals === null ? 0 : arrivals.started + arrivals.dropped;
}

const DROPPED_COUNT: Metric = { measure: (_, { arrivals }) => arrivals?.dropped ?? null, format: String };
const DROPPED_SHARE: Metric = {
  measure: (_, summary) => {
    const due = dueArrivals(summary);
    return due === 0 ? null : summary.arrivals!.dropped / due;
  },
  format: formatPercent,
};
const FAILURE_SHARE: Metric = { measure: (row) => row?.failureRatio ?? null, format: formatPercent };
const FAILURE_COUNT: Metric = { measure: (row) => row?.failures ?? null, format: String };
const RATE: Metric = { measure: (row) => row?.ratePerSecond ?? null, format: formatRate };
const COUNT: Metric = { measure: (row) => row?.count ?? null, format: String };

/** Returns the figures of all rows with a name, judged together; the total for `null`. */
function rowOf(name: string | null, { rows, total }: Summary): JudgedRow | undefined {
  if (name === null) return total;
  const exact = rows.filter((row) => `${row.method} ${row.name}` === name);
  const meant = exact.length > 0 ? exact : rows.filter((row) => row.name === name);
  return meant.length > 1 ? merged(meant) : meant[0];
}

function merged(rows: readonly RowSummary[]): JudgedRow {
  const histogram = new Histogram();
  for (const row of rows) histogram.merge(row.histogram);
  const { count, meanUs, minUs, maxUs } = histogram;
  const failures = rows.reduce((sum, row) => sum + row.failures, 0);
  return {
    count,
    failures,
    failureRatio: count === 0 ? 0 : failures / count,
    ratePerSecond: rows.reduce((sum, row) => sum + row.ratePerSecond, 0),
    meanMs: meanUs / 1000,
    minMs: minUs / 1000,
    maxMs: maxUs / 1000,
    histogram,
  };
}

function holds(value: number, comparison: Comparison, limit: number): boolean {
  if (comparison === "<") return value < limit;
  if (comparison === "<=") return value <= limit;
  return comparison === ">" ? value > limit : value >= limit;
}
