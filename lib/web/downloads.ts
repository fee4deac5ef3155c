/**
 * A finished run as a file.
 *
 * @module
 */

import { rowsTable } from "../report/csv/csv_tables.ts";
import type { History } from "../report/html/history.ts";
import { reportPage } from "../report/html/page.ts";
import { summaryJson } from "../report/json/summary_json.ts";
import { DEFAULT_PERCENTILES } from "../report/percentiles.ts";
import type { RunResult } from "../stats/run_model.ts";
import type { Note } from "./protocol.ts";

/** Formats of the file, with their media types; `csv` has the rows. */
export const MEDIA_TYPES = {
  html: "text/html; charset=utf-8",
  json: "application/json",
  csv: "text/csv; charset=utf-8",
} as const;

/** One of the formats. */
export type ReportKind = keyof typeof MEDIA_TYPES;

/** Returns the contents of the file. */
export function renderReport(kind: ReportKind, result: RunResult, history: History, notes: readonly Note[]): string {
  switch (kind) {
    case "html":
      return reportPage(result, history, notes);
    case "json":
      return `${JSON.stringify(summaryJson(result), null, 2)}\n`;
    case "csv":
      return rowsTable(result.summary, result.endedAt, result.mostUsers, DEFAULT_PERCENTILES);
  }
}
