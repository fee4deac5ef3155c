/**
 * The columns of rows in all reports.
 *
 * @module
 */

import { formatMs, formatPercent, formatRate } from "../core/units.ts";
import type { RowSummary, Summary, TimeSummary } from "../stats/summary.ts";

/** One column. */
export interface RowColumn {
  readonly title: string;
  /** The kind of contents: figures are right-aligned. */
  readonly kind: "class" | "method" | "name" | "figure";
  /** Returns the cell of a row. */
  cell(row: RowSummary): string;
}

const CLASS: RowColumn = { title: "User", kind: "class", cell: (row) => row.userClass };

const COLUMNS: readonly RowColumn[] = [
  { title: "Method", kind: "method", cell: (row) => row.method },
  { title: "Name", kind: "name", cell: nameCell },
  figure("Count", (row) => String(row.count)),
  figure("Failures", (row) => `${row.failures} (${formatPercent(row.failureRatio)})`),
  time("Avg", "meanMs"),
  time("p50", "p50Ms"),
  time("p95", "p95Ms"),
  time("p99", "p99Ms"),
  time("Max", "maxMs"),
  figure("Rate", (row) => formatRate(row.ratePerSecond)),
];

/** Returns the columns of a summary's rows, with the users' class if rows are separate for each class. */
export function rowColumns(summary: Summary): readonly RowColumn[] {
  return summary.rows.some(({ userClass }) => userClass !== "") ? [CLASS, ...COLUMNS] : COLUMNS;
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
