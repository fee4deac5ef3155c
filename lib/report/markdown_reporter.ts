/**
 * The result of a run as Markdown, for the page of a CI job.
 *
 * @module
 */

import { oneLine } from "../core/text.ts";
import type { ComparisonTable, RunObserver, RunResult } from "../stats/run_model.ts";
import type { RowSummary } from "../stats/summary.ts";
import { errorOrigin, errorText } from "./error_cells.ts";
import { DEFAULT_PERCENTILES } from "./percentiles.ts";
import { type RowColumn, rowColumns, timesTitle } from "./row_cells.ts";
import { noteLines } from "./summary_text.ts";
import { CHECK_TITLES, checkCells, COUNTER_TITLES, counterCells, measureCells, measureTitles } from "./value_tables.ts";

/** Maximum number of rows and of errors: job pages are limited in size. */
const MAX_LINES = 50;

/** Appends a summary to a file, e.g. the one `GITHUB_STEP_SUMMARY` names. */
export class MarkdownReporter implements RunObserver {
  readonly #append: (text: string) => void | Promise<void>;
  readonly #percentiles: readonly number[] | undefined;

  /**
   * @param append Appends Markdown to the page
   * @param percentiles Percentiles with a column. @default 50, 95, 99
   */
  constructor(append: (text: string) => void | Promise<void>, percentiles?: readonly number[]) {
    this.#append = append;
    this.#percentiles = percentiles;
  }

  /** Appends the summary. */
  async onResult(result: RunResult): Promise<void> {
    await this.#append(markdownSummary(result, this.#percentiles));
  }
}

/** Returns the result as Markdown. */
export function markdownSummary(result: RunResult, percentiles: readonly number[] = DEFAULT_PERCENTILES): string {
  const { summary, thresholds, info } = result;
  const columns = rowColumns(summary, percentiles);
  const cells = (row: RowSummary) => columns.map((column) => markdownCell(column, row));
  const rows = summary.rows.slice(0, MAX_LINES).map(cells);
  const parts = [
    `## Load test ${code(info.subject)}`,
    ...noteLines(result).map(escaped),
    ...[...result.warnings, ...result.problems].map((text) => `> **Warning:** ${escaped(text)}`),
    ...(timesTitle(summary) === "" ? [] : [`${timesTitle(summary)}:`]),
    table(
      columns.map(({ title }) => title),
      [...rows, cells(summary.total)],
      columns.findIndex(({ kind }) => kind === "figure"),
    ),
  ];
  parts.push(...leftOut(summary.rows.length, "row"));
  if (thresholds.length > 0) {
    const verdicts = thresholds.map(({ verdict, expression, actual }) => [verdict, code(expression), actual ?? "-"]);
    parts.push(table(["Verdict", "Threshold", "Measured"], verdicts, 2));
  }
  parts.push(
    ...(result.comparison === undefined ? [] : comparisonParts(result.comparison)),
    ...valueTables(result, percentiles),
  );
  if (summary.errors.length > 0) {
    const hasTraces = summary.errors.some(({ traceId }) => traceId !== null);
    const errors = summary.errors.slice(0, MAX_LINES).map((error) => [
      error.where === null ? code(errorOrigin(error)) : escaped(errorOrigin(error)),
      escaped(errorText(error)),
      ...(hasTraces ? [code(error.traceId ?? "")] : []),
      String(error.count),
    ]);
    const titles = ["Where", "Error", ...(hasTraces ? ["Trace"] : []), "Count"];
    parts.push(table(titles, errors, titles.length - 1), ...leftOut(summary.errors.length, "error"));
  }
  return `${parts.join("\n\n")}\n`;
}

/** Returns a comparison of runs as Markdown. */
export function markdownComparison(comparison: ComparisonTable): string {
  return `${comparisonParts(comparison).join("\n\n")}\n`;
}

/** Of many lines, those that are worse come first. */
function comparisonParts({ title, columns, lines, notes }: ComparisonTable): string[] {
  const sorted = lines.length <= MAX_LINES ? lines : lines.toSorted((a, b) => Number(b.isWorse) - Number(a.isWorse));
  const rows = sorted.slice(0, MAX_LINES).map(({ cells: [name, ...figures], isWorse }) => {
    const shown = figures.map(escaped);
    return [code(name!), ...shown.slice(0, -1), isWorse ? `**${shown.at(-1)}**` : shown.at(-1)!];
  });
  return [
    `### ${escaped(title)}`,
    ...notes.map(escaped),
    ...(rows.length === 0 ? [] : [table(columns, rows, 2)]),
    ...leftOut(lines.length, "figure"),
  ];
}

function valueTables({ summary, counters }: RunResult, percentiles: readonly number[]): string[] {
  const shown = (titles: readonly string[], rows: readonly (readonly string[])[]) =>
    rows.length === 0 ? [] : [
      table(titles, rows.slice(0, MAX_LINES).map(([name, ...figures]) => [code(name!), ...figures]), 1),
      ...leftOut(rows.length, titles[0]!.toLowerCase()),
    ];
  return [
    ...shown(CHECK_TITLES, summary.checks.map(checkCells)),
    ...shown(measureTitles(percentiles), summary.measures.map((measure) => measureCells(measure, percentiles))),
    ...shown(COUNTER_TITLES, counters.map(counterCells)),
  ];
}

function leftOut(count: number, noun: string): string[] {
  const more = count - MAX_LINES;
  return more > 0 ? [`${more} more ${noun}${more === 1 ? " is" : "s are"} not shown.`] : [];
}

function markdownCell({ kind, cell }: RowColumn, row: RowSummary): string {
  if (kind === "name" && row.name !== "") return row.method === "" ? `**${escaped(row.name)}**` : code(cell(row));
  return kind === "figure" ? cell(row) : escaped(cell(row));
}

function table(header: readonly string[], rows: readonly (readonly string[])[], numbersFrom: number): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = header.map((_, index) => index >= numbersFrom ? "---:" : "---");
  return [line(header), line(rule), ...rows.map(line)].join("\n");
}

/** Escapes a string for Markdown, in a table or elsewhere. */
function escaped(text: string): string {
  return oneLine(text).replace(/[\\`*_{}[\]<>|#]/g, "\\$&");
}

/** Returns a string as code, with backticks replaced. */
function code(text: string): string {
  return `\`${oneLine(text).replaceAll("`", "'").replaceAll("|", "\\|")}\``;
}
