/**
 * The figures as tables of text.
 *
 * @module
 */

import { dim, red } from "@std/fmt/colors";
import { displayWidth, oneLine, truncateMiddle } from "../core/text.ts";
import type { RowSummary, Summary } from "../stats/summary.ts";
import { type RowColumn, rowColumns } from "./row_cells.ts";
import { textTable } from "./text_table.ts";

/** How tables are drawn. */
export interface TableStyle {
  /** Columns of the terminal; lines grow past it rather than lose a figure. */
  readonly width: number;
  /** Whether ANSI colours are used. */
  readonly hasColor: boolean;
  /**
   * Of a table that is drawn again and again: how wide columns of figures have been, by title. They grow no narrower, so
   * that the table does not jump, and the less important ones are left out where the terminal is too narrow for all.
   */
  readonly widest?: Map<string, number>;
}

/** Shortest a name is cut to. */
const MIN_NAME_WIDTH = 8;
/** Names up to this width are kept whole at the price of the space between columns. */
const SHORT_NAME_WIDTH = 20;
const PADDING = 2;
const NARROW_PADDING = 1;
/** Columns that a live table does without in a narrow terminal, the first one first; the summary has them all. */
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
 * Draws the rows and their total.
 *
 * @param summary The figures
 * @param rates Where the rates come from: the last interval while the load runs. @default summary
 */
export function statsTable(summary: Summary, style: TableStyle, rates: Summary = summary): string {
  const rateOf = new Map(rates.rows.map((row) => [rowKey(row), row.ratePerSecond]));
  const rowsWithRate = summary.rows.map((row) => ({ ...row, ratePerSecond: rateOf.get(rowKey(row)) ?? 0 }));
  const rows = [...rowsWithRate, { ...summary.total, ratePerSecond: rates.total.ratePerSecond }];
  const { columns, padding } = layout(rowColumns(summary).map((column) => measured(column, rows, style)), style);
  const line = columns.map(({ width }) => paint(dim, "─".repeat(width), style));
  const body = rows.map((_, index) => columns.map((column) => fitted(column, column.cells[index]!, style)));
  return textTable(
    columns.map(({ title, kind }) => ({ title, align: kind === "figure" ? "right" : "left" })),
    [line, ...body.slice(0, -1), line, body.at(-1)!],
    { padding, hasColor: style.hasColor },
  );
}

function rowKey({ userClass, method, name }: RowSummary): string {
  return `${userClass} ${method} ${name}`;
}

/** Draws the error texts, most frequent first; empty without errors. */
export function errorTable(summary: Summary, style: TableStyle): string {
  if (summary.errors.length === 0) return "";
  const counts = summary.errors.map(({ count }) => String(count));
  const countWidth = Math.max("Count".length, ...counts.map((count) => count.length));
  const textWidth = Math.max(style.width - countWidth - PADDING - 1, 20);
  const rows = summary.errors.map(({ text }, index) => [counts[index]!, oneLine(text)]);
  const longest = Math.min(textWidth, Math.max("Error".length, ...rows.map((row) => displayWidth(row[1]!))));
  const line = ["─".repeat(countWidth), "─".repeat(longest)].map((line) => paint(dim, line, style));
  return textTable(
    [{ title: "Count", align: "right" }, { title: "Error", maxWidth: textWidth }],
    [line, ...rows],
    { padding: PADDING, hasColor: style.hasColor },
  );
}

/** A column with what stands in it. */
interface MeasuredColumn extends Pick<RowColumn, "title" | "kind"> {
  readonly cells: readonly string[];
  readonly width: number;
}

function measured({ title, kind, cell }: RowColumn, rows: readonly RowSummary[], style: TableStyle): MeasuredColumn {
  const cells = rows.map((row) => oneLine(cell(row)));
  const width = Math.max(...[title, ...cells].map(displayWidth), style.widest?.get(title) ?? 0);
  if (kind === "figure") style.widest?.set(title, width);
  return { title, kind, cells, width };
}

/** Fits columns into the terminal: figures take what they need, the name what is left. */
function layout(all: readonly MeasuredColumn[], { width, widest }: TableStyle): {
  readonly columns: readonly MeasuredColumn[];
  readonly padding: number;
} {
  /** What a name may take beside the other columns. */
  const room = (columns: readonly MeasuredColumn[], padding: number) =>
    columns.reduce((left, one) => left - (one.kind === "name" ? 0 : one.width), width - 1) -
    padding * (columns.length - 1);
  const name = all.find(({ kind }) => kind === "name")!;
  const padding = room(all, PADDING) < Math.min(name.width, SHORT_NAME_WIDTH) ? NARROW_PADDING : PADDING;
  const minNameWidth = Math.min(name.width, MIN_NAME_WIDTH);
  const dispensable = widest === undefined ? [] : [...DISPENSABLE];
  let columns = all;
  while (room(columns, padding) < minNameWidth && dispensable.length > 0) {
    const title = dispensable.shift();
    columns = columns.filter((column) => column.title !== title);
  }
  const leastWidth = widest === undefined ? minNameWidth : 1;
  const nameWidth = Math.min(name.width, Math.max(room(columns, padding), leastWidth));
  return { columns: columns.map((one) => one === name ? { ...one, width: nameWidth } : one), padding };
}

function fitted({ kind, title, width }: MeasuredColumn, cell: string, style: TableStyle): string {
  if (kind === "name") return truncateMiddle(cell, width);
  return title === "Failures" && !cell.startsWith("0 ") ? paint(red, cell, style) : cell;
}

function paint(color: (text: string) => string, text: string, style: TableStyle): string {
  return style.hasColor ? color(text) : text;
}
