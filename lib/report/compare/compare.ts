/**
 * Compares the rows of a run with those of earlier runs of the same test.
 *
 * @module
 */

import type { RowBefore } from "../../stats/run_model.ts";
import type { HistoryRow } from "../json/row_histories.ts";
import { type Center, noiseOf, type Series } from "./noise.ts";
import type { RunFigures, RunRow } from "./run_file.ts";

/** Minimum number of spans of each run: below it, noise cannot be told from a difference. */
const MIN_SPANS = 8;

/** A figure that is judged. */
interface Figure {
  readonly name: "avg" | "p50" | "p95" | "failures";
  /** Returns the value of the whole run: milliseconds, or a ratio 0–1. */
  value(row: RunRow): number;
  readonly center: Center;
  /** Returns the values per span. */
  spans(history: HistoryRow): readonly number[];
}

const FIGURES: readonly Figure[] = [
  { name: "avg", center: "mean", value: (row) => row.meanMs, spans: (history) => history.meanMs },
  { name: "p50", center: "median", value: (row) => row.p50Ms, spans: (history) => history.p50Ms },
  { name: "p95", center: "mean", value: (row) => row.p95Ms, spans: (history) => history.p95Ms },
  {
    name: "failures",
    center: "mean",
    value: (row) => row.failureRatio,
    spans: ({ failures, counts }) => failures.map((failed, index) => counts[index] === 0 ? 0 : failed / counts[index]!),
  },
];

/**
 * The result of a figure: `noise` is a difference above the tolerance that chance explains, `too short` one of runs that
 * are too short to know.
 */
export type FigureVerdict = "same" | "noise" | "slower" | "faster" | "more" | "fewer" | "too short";

/** A figure of a row, old and new. */
export interface FigureChange {
  readonly figure: Figure["name"];
  /** Milliseconds, or a ratio 0–1; with several earlier runs, the mean weighted by requests. */
  readonly old: number;
  readonly new: number;
  /** What it may change by chance: a share of the old value for times, a difference of ratios for failures. */
  readonly noise: number | null;
  readonly verdict: FigureVerdict;
}

/** A row, old and new. */
export interface RowChange {
  readonly method: string;
  readonly name: string;
  readonly userClass: string;
  /** Where the row occurs. */
  readonly in: "both" | "old" | "new";
  /** Empty unless the row occurs in both. */
  readonly figures: readonly FigureChange[];
  /** Requests per second, which are shown and not judged; with several earlier runs, their mean. */
  readonly rate: { readonly old: number; readonly new: number };
  /** Whether it is slower or fails more often than tolerance and noise allow. */
  readonly isWorse: boolean;
}

/**
 * Compares each row, and the total.
 *
 * A time differs if new / old exceeds both the tolerance and the noise. Failures differ if they exceed the noise, and
 * the tolerance as a share of the old ratio.
 *
 * @param olds The earlier runs, at least one
 * @param tolerance The least difference that counts, as a share of the old value, 0 or more
 */
export function compareRuns(olds: readonly RunFigures[], latest: RunFigures, tolerance: number): RowChange[] {
  const keys = new Set([latest, ...olds].flatMap(({ rows }) => rows.map(keyOf)));
  const rows = [...keys].map((key) => {
    const find = (run: RunFigures) => run.rows.find((row) => keyOf(row) === key);
    return compareRow(olds.map(find).filter((row) => row !== undefined), find(latest), tolerance);
  });
  return [...rows, compareRow(olds.map(({ total }) => total), latest.total, tolerance)];
}

function compareRow(olds: readonly RunRow[], latest: RunRow | undefined, tolerance: number): RowChange {
  const { method, name, userClass } = (latest ?? olds[0])!;
  const place = latest === undefined ? "old" : olds.length === 0 ? "new" : "both";
  const figures = place === "both" ? figuresOf(olds, latest!, tolerance) : [];
  const rate = { old: meanOf(olds.map(({ ratePerSecond }) => ratePerSecond)), new: latest?.ratePerSecond ?? 0 };
  return { method, name, userClass, in: place, figures, rate, isWorse: figures.some(isWorse) };
}

/** Returns the figures of each row in earlier runs, the total last. */
export function rowsBefore(olds: readonly RunFigures[]): RowBefore[] {
  const byRow = Map.groupBy(olds.flatMap(({ rows }) => rows), keyOf);
  return [...byRow.values(), olds.map(({ total }) => total)].map((rows) => {
    const { method, name, userClass, inTotal } = rows[0]!;
    const weight = rows.reduce((sum, { count }) => sum + count, 0);
    const mean = (value: (row: RunRow) => number) =>
      weight === 0 ? 0 : rows.reduce((sum, row) => sum + row.count * value(row), 0) / weight;
    return {
      ...{ method, name, userClass, inTotal },
      p95Ms: mean((row) => row.p95Ms),
      failureRatio: mean((row) => row.failureRatio),
      ratePerSecond: mean((row) => row.ratePerSecond),
    };
  });
}

/** Returns whether a figure is worse by more than tolerance and noise. */
export function isWorse({ verdict }: FigureChange): boolean {
  return verdict === "slower" || verdict === "more";
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function figuresOf(olds: readonly RunRow[], latest: RunRow, tolerance: number): FigureChange[] {
  const isLong = [...olds, latest].every(({ history }) => history.counts.length >= MIN_SPANS);
  const noises = isLong ? noiseOf(olds.map(seriesOf), seriesOf(latest), FIGURES.map(({ center }) => center)) : null;
  return FIGURES.map((figure, index) => {
    const { name } = figure;
    const weight = olds.reduce((sum, { count }) => sum + count, 0);
    const before = weight === 0 ? 0 : olds.reduce((sum, row) => sum + row.count * figure.value(row), 0) / weight;
    const after = figure.value(latest);
    const values = { figure: name, old: before, new: after };
    if (noises === null) {
      return { ...values, noise: null, verdict: isNear(before, after, tolerance) ? "same" : "too short" };
    }
    const { log, absolute } = noises[index]!;
    if (name === "failures") {
      return { ...values, noise: absolute, verdict: failureVerdict(before, after, absolute, tolerance) };
    }
    return { ...values, noise: Math.expm1(log), verdict: timeVerdict(before, after, log, tolerance) };
  });
}

function timeVerdict(before: number, after: number, noiseLog: number, tolerance: number): FigureVerdict {
  if (isNear(before, after, tolerance)) return "same";
  if (before > 0 && after > 0 && Math.abs(Math.log(after / before)) <= noiseLog) return "noise";
  return after > before ? "slower" : "faster";
}

function failureVerdict(before: number, after: number, noise: number, tolerance: number): FigureVerdict {
  if (isNear(before, after, tolerance)) return "same";
  if (Math.abs(after - before) <= noise) return "noise";
  return after > before ? "more" : "fewer";
}

/** Returns whether the larger value exceeds the smaller by the tolerance at most. */
function isNear(before: number, after: number, tolerance: number): boolean {
  return Math.max(before, after) <= Math.min(before, after) * (1 + tolerance);
}

function seriesOf({ history }: RunRow): Series {
  return { counts: history.counts, values: FIGURES.map(({ spans }) => spans(history)) };
}

function keyOf({ userClass, method, name, inTotal }: RunRow): string {
  return `${userClass}\n${method}\n${name}\n${inTotal}`;
}
