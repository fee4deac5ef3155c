/**
 * The CSV tables of a run, derived from its summaries.
 *
 * @module
 */

import type { RunView } from "../../stats/run_model.ts";
import type { RowSummary, Summary } from "../../stats/summary.ts";
import { errorOrigin } from "../error_cells.ts";
import { percentilesMs } from "../percentiles.ts";
import { type Cell, csvLine } from "./csv.ts";

/** Returns the header of the history. */
export function historyHeader(percentiles: readonly number[]): string {
  return csvLine(titles(percentiles));
}

/**
 * Returns the history's lines of a view: one for each row seen so far, with the figures since the previous view, and
 * the total. Times of a row without requests in that time are empty.
 *
 * @param at Wall-clock time of the view
 */
export function historyLines({ overall, interval, users }: RunView, at: Date, percentiles: readonly number[]): string {
  const current = new Map(interval.rows.map((row) => [keyOf(row), row]));
  const lines = overall.rows.map((row) => {
    const figures = current.get(keyOf(row));
    const cells = figures === undefined ? emptyCells(row, percentiles) : rowCells(figures, percentiles);
    return csvLine([at.toISOString(), ...cells, users]);
  });
  return [...lines, csvLine([at.toISOString(), ...rowCells(interval.total, percentiles), users])].join("");
}

/**
 * Returns the table of rows, with the total last.
 *
 * @param at Wall-clock time of the figures
 * @param users Users running at that time
 */
export function rowsTable({ rows, total }: Summary, at: Date, users: number, percentiles: readonly number[]): string {
  const lines = [...rows, total].map((row) =>
    csvLine([
      ...[at.toISOString(), ...rowCells(row, percentiles), users],
      ...[timed(row, row.minMs), timed(row, row.meanMs), row.bytesReceived],
    ])
  );
  return [csvLine([...titles(percentiles), "min_ms", "mean_ms", "bytes"]), ...lines].join("");
}

/** Returns the table of errors, most frequent first. The name of an error outside a request is its origin. */
export function errorsTable({ errors }: Summary): string {
  const lines = errors.map((error) => {
    const { method, name, where, text, count, firstAt, lastAt } = error;
    const origin = where === null ? [method, name] : ["", errorOrigin(error)];
    return csvLine([...origin, text, count, firstAt.toISOString(), lastAt.toISOString()]);
  });
  return [csvLine(["method", "name", "text", "count", "first", "last"]), ...lines].join("");
}

function titles(percentiles: readonly number[]): string[] {
  return [
    ...["time", "method", "name", "user_class", "count", "failures", "rate"],
    ...percentiles.map((percentile) => `p${percentile}_ms`),
    ...["max_ms", "users"],
  ];
}

/** Returns the cells from the method to the maximum. */
function rowCells(row: RowSummary, percentiles: readonly number[]): Cell[] {
  const times = [...percentilesMs(row, percentiles), row.maxMs].map((ms) => timed(row, ms));
  return [row.method, row.name, row.userClass, row.count, row.failures, row.ratePerSecond, ...times];
}

function emptyCells({ method, name, userClass }: RowSummary, percentiles: readonly number[]): Cell[] {
  return [method, name, userClass, 0, 0, 0, ...percentiles.map(() => null), null];
}

/** Returns a time of a row; `null` for a row without times. */
function timed({ count, untimed }: RowSummary, ms: number): number | null {
  return count > untimed ? ms : null;
}

function keyOf({ userClass, method, name, inTotal }: RowSummary): string {
  return `${userClass}\n${method}\n${name}\n${inTotal}`;
}
