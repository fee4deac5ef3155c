/**
 * CSV as described by RFC 4180, safe to open in a spreadsheet.
 *
 * @module
 */

import { oneLine } from "../../core/text.ts";

/** A cell: a string, a number, or `null` for an empty cell. */
export type Cell = string | number | null;

/** First characters, after spaces, that make spreadsheets read a cell as a formula; with their wide forms. */
const FORMULA = /^\s*[=+\-@|%\uff1d\uff0b\uff0d\uff20]/;

/** Returns one line with its line end. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(",")}\n`;
}

/**
 * Returns a cell. Numbers have at most three decimals and no exponent. Strings come from servers and user code: control
 * characters and line ends become `·`, and a string that a spreadsheet would read as a formula begins with `'`.
 */
export function csvCell(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(Math.round(cell * 1000) / 1000);
  const line = oneLine(cell);
  const safe = FORMULA.test(line) || FORMULA.test(cell) || /^[\t\r\n]/.test(cell) ? `'${line}` : line;
  return /[",;]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
