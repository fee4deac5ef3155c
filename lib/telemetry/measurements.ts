/**
 * Measurements: the figures of a run at one instant, as points of metrics.
 *
 * @module
 */

import { errorTypeOf } from "../spans/error_type.ts";
import { Histogram } from "../stats/histogram.ts";
import type { RunResult, RunView, WorkerState } from "../stats/run_model.ts";
import type { RowSummary, Summary } from "../stats/summary.ts";
import type { MeasureSummary } from "../stats/values/measures.ts";
import {
  ATTRIBUTES,
  type MetricDefinition,
  type MetricKey,
  metricsOf,
  type NameSet,
  rowAttributesOf,
} from "./metrics.ts";

/** Attributes of a point, a resource or a span. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** What a run has measured up to an instant. */
export interface Snapshot {
  /** The figures since the warm-up; `null` during it. */
  readonly summary: Summary | null;
  /** Users running. */
  readonly users: number;
  /** Users planned for now. */
  readonly targetUsers: number;
  /** Iterations that ended since the warm-up. */
  readonly iterations: number;
  readonly workers: readonly WorkerState[];
}

/** Counts of values by size, in the unit of the metric. */
export interface HistogramFigures {
  /** Number of values. */
  readonly count: number;
  /** Their sum, exact. */
  readonly sum: number;
  /** Least value, exact; 0 without values, `null` if it is not known. */
  readonly min: number | null;
  /** Greatest value, exact; 0 without values, `null` if it is not known. */
  readonly max: number | null;
  /**
   * Values in ascending order with how often they occurred, 1 or more. A value is the middle of a bucket of the summary's
   * histogram, so it is accurate to 0.8 %, and the same in each snapshot.
   */
  readonly values: readonly (readonly [value: number, count: number])[];
}

/** One value of a metric. */
export interface NumberPoint {
  readonly attributes: Attributes;
  readonly value: number;
}

/** One histogram of a metric. */
export interface HistogramPoint {
  readonly attributes: Attributes;
  readonly figures: HistogramFigures;
}

/** The points of one metric, none with the same attributes as another. */
export type Measurement =
  | {
    readonly definition: MetricDefinition & { readonly kind: "counter" | "gauge" };
    readonly points: readonly NumberPoint[];
  }
  | {
    readonly definition: MetricDefinition & { readonly kind: "histogram" };
    readonly points: readonly HistogramPoint[];
  };

/** Returns the snapshot of a view. */
export function snapshotOfView(view: RunView): Snapshot {
  const { overall, users, targetUsers, iterations, workers, isWarmingUp } = view;
  return { summary: isWarmingUp ? null : overall, users, targetUsers, iterations, workers };
}

/** Returns the snapshot of a run that has ended: its summary, no user, no worker. */
export function snapshotOfResult({ summary, iterations }: RunResult): Snapshot {
  return { summary, users: 0, targetUsers: 0, iterations, workers: [] };
}

/** Returns the measurements of a snapshot, without metrics that have no points. */
export function measurementsOf(snapshot: Snapshot, names: NameSet): Measurement[] {
  const metrics = metricsOf(names);
  const { summary, users, targetUsers, iterations, workers } = snapshot;
  const points: Partial<Record<MetricKey, readonly (NumberPoint | HistogramPoint)[]>> = {
    ...(summary === null ? {} : summaryPoints(summary, names)),
    users: [{ attributes: {}, value: users }],
    targetUsers: [{ attributes: {}, value: targetUsers }],
    ...(summary === null ? {} : { iterations: [{ attributes: {}, value: iterations }] }),
    workerBusy: workers.flatMap(({ worker, busyShare }) =>
      busyShare === null ? [] : [{ attributes: { [ATTRIBUTES.worker]: worker }, value: busyShare }]
    ),
  };
  return (Object.keys(metrics) as MetricKey[]).flatMap((key) => {
    const [definition, own] = [metrics[key], points[key] ?? []];
    return own.length === 0 ? [] : [{ definition, points: own } as Measurement];
  });
}

function summaryPoints(summary: Summary, names: NameSet): Partial<Record<MetricKey, (NumberPoint | HistogramPoint)[]>> {
  const { rows, arrivals, checks, measures } = summary;
  const one = (value: number) => [{ attributes: {}, value }];
  return {
    duration: durationPoints(summary, names),
    requests: rows.flatMap((row) => requestPoints(row, names)),
    failures: failurePoints(summary, names),
    errors: summary.errors.filter(({ where }) => where !== null).map(({ where, userClass, text, count }) => ({
      attributes: {
        [ATTRIBUTES.where]: where!,
        ...(userClass === "" ? {} : { [ATTRIBUTES.userClass]: userClass }),
        [ATTRIBUTES.errorType]: text,
      },
      value: count,
    })),
    received: rows.map((row) => ({ attributes: attributesOf(row, names), value: row.bytesReceived })),
    ...(arrivals === null ? {} : {
      arrivalsStarted: one(arrivals.started),
      arrivalsLate: one(arrivals.late),
      arrivalsDropped: one(arrivals.dropped),
    }),
    checks: checks.flatMap(({ name, passed, failed }) =>
      Object.entries({ passed, failed }).map(([outcome, value]) => ({
        attributes: { [ATTRIBUTES.check]: name, [ATTRIBUTES.outcome]: outcome },
        value,
      }))
    ),
    measure: measures.filter(({ unit }) => unit === "").map((measure) => measurePoint(measure, 1)),
    measureDuration: measures.filter(({ unit }) => unit === "ms").map((measure) => measurePoint(measure, 1000)),
  };
}

/** Returns the attributes of a row; those that are empty are left out. */
function attributesOf(row: Pick<RowSummary, "method" | "name" | "userClass" | "inTotal">, names: NameSet): Attributes {
  const known = rowAttributesOf(names);
  return {
    [known.row]: row.name,
    ...(row.method === "" ? {} : { [known.method]: row.method }),
    ...(row.userClass === "" ? {} : { [ATTRIBUTES.userClass]: row.userClass }),
    ...(row.inTotal ? {} : { [ATTRIBUTES.inTotal]: false }),
  };
}

/**
 * Returns the times of each row: of each error, and of the other requests. They are not kept apart where two rows differ
 * only in whether they are part of the total, since errors do not say which is theirs.
 */
function durationPoints({ rows, failureTimes }: Summary, names: NameSet): HistogramPoint[] {
  const { outcome } = rowAttributesOf(names);
  const [rowsOf, timesOf] = [Map.groupBy(rows, keyOf), Map.groupBy(failureTimes, keyOf)];
  return rows.flatMap((row) => {
    const attributes = { ...attributesOf(row, names), ...(outcome === null ? {} : { [outcome]: "UNSET" }) };
    const key = keyOf(row);
    const failures = rowsOf.get(key)!.length > 1 ? [] : timesOf.get(key) ?? [];
    if (failures.length === 0) return [{ attributes, figures: timeFigures(row.histogram) }];
    const byType = Map.groupBy(failures, ({ text }) => errorTypeOf(text));
    const failed = [...byType].map(([type, parts]) => ({
      attributes: { ...attributes, [ATTRIBUTES.errorType]: type, ...(outcome === null ? {} : { [outcome]: "ERROR" }) },
      figures: timeFigures(sumOf(parts), null),
    }));
    const others = row.histogram.clone();
    for (const { histogram } of failures) others.subtract(histogram);
    return others.count === 0 ? failed : [{ attributes, figures: timeFigures(others, null) }, ...failed];
  });
}

function sumOf(parts: readonly { readonly histogram: Histogram }[]): Histogram {
  const sum = new Histogram();
  for (const { histogram } of parts) sum.merge(histogram);
  return sum;
}

/** Returns the requests of a row by status; they add up to its count. Those without a usual status have no attribute. */
function requestPoints(row: RowSummary, names: NameSet): NumberPoint[] {
  const attributes = attributesOf(row, names);
  const { status } = rowAttributesOf(names);
  const codes = Object.entries(row.statuses).filter(([code]) => code !== "other");
  const byStatus = codes.map(([code, value]) => ({ attributes: { ...attributes, [status]: Number(code) }, value }));
  const rest = row.count - byStatus.reduce((sum, { value }) => sum + value, 0);
  return rest > 0 ? [...byStatus, { attributes, value: rest }] : byStatus;
}

/** Returns the failures of rows by error; those of one row add up to its failures. */
function failurePoints({ rows, errors }: Summary, names: NameSet): NumberPoint[] {
  const byRow = Map.groupBy(errors.filter(({ where }) => where === null), keyOf);
  return rows.flatMap((row) => {
    const attributes = attributesOf(row, names);
    const byType = new Map<string, number>();
    // Errors do not say whether their row is part of the total: of two rows of one name, the first takes what it can.
    let left = row.failures;
    for (const error of byRow.get(keyOf(row)) ?? []) {
      const type = errorTypeOf(error.text);
      const count = Math.min(error.count, left);
      if (count > 0) byType.set(type, (byType.get(type) ?? 0) + count);
      left -= count;
    }
    if (left > 0) byType.set("_OTHER", (byType.get("_OTHER") ?? 0) + left);
    return [...byType].map(([type, value]) => ({ attributes: { ...attributes, [ATTRIBUTES.errorType]: type }, value }));
  });
}

function keyOf(
  { method, name, userClass }: { readonly method: string; readonly name: string; readonly userClass: string },
) {
  return JSON.stringify([method, name, userClass]);
}

/** @param extremes What becomes of the extremes: `null` if they are not known */
function timeFigures(histogram: Histogram, extremes?: null): HistogramFigures {
  const { count, sumUs, minUs, maxUs } = histogram;
  const values = [...histogram.buckets()].map(({ lowerUs, upperUs, count: times }) =>
    [(upperUs - lowerUs === 1 ? lowerUs : (lowerUs + upperUs) / 2) / 1e6, times] as const
  );
  const known = extremes === null ? { min: null, max: null } : { min: minUs / 1e6, max: maxUs / 1e6 };
  return { count, sum: sumUs / 1e6, ...known, values };
}

function measurePoint({ name, histogram, count, mean, min, max }: MeasureSummary, perUnit: number): HistogramPoint {
  const values = histogram.buckets().map(({ value, count: times }) => [value / perUnit, times] as const);
  const figures = { count, sum: mean * count / perUnit, min: min / perUnit, max: max / perUnit, values };
  return { attributes: { [ATTRIBUTES.measure]: name }, figures };
}
