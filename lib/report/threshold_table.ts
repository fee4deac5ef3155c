/**
 * How the thresholds came out, as a table of text.
 *
 * @module
 */

import { type CellType, Table } from "@cliffy/table";
import { bold, green, red, yellow } from "@std/fmt/colors";
import { oneLine } from "../core/text.ts";
import type { ThresholdResult, Verdict } from "../stats/thresholds.ts";
import type { TableStyle } from "./stats_table.ts";

const COLORS: Readonly<Record<Verdict, (text: string) => string>> = { pass: green, fail: red, "no data": yellow };

/** Draws a line for each threshold; empty without thresholds. */
export function thresholdTable(results: readonly ThresholdResult[], style: TableStyle): string {
  if (results.length === 0) return "";
  const paint = (color: (text: string) => string, text: string) => style.hasColor ? color(text) : text;
  const rows = results.map(({ expression, verdict, actual }): CellType[] => [
    paint(COLORS[verdict], verdict),
    oneLine(expression),
    actual ?? "-",
  ]);
  return new Table<CellType[]>(...rows)
    .header(["Verdict", "Threshold", "Measured"].map((title) => paint(bold, title)))
    .padding(2)
    .indent(1)
    .toString();
}
