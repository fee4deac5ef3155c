/**
 * The report as one self-contained HTML page.
 *
 * @module
 */

import { oneLine } from "../../core/text.ts";
import { formatDuration, formatElapsed, formatMs, formatPercent, formatRate } from "../../core/units.ts";
import { VERSION } from "../../core/version.ts";
import type { RunResult } from "../../stats/run_model.ts";
import type { RowSummary, Summary } from "../../stats/summary.ts";
import { errorOrigin, errorText } from "../error_cells.ts";
import { DEFAULT_PERCENTILES, percentilesMs } from "../percentiles.ts";
import { nameColumns, type RowColumn, rowColumns, timesTitle } from "../row_cells.ts";
import { noteLines } from "../summary_text.ts";
import {
  CHECK_TITLES,
  checkCells,
  COUNTER_TITLES,
  counterCells,
  measureCells,
  measureTitles,
} from "../value_tables.ts";
import { comparisonPart } from "./comparison.ts";
import type { History } from "./history.ts";
import { keptFailureList } from "./kept_failures.ts";
import { escape, scriptJson, table } from "./markup.ts";
import { optionRows } from "./option_rows.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";
import uplot from "./uplot.json" with { type: "json" };

const MINIMUM: RowColumn = { title: "Min", kind: "figure", cell: (row) => formatMs(row.minMs) };
/** Maximum number of status codes with a column of their own. */
const MAX_CODES = 10;
const CHARTS = [
  ["chart-rate", "Requests per second"],
  ["chart-times", "Response times"],
  ["chart-users", "Users"],
  ["chart-failures", "Failures per second"],
] as const;
/** Only in the open model. */
const ARRIVALS_CHART = ["chart-arrivals", "Arrivals late and dropped"] as const;

/** An instant marked during the run. */
export interface ReportNote {
  /** In seconds since the start. */
  readonly at: number;
  readonly text: string;
}

/** Returns the page. */
export function reportPage(
  result: RunResult,
  history: History,
  notes: readonly ReportNote[] = [],
  percentiles: readonly number[] = DEFAULT_PERCENTILES,
): string {
  const { info, summary } = result;
  const title = reportTitle(result);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<!-- Charts: ${escape(uplot.name)} -->
<style>${uplot.css}${STYLE}</style>
</head>
<body>
<h1>${escape(oneLine(info.subject))}</h1>
<p>${escape(title)}</p>
${noteLines(result).map((line) => `<p>${escape(line)}</p>`).join("\n")}
${[...result.warnings, ...result.problems].map((text) => `<p class="bad">Warning: ${escape(text)}</p>`).join("\n")}
${tiles(summary, percentiles)}
<div class="charts">${
    [...CHARTS, ...(summary.arrivals === null ? [] : [ARRIVALS_CHART])]
      .map(([id, name]) => `<div class="chart"><h3>${name}</h3><div id="${id}"></div></div>`).join("")
  }</div>
${noteList(notes)}
<h2>${escape(["Requests", timesTitle(summary)].filter((part) => part !== "").join(": "))}</h2>
${requests(summary, percentiles)}
${comparisonPart(result)}
${serviceTimes(summary)}
${statusCodes(summary)}
${errors(summary, timeOf(result))}
${values(result, percentiles)}
${verdicts(result)}
${keptFailureList(result.keptFailures, timeOf(result))}
<h2>Options</h2>
${table(["Option", "Value"], optionRows(info.options), { numbersFrom: 2 })}
<footer>Times are from the start of a request (where it says so, from the instant it was scheduled for) to the last byte of
its answer. Percentiles are merged over all workers, exact to
1&nbsp;%. Rates are means over the time from the first user's start to the order to stop; in the charts, over ${
    history.spanMs === 1000 ? "each second" : `spans of ${formatDuration(history.spanMs)}`
  }.
Made by locust ${escape(VERSION)}.</footer>
<script type="application/json" id="points">${scriptJson(history.points())}</script>
<script type="application/json" id="marks">${scriptJson(notes.map(({ at }) => at))}</script>
<script>${uplot.js}</script>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function noteList(notes: readonly ReportNote[]): string {
  if (notes.length === 0) return "";
  const rows = notes.map(({ at, text }) => [formatElapsed(at * 1000), oneLine(text)]);
  return `<h2>Notes</h2>\n${table(["At", "Note"], rows, { numbersFrom: 2 })}`;
}

/** Returns the time and length of the load, and the planned number of users. */
export function reportTitle({ info, endedAt, loadMs }: RunResult): string {
  const seconds = (loadMs / 1000).toFixed(2);
  return `${dayText(info.startedAt)} ${clockText(info.startedAt)} – ${clockText(endedAt)} (${seconds}s, ` +
    `target user count: ${info.targetUsers})`;
}

function tiles({ total }: Summary, percentiles: readonly number[]): string {
  const times = percentilesMs(total, percentiles).map(formatMs);
  const figures: [figure: string, name: string, isBad?: boolean][] = [
    [String(total.count), "requests"],
    [`${total.failures} (${formatPercent(total.failureRatio)})`, "failures", total.failures > 0],
    [formatRate(total.ratePerSecond), "mean rate"],
    [formatMs(total.meanMs), "average"],
    ...percentiles.map((percentile, index): [string, string] => [times[index]!, `p${percentile}`]),
    [formatMs(total.maxMs), "max"],
  ];
  const tile = ([figure, name, isBad]: (typeof figures)[number]) =>
    `<div class="tile"><b${isBad ? ' class="bad"' : ""}>${escape(figure)}</b><span>${escape(name)}</span></div>`;
  return `<div class="tiles">${figures.map(tile).join("")}</div>`;
}

function requests(summary: Summary, percentiles: readonly number[]): string {
  const columns = rowColumns(summary, percentiles).flatMap((column) =>
    column.title === "Avg" ? [column, MINIMUM] : [column]
  );
  const cells = (row: RowSummary) => columns.map((column) => oneLine(column.cell(row)));
  const numbersFrom = columns.findIndex(({ kind }) => kind === "figure");
  const footer = cells(summary.total);
  return table(columns.map(({ title }) => title), summary.rows.map(cells), { numbersFrom, footer });
}

/** In the open model, returns the times from the actual start; the other table has those from the scheduled start. */
function serviceTimes(summary: Summary): string {
  if (summary.total.service === null) return "";
  const names = nameColumns(summary);
  const cells = (row: RowSummary) => {
    const { service } = row;
    const times = service === null ? [] : [service.meanMs, service.p50Ms, service.p95Ms, service.p99Ms, service.maxMs];
    return [...names.map(({ cell }) => oneLine(cell(row))), ...times.map(formatMs)];
  };
  const header = [...names.map(({ title }) => title), "Avg", "p50", "p95", "p99", "Max"];
  const options = { numbersFrom: names.length, footer: cells(summary.total) };
  return `<h2>Service times, from the actual start</h2>\n${table(header, summary.rows.map(cells), options)}`;
}

/** Returns the requests by status for each row; with many codes, the rarest ones share a column. */
function statusCodes(summary: Summary): string {
  const { total } = summary;
  const frequent = Object.entries(total.statuses).filter(([code]) => code !== "other").sort(([, a], [, b]) => b - a);
  const codes = frequent.slice(0, MAX_CODES).map(([code]) => code).sort();
  if (codes.length === 0) return "";
  const counts = (row: RowSummary) => {
    const known = codes.map((code) => row.statuses[code] ?? 0);
    const answered = sumOf(Object.values(row.statuses));
    return [...known, answered - sumOf(known), row.count - answered];
  };
  const titles = [...codes, "Other", "No status"];
  const columns = titles.map((_, index) => index).filter((index) =>
    summary.rows.some((row) => counts(row)[index]! > 0)
  );
  const names = nameColumns(summary);
  const cells = (row: RowSummary) => {
    const shown = counts(row).map((count) => count === 0 ? "" : String(count));
    return [...names.map(({ cell }) => oneLine(cell(row))), ...columns.map((index) => shown[index]!)];
  };
  const header = [...names.map(({ title }) => title), ...columns.map((index) => titles[index]!)];
  const options = { numbersFrom: names.length, footer: cells(total) };
  return `<h2>Status codes</h2>\n${table(header, summary.rows.map(cells), options)}`;
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function errors({ errors }: Summary, at: (date: Date) => string): string {
  if (errors.length === 0) return "";
  const hasExamples = errors.some(({ example }) => example !== null);
  const example = (text: string | null) => hasExamples ? [text === null ? "" : oneLine(text)] : [];
  const hasTraces = errors.some(({ traceId }) => traceId !== null);
  const rows = errors.map((error) => [
    ...[errorOrigin(error), errorText(error), ...example(error.example), ...(hasTraces ? [error.traceId ?? ""] : [])],
    ...[String(error.count), at(error.firstAt), at(error.lastAt)],
  ]);
  const more = [...(hasExamples ? ["First original"] : []), ...(hasTraces ? ["Trace"] : [])];
  const header = ["Where", "Error", ...more, "Count", "First", "Last"];
  return `<h2>Errors</h2>\n${table(header, rows, { numbersFrom: header.length - 3 })}`;
}

/** Returns how instants are shown: with the day if not all of the run was on one. */
function timeOf({ info, endedAt }: RunResult): (date: Date) => string {
  const isLong = dayText(endedAt) !== dayText(info.startedAt);
  return (date) => `${isLong ? `${dayText(date)} ` : ""}${clockText(date)}`;
}

/** Checks, measures and counters of the script. */
function values({ summary, counters }: RunResult, percentiles: readonly number[]): string {
  const measures = summary.measures.map((measure) => measureCells(measure, percentiles));
  const shown = (heading: string, titles: readonly string[], rows: readonly (readonly string[])[], isBad = noRow) =>
    rows.length === 0 ? "" : `<h2>${heading}</h2>\n${table(titles, rows, { numbersFrom: 1, isBad })}`;
  const hasFailed = ([, , failed]: readonly string[]) => failed !== "0";
  return [
    shown("Checks", CHECK_TITLES, summary.checks.map(checkCells), hasFailed),
    shown("Measures", measureTitles(percentiles), measures),
    shown("Counters", COUNTER_TITLES, counters.map(counterCells)),
  ].filter((part) => part !== "").join("\n");
}

function noRow(_cells: readonly string[]): boolean {
  return false;
}

function verdicts({ thresholds }: RunResult): string {
  if (thresholds.length === 0) return "";
  const rows = thresholds.map(({ expression, verdict, actual }) => [verdict, oneLine(expression), actual ?? "-"]);
  const isBad = ([verdict]: readonly string[]) => verdict !== "pass";
  return `<h2>Thresholds</h2>\n${table(["Verdict", "Threshold", "Measured"], rows, { numbersFrom: 2, isBad })}`;
}

function dayText(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function clockText(date: Date): string {
  const hundredths = Math.floor(date.getMilliseconds() / 10);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${two(hundredths)}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
