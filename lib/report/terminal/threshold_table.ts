/**
 * A table of thresholds and their results.
 *
 * @module
 */

import { green, red, yellow } from "@std/fmt/colors";
import { displayWidth, oneLine } from "../../core/text.ts";
import type { ThresholdResult, Verdict } from "../../stats/thresholds.ts";
import type { TableStyle } from "../stats_table.ts";
import { textTable } from "../text_table.ts";

const COLORS: Readonly<Record<Verdict, (text: string) => string>> = { pass: green, fail: red, "no data": yellow };

const HEADER = ["Verdict", "Threshold", "Measured"] as const;
const PADDING = 2;
/** Minimum width of wrapped expressions. */
const MIN_WIDTH = 12;

/** Returns a table of the thresholds, wrapped to the terminal; empty without thresholds. */
export function thresholdTable(results: readonly ThresholdResult[], style: TableStyle): string {
  if (results.length === 0) return "";
  const paint = (color: (text: string) => string, text: string) => style.hasColor ? color(text) : text;
  const rows = results.map(({ expression, verdict, actual }) => [verdict, oneLine(expression), actual ?? "-"] as const);
  const widthOf = (column: 0 | 2) => Math.max(...[HEADER, ...rows].map((row) => displayWidth(row[column])));
  const left = style.width - 1 - widthOf(0) - widthOf(2) - 2 * PADDING;
  return textTable(
    HEADER.map((title, index) => index === 1 ? { title, maxWidth: Math.max(left, MIN_WIDTH) } : { title }),
    rows.map(([verdict, ...others]) => [paint(COLORS[verdict], verdict), ...others]),
    { padding: PADDING, hasColor: style.hasColor },
  );
}
