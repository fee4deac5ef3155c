/**
 * Checks, measures and counters of a script, as cells and as tables of text.
 *
 * @module
 */

import { green, red } from "@std/fmt/colors";
import { displayWidth, oneLine, truncateMiddle } from "../core/text.ts";
import { formatPercent } from "../core/units.ts";
import type { CounterValue, RunResult } from "../stats/run_model.ts";
import type { CheckSummary } from "../stats/values/checks.ts";
import type { MeasureSummary } from "../stats/values/measures.ts";
import { formatMeasured } from "../stats/values/value_text.ts";
import { DEFAULT_PERCENTILES } from "./percentiles.ts";
import type { TableStyle } from "./stats_table.ts";
import { textTable } from "./text_table.ts";

/** Titles of the columns of checks; the first is text, the others are figures. */
export const CHECK_TITLES = ["Check", "Passed", "Failed", "Pass rate"] as const;
/** Titles of the columns of counters; the first is text, the other is a figure. */
export const COUNTER_TITLES = ["Counter", "Value"] as const;

const PADDING = 2;
/** Narrowest that names are cut to, in columns of the terminal. */
const MIN_NAME_WIDTH = 12;

/** Returns the cells of a check. */
export function checkCells({ name, passed, failed, passRatio }: CheckSummary): string[] {
  return [oneLine(name), String(passed), String(failed), formatPercent(passRatio)];
}

/** Returns the titles of the columns of measures; the first is text, the others are figures. */
export function measureTitles(percentiles: readonly number[]): string[] {
  return ["Measure", "Count", "Avg", "Min", ...percentiles.map((percentile) => `p${percentile}`), "Max"];
}

/** Returns the cells of a measure. */
export function measureCells(measure: MeasureSummary, percentiles: readonly number[]): string[] {
  const { name, unit, count, mean, min, max, histogram } = measure;
  const values = [mean, min, ...percentiles.map((percentile) => histogram.percentile(percentile)), max];
  return [oneLine(name), String(count), ...values.map((value) => formatMeasured(value, unit))];
}

/** Returns the cells of a counter. */
export function counterCells({ name, value }: CounterValue): string[] {
  return [oneLine(name), String(value)];
}

/** Draws a table each for checks, measures and counters, as far as there are any; names are cut to the width. */
export function valueTables({ summary, counters }: RunResult, style: TableStyle): string[] {
  const { width, hasColor, percentiles = DEFAULT_PERCENTILES } = style;
  const drawn = (titles: readonly string[], rows: readonly (readonly string[])[]) => {
    if (rows.length === 0) return [];
    const figures = titles.slice(1).map((title, index) =>
      Math.max(...[title, ...rows.map((cells) => cells[index + 1]!)].map((text) => displayWidth(text) + PADDING))
    );
    const left = Math.max(MIN_NAME_WIDTH, width - 2 - figures.reduce((sum, one) => sum + one, 0));
    return [textTable(
      titles.map((title, index) => ({ title, align: index === 0 ? "left" : "right" })),
      rows.map(([name, ...others]) => [truncateMiddle(name!, left), ...others]),
      { padding: PADDING, hasColor },
    )];
  };
  const checks = summary.checks.map((check) => {
    const [name, passed, failed, rate] = checkCells(check) as [string, string, string, string];
    const paint = check.failed > 0 ? red : green;
    return [name, passed, failed, hasColor ? paint(rate) : rate];
  });
  return [
    ...drawn(CHECK_TITLES, checks),
    ...drawn(measureTitles(percentiles), summary.measures.map((measure) => measureCells(measure, percentiles))),
    ...drawn(COUNTER_TITLES, counters.map(counterCells)),
  ];
}
