/**
 * A finished run as a file.
 *
 * @module
 */

import { rowsTable } from "../report/csv/csv_tables.ts";
import { reportPage } from "../report/html/page.ts";
import { jsonText, summaryJson } from "../report/json/summary_json.ts";
import type { LiveRun } from "./live_run.ts";

/** Formats of the file, with their media types; `csv` has the rows. */
export const MEDIA_TYPES = {
  html: "text/html; charset=utf-8",
  json: "application/json",
  csv: "text/csv; charset=utf-8",
} as const;

/** One of the formats. */
export type ReportKind = keyof typeof MEDIA_TYPES;

/** Returns the contents of the file; `null` while the run lasts. */
export function renderReport(kind: ReportKind, run: LiveRun): string | null {
  const { result, percentiles: { shown } } = run;
  if (result === null) return null;
  switch (kind) {
    case "html":
      return reportPage(result, run.history, run.notes, shown);
    case "json":
      return jsonText(summaryJson(result, shown, run.rowHistory));
    case "csv":
      return rowsTable(result.summary, result.endedAt, result.mostUsers, shown);
  }
}
