/**
 * The figures as tables of text.
 *
 * @module
 */

import { type CellType, Column, Table } from "@cliffy/table";
import { bold, dim, red } from "@std/fmt/colors";
import { displayWidth, oneLine, truncateMiddle } from "../core/text.ts";
import { formatMs, formatPercent, formatRate } from "../core/units.ts";
import type { RowSummary, Summary } from "../stats/summary.ts";

/** How tables are drawn. */
export interface TableStyle {
  /** Columns of the terminal; lines grow past it rather than lose a figure. */
  readonly width: number;
  /** Whether ANSI colours are used. */
  readonly hasColor: boolean;
}

/** Shortest a name is cut to. */
const MIN_NAME_WIDTH = 8;
const PADDING = 2;
const HEADER = ["Method", "Name", "Count", "Failures", "Avg", "p50", "p95", "p99", "Max", "Rate"];
const NAME_COLUMN = 1;
const FAILURES_COLUMN = 3;

/**
 * Draws the rows and their total.
 *
 * @param summary The figures
 * @param rates Where the rates come from: the last interval while the load runs. @default summary
 */
export function statsTable(summary: Summary, style: TableStyle, rates: Summary = summary): string {
  const rateOf = new Map(rates.rows.map((row) => [`${row.method} ${row.name}`, row.ratePerSecond]));
  const rows = summary.rows.map((row) => cells(row, rateOf.get(`${row.method} ${row.name}`) ?? 0));
  const total = cells(summary.total, rates.total.ratePerSecond);
  const widths = columnWidths([HEADER, ...rows, total], style.width);
  const line = widths.map((width) => paint(dim, "─".repeat(width), style));
  const body = [...rows, total].map((row) => fitted(row, widths[NAME_COLUMN]!, style));
  return new Table<CellType[]>(line, ...body.slice(0, -1), line, body.at(-1)!)
    .header(HEADER.map((title) => paint(bold, title, style)))
    .padding(PADDING)
    .indent(1)
    .columns(HEADER.map((_, index) => new Column().align(index <= NAME_COLUMN ? "left" : "right")))
    .toString();
}

/** Draws the error texts, most frequent first; empty without errors. */
export function errorTable(summary: Summary, style: TableStyle): string {
  if (summary.errors.length === 0) return "";
  const counts = summary.errors.map(({ count }) => String(count));
  const countWidth = Math.max("Count".length, ...counts.map((count) => count.length));
  const textWidth = Math.max(style.width - countWidth - PADDING - 1, 20);
  const rows = summary.errors.map(({ text }, index) => [counts[index]!, oneLine(text)]);
  const longest = Math.min(textWidth, Math.max("Error".length, ...rows.map((row) => displayWidth(row[1]!))));
  return new Table<CellType[]>(
    ["─".repeat(countWidth), "─".repeat(longest)].map((line) => paint(dim, line, style)),
    ...rows,
  )
    .header(["Count", "Error"].map((title) => paint(bold, title, style)))
    .padding(PADDING)
    .indent(1)
    .columns([new Column().align("right"), new Column().maxWidth(textWidth)])
    .toString();
}

function cells(row: RowSummary, ratePerSecond: number): string[] {
  return [
    oneLine(row.method),
    oneLine(row.name),
    String(row.count),
    `${row.failures} (${formatPercent(row.failureRatio)})`,
    formatMs(row.meanMs),
    formatMs(row.p50Ms),
    formatMs(row.p95Ms),
    formatMs(row.p99Ms),
    formatMs(row.maxMs),
    formatRate(ratePerSecond),
  ];
}

/** Returns the width of each column: figures take what they need, the name what is left. */
function columnWidths(rows: readonly string[][], width: number): number[] {
  const widths = HEADER.map((_, index) => Math.max(...rows.map((row) => displayWidth(row[index]!))));
  const others = widths.reduce((sum, one) => sum + one, 0) - widths[NAME_COLUMN]!;
  const room = width - 1 - others - PADDING * (HEADER.length - 1);
  widths[NAME_COLUMN] = Math.min(widths[NAME_COLUMN]!, Math.max(room, MIN_NAME_WIDTH));
  return widths;
}

function fitted(row: readonly string[], nameWidth: number, style: TableStyle): string[] {
  return row.map((cell, index) => {
    if (index === NAME_COLUMN) return truncateMiddle(cell, nameWidth);
    if (index === FAILURES_COLUMN && !cell.startsWith("0 ")) return paint(red, cell, style);
    return cell;
  });
}

function paint(color: (text: string) => string, text: string, style: TableStyle): string {
  return style.hasColor ? color(text) : text;
}
