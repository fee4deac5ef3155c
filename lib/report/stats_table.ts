/**
 * Tables of rows and errors for a terminal.
 *
 * @module
 */

import { dim, red } from "@std/fmt/colors";
import { displayWidth, oneLine, truncateMiddle } from "../core/text.ts";
import type { RowSummary, Summary } from "../stats/summary.ts";
import { errorOrigin, errorText } from "./error_cells.ts";
import { busiestRows, type RowColumn, rowColumns } from "./row_cells.ts";
import { textTable } from "./text_table.ts";

/** The style of tables. */
export interface TableStyle {
  /** Width of the terminal in columns; lines exceed it rather than lose a figure. */
  readonly width: number;
  /** Whether ANSI colours are used. */
  readonly hasColor: boolean;
  /**
   * For a live table: the largest width so far of each column of figures, by title. Columns do not get narrower, so
   * that the table does not jump, and a terminal that is too narrow for all columns shows the most important ones.
   */
  readonly widest?: Map<string, number>;
  /** Percentiles with a column. @default 50, 95, 99 */
  readonly percentiles?: readonly number[];
  /** Maximum number of rows; a line counts the others, which have the fewest requests. @default Infinity */
  readonly maxRows?: number;
}

/** Minimum width of a truncated name. */
const MIN_NAME_WIDTH = 8;
/** Names up to this width reduce the space between columns rather than being truncated. */
const SHORT_NAME_WIDTH = 20;
/** Maximum number of errors under the summary. */
const MAX_ERROR_LINES = 50;
/** Maximum number of errors during the load. */
const MAX_LIVE_ERRORS = 5;
/** Maximum share of the width for the row of an error, 0–1. */
const MAX_ORIGIN_SHARE = 0.4;
/** Marks a row that does not count in the total. */
const OUTSIDE_MARK = "*";
const PADDING = 2;
const NARROW_PADDING = 1;
/** Columns that a live table omits in a narrow terminal, in this order; the summary has them all. */
const DISPENSABLE: readonly string[] = [
  "Avg",
  "Max",
  "p99",
  "Count",
  "p50",
  "Method",
  "User",
  "p95",
  "Rate",
  "Failures",
];

/**
 * Returns a table of the rows and their total.
 *
 * @param summary The figures
 * @param rates Source of the rates: the last interval during the load. @default summary
 */
export function statsTable(summary: Summary, style: TableStyle, rates: Summary = summary): string {
  const rateOf = new Map(rates.rows.map((row) => [rowKey(row), row.ratePerSecond]));
  const shown = busiestRows(summary.rows, style.maxRows ?? Infinity);
  const rowsWithRate = shown.map((row) => ({ ...row, ratePerSecond: rateOf.get(rowKey(row)) ?? 0 }));
  const rows = [...rowsWithRate, { ...summary.total, ratePerSecond: rates.total.ratePerSecond }];
  const left = summary.rows.length - shown.length;
  const moreText = left > 0 ? `… ${left} more` : "";
  const all = rowColumns(summary, style.percentiles).map((column) => measured(column, rows, moreText, style));
  const { columns, padding } = layout(all, style);
  const line = columns.map(({ width }) => paint(dim, "─".repeat(width), style));
  const body = rows.map((_, index) => columns.map((column) => fitted(column, column.cells[index]!, style)));
  const more = columns.map(({ kind, width }) => kind === "name" ? truncateMiddle(moreText, width) : "");
  const table = textTable(
    columns.map(({ title, kind }) => ({ title, align: kind === "figure" ? "right" : "left" })),
    [line, ...body.slice(0, -1), ...(left > 0 ? [more] : []), line, body.at(-1)!],
    { padding, hasColor: style.hasColor },
  );
  return hasRowOutside(summary) ? `${table}\n ${OUTSIDE_MARK} not in Total` : table;
}

/** Returns whether any row does not count in the total; then there is a line about it under the table. */
export function hasRowOutside({ rows }: Summary): boolean {
  return rows.some(({ inTotal }) => !inTotal);
}

function rowKey({ userClass, method, name, inTotal }: RowSummary): string {
  return `${userClass} ${method} ${name} ${inTotal}`;
}

/** Returns a table of the errors with their rows, most frequent first; empty without errors. */
export function errorTable({ errors }: Summary, style: TableStyle): string {
  if (errors.length === 0) return "";
  const shown = errors.slice(0, MAX_ERROR_LINES);
  const counts = shown.map(({ count }) => String(count));
  const origins = shown.map(errorOrigin);
  const countWidth = widest("Count", counts);
  const originWidth = Math.min(
    widest("Where", origins),
    Math.max(Math.floor(style.width * MAX_ORIGIN_SHARE), MIN_NAME_WIDTH),
  );
  const textWidth = Math.max(style.width - countWidth - originWidth - 2 * PADDING - 1, 20);
  const texts = shown.map(errorText);
  const traces = shown.map(({ traceId }) => traceId === null ? "" : `trace ${traceId}`);
  const line = [countWidth, originWidth, Math.min(textWidth, widest("Error", [...texts, ...traces]))]
    .map((width) => paint(dim, "─".repeat(width), style));
  const rows = shown.flatMap((_, index) => [
    [counts[index]!, truncateMiddle(origins[index]!, originWidth), texts[index]!],
    ...(traces[index] === "" ? [] : [["", "", paint(dim, traces[index]!, style)]]),
  ]);
  const table = textTable(
    [{ title: "Count", align: "right" }, { title: "Where" }, { title: "Error", maxWidth: textWidth }],
    [line, ...rows],
    { padding: PADDING, hasColor: style.hasColor },
  );
  return errors.length > shown.length ? `${table}\n … ${errors.length - shown.length} more` : table;
}

/**
 * Returns a line for each of the most frequent errors, for the live screen.
 *
 * @param maxLines Maximum number of lines, including the title; below 2, the result is empty
 */
export function errorLines({ errors }: Summary, style: TableStyle, maxLines: number): string[] {
  if (errors.length === 0 || maxLines < 2) return [];
  const shown = errors.slice(0, Math.min(maxLines - 1, MAX_LIVE_ERRORS));
  const room = Math.max(style.width - 1, 1);
  const countWidth = widest("", shown.map(({ count }) => String(count)));
  const originWidth = Math.min(widest("", shown.map(errorOrigin)), Math.floor(room * MAX_ORIGIN_SHARE));
  const more = errors.length > shown.length ? `, the ${shown.length} most frequent of ${errors.length}` : "";
  const lines = shown.map((error) => {
    const origin = truncateMiddle(errorOrigin(error), Math.max(originWidth, 1));
    const count = paint(red, String(error.count).padStart(countWidth), style);
    const blanks = " ".repeat(Math.max(0, originWidth - displayWidth(origin)));
    const left = room - countWidth - originWidth - 2 * PADDING;
    return ` ${count}  ${origin}${blanks}  ${truncateMiddle(errorText(error), Math.max(left, 1))}`;
  });
  return [` ${truncateMiddle(`Errors${more}:`, room)}`, ...lines];
}

function widest(title: string, texts: readonly string[]): number {
  return Math.max(...[title, ...texts].map(displayWidth));
}

/** A column with its cells. */
interface MeasuredColumn extends Pick<RowColumn, "title" | "kind"> {
  readonly cells: readonly string[];
  readonly width: number;
}

function measured(
  { title, kind, cell }: RowColumn,
  rows: readonly RowSummary[],
  moreText: string,
  style: TableStyle,
): MeasuredColumn {
  const shown = (row: RowSummary) => kind === "name" && !row.inTotal ? `${row.name} ${OUTSIDE_MARK}` : cell(row);
  const cells = rows.map((row) => oneLine(shown(row)));
  const all = [title, ...cells, kind === "name" ? moreText : ""];
  const width = Math.max(...all.map(displayWidth), style.widest?.get(title) ?? 0);
  if (kind === "figure") style.widest?.set(title, width);
  return { title, kind, cells, width };
}

/** Fits columns into the terminal: figures take the width they need, the name takes the rest. */
function layout(all: readonly MeasuredColumn[], { width, widest }: TableStyle): {
  readonly columns: readonly MeasuredColumn[];
  readonly padding: number;
} {
  /** Returns the width left for the name beside the other columns. */
  const room = (columns: readonly MeasuredColumn[], padding: number) =>
    columns.reduce((left, one) => left - (one.kind === "name" ? 0 : one.width), width - 1) -
    padding * (columns.length - 1);
  const name = all.find(({ kind }) => kind === "name")!;
  const padding = room(all, PADDING) < Math.min(name.width, SHORT_NAME_WIDTH) ? NARROW_PADDING : PADDING;
  const minNameWidth = Math.min(name.width, MIN_NAME_WIDTH);
  const dispensable = widest === undefined ? [] : dispensableTitles(all);
  let columns = all;
  while (room(columns, padding) < minNameWidth && dispensable.length > 0) {
    const title = dispensable.shift();
    columns = columns.filter((column) => column.title !== title);
  }
  const leastWidth = widest === undefined ? minNameWidth : 1;
  const nameWidth = Math.min(name.width, Math.max(room(columns, padding), leastWidth));
  return { columns: columns.map((one) => one === name ? { ...one, width: nameWidth } : one), padding };
}

/** Returns the titles of columns in the order in which they are omitted; percentiles asked for go before the usual ones. */
function dispensableTitles(all: readonly MeasuredColumn[]): string[] {
  const asked = all.filter(({ title }) => /^p[\d.]+$/.test(title) && !DISPENSABLE.includes(title));
  return [...DISPENSABLE.slice(0, 2), ...asked.map(({ title }) => title).reverse(), ...DISPENSABLE.slice(2)];
}

function fitted({ kind, title, width }: MeasuredColumn, cell: string, style: TableStyle): string {
  if (kind === "name") return truncateMiddle(cell, width);
  return title === "Failures" && !cell.startsWith("0 ") ? paint(red, cell, style) : cell;
}

function paint(color: (text: string) => string, text: string, style: TableStyle): string {
  return style.hasColor ? color(text) : text;
}
