/**
 * The columns of rows in all reports.
 *
 * @module
 */

import { formatMs, formatPercent, formatRate } from "../core/units.ts";
import type { RowSummary, Summary, TimeSummary } from "../stats/summary.ts";
import { DEFAULT_PERCENTILES, percentilesMs } from "./percentiles.ts";

/** One column. */
export interface RowColumn {
  readonly title: string;
  /** The kind of contents: figures are right-aligned. */
  readonly kind: "class" | "method" | "name" | "figure";
  /** Returns the cell of a row. */
  cell(row: RowSummary): string;
}

const CLASS: RowColumn = { title: "User", kind: "class", cell: (row) => row.userClass };

const NAMES: readonly RowColumn[] = [
  { title: "Method", kind: "method", cell: (row) => row.method },
  { title: "Name", kind: "name", cell: nameCell },
];
const COUNTS: readonly RowColumn[] = [
  figure("Count", (row) => String(row.count)),
  figure("Failures", (row) => `${row.failures} (${formatPercent(row.failureRatio)})`),
  time("Avg", "meanMs"),
];
const LAST: readonly RowColumn[] = [
  time("Max", "maxMs"),
  figure("Rate", (row) => formatRate(row.ratePerSecond)),
];

/**
 * Returns the columns of a summary's rows, with the users' class if rows are separate for each class.
 *
 * @param percentiles Percentiles with a column
 */
export function rowColumns(
  summary: Summary,
  percentiles: readonly number[] = DEFAULT_PERCENTILES,
): readonly RowColumn[] {
  const hasClass = summary.rows.some(({ userClass }) => userClass !== "");
  return [...(hasClass ? [CLASS] : []), ...NAMES, ...COUNTS, ...percentiles.map(percentileColumn), ...LAST];
}

function percentileColumn(percentile: number): RowColumn {
  return figure(`p${percentile}`, (row) => formatMs(percentilesMs(row, [percentile])[0]!));
}

/** Returns the columns that identify a row. */
export function nameColumns(summary: Summary): readonly RowColumn[] {
  return rowColumns(summary).filter(({ kind }) => kind !== "figure");
}

/** Returns at most `max` rows, those with the most requests, in their order. */
export function busiestRows(rows: readonly RowSummary[], max: number): readonly RowSummary[] {
  if (rows.length <= max) return rows;
  const busiest = new Set(rows.toSorted((a, b) => b.count - a.count).slice(0, max));
  return rows.filter((row) => busiest.has(row));
}

function nameCell({ name, inTotal }: RowSummary): string {
  return inTotal ? name : `${name} (not in Total)`;
}

/** Returns the title of a summary's times; empty in the closed model, which has one kind only. */
export function timesTitle(summary: Summary): string {
  return summary.total.service === null ? "" : "Response times, from the scheduled start";
}

/** Formats times in one line. */
export function timesText({ meanMs, p50Ms, p95Ms, p99Ms, maxMs }: TimeSummary): string {
  return `avg ${formatMs(meanMs)}, p50 ${formatMs(p50Ms)}, p95 ${formatMs(p95Ms)}, p99 ${formatMs(p99Ms)}, max ${
    formatMs(maxMs)
  }`;
}

function figure(title: string, cell: RowColumn["cell"]): RowColumn {
  return { title, kind: "figure", cell };
}

function time(title: string, field: keyof TimeSummary): RowColumn {
  return figure(title, (row) => formatMs(row[field]));
}
