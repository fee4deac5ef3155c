/**
 * Shows a run as tables: updated in place on a terminal, otherwise one after the other.
 *
 * @module
 */

import { bold, dim, yellow } from "@std/fmt/colors";
import { displayWidth, truncateMiddle } from "../../core/text.ts";
import type { RunInfo, RunObserver, RunResult, RunState, RunView } from "../../stats/run_model.ts";
import { LiveFrame } from "./live_frame.ts";
import type { LiveScreen, ReportOutput } from "../reporter.ts";
import { thresholdTable } from "./threshold_table.ts";
import { errorLines, errorTable, hasRowOutside, statsTable, type TableStyle } from "../stats_table.ts";
import { DEFAULT_PERCENTILES } from "../percentiles.ts";
import { timesTitle } from "../row_cells.ts";
import { flowed, noteLines, progressParts } from "../summary_text.ts";
import { progressBar, Trend } from "./trend.ts";
import { valueTables } from "../value_tables.ts";

/** Time between two tables without a terminal, in milliseconds: at first, and in a long run. */
const [PLAIN_EVERY_MS, PLAIN_LATER_EVERY_MS] = [10_000, 30_000] as const;
/** Time after which a run is long, in milliseconds. */
const LONG_RUN_MS = 300_000;
/** Maximum number of rows of an interim table, of the live table, and of the summary. */
const [MAX_PLAIN_ROWS, MAX_LIVE_ROWS, MAX_ROWS] = [20, 50, 50] as const;
/** Lines of a table in addition to its rows: titles, two rules, the total. */
const TABLE_LINES = 4;
/** Minimum height of a terminal that shows the trend. */
const LEAST_TREND_ROWS = 20;
/** Tolerance for views that come early, in milliseconds. */
const TOLERANCE_MS = 100;

/** Options of a {@linkcode TableReporter}. */
export interface TableReporterOptions {
  /**
   * Time between two tables without a terminal, in milliseconds.
   *
   * @default 10,000, and after five minutes 30,000
   */
  readonly everyMs?: number | undefined;
  /** Whether to show only the summary. @default {false} */
  readonly isSummaryOnly?: boolean;
  /** Percentiles with a column, 0–100 in ascending order. @default 50, 95, 99 */
  readonly percentiles?: readonly number[] | undefined;
}

/** The live table, the summary and the error table. */
export class TableReporter implements RunObserver, LiveScreen {
  readonly #output: ReportOutput;
  readonly #options: TableReporterOptions;
  readonly #frame: LiveFrame;
  #info: RunInfo | null = null;
  #nextPlainMs: number;
  /** The view currently on the terminal. */
  #shown: RunView | null = null;
  readonly #widest = new Map<string, number>();
  readonly #trend = new Trend();

  footer: ((view: RunView) => string) | null = null;

  /** @param output The output of the tables */
  constructor(output: ReportOutput, options: TableReporterOptions = {}) {
    this.#output = output;
    this.#options = options;
    this.#frame = new LiveFrame(output);
    this.#nextPlainMs = this.#plainAfter(0);
  }

  writeAbove(text: string): void {
    this.#frame.writeAbove(text);
  }

  redraw(changes: Partial<RunState>): void {
    if (this.#shown !== null) this.#draw({ ...this.#shown, ...changes });
  }

  leave(): void {
    this.#frame.abandon();
  }

  onStart(info: RunInfo): void {
    this.#info = info;
  }

  onView(view: RunView): void {
    if (this.#info === null || this.#options.isSummaryOnly) return;
    if (this.#output.isTerminal) {
      this.#trend.add(view);
      return this.#draw(view);
    }
    if (view.elapsedMs < this.#nextPlainMs - TOLERANCE_MS) return;
    this.#nextPlainMs = this.#plainAfter(view.elapsedMs + TOLERANCE_MS);
    const progress = progressParts(view, this.#info).join("  ");
    const table = this.#table(view, { ...this.#style(), maxRows: MAX_PLAIN_ROWS });
    const lines = [` ${progress}  (counts so far, current rate)`, table, ...this.#warnings(view.warnings)];
    this.#output.write([...lines, "", ""].join("\n"));
  }

  onResult(result: RunResult): void {
    this.#shown = null;
    if (this.#output.isTerminal && !this.#options.isSummaryOnly) this.#frame.end();
    const { summary } = result;
    const errors = errorTable(summary, this.#style());
    const title = this.#output.hasColor ? bold("Summary") : "Summary";
    const times = timesTitle(summary);
    const table = statsTable(summary, { ...this.#style(), maxRows: MAX_ROWS });
    const lines = [times === "" ? ` ${title}` : ` ${title}: ${times}`, table, ""];
    const left = summary.rows.length - MAX_ROWS;
    if (left > 0) {
      lines.push(
        ` The table has the ${MAX_ROWS} rows with the most requests, --html-report and --json have all ${summary.rows.length}`,
      );
    }
    lines.push(...noteLines(result).flatMap((line) => this.#wrapped(line)));
    if (summary.total.count === 0) lines.push(" No request completed.");
    lines.push(...this.#warnings([...result.warnings, ...result.problems]));
    if (errors !== "") lines.push("", errors);
    for (const table of valueTables(result, this.#style())) lines.push("", table);
    const verdicts = thresholdTable(result.thresholds, this.#style());
    if (verdicts !== "") lines.push("", verdicts);
    this.#output.write(`${lines.join("\n")}\n`);
  }

  /** Removes the live table: there is nothing to show. */
  onFailure(): void {
    this.#shown = null;
    if (this.#output.isTerminal) this.#frame.end();
  }

  #draw(view: RunView): void {
    this.#shown = view;
    if (!this.#output.isForeground()) return this.#frame.abandon();
    const { width, hasColor } = this.#style();
    const room = Math.max(width - 1, 1);
    const parts = progressParts(view, this.#info!).flatMap((part) =>
      displayWidth(part) <= room ? [part] : part.split(/(?<=,) /).map((half) => truncateMiddle(half, room))
    );
    const progress = [...flowed(parts, room), ...this.#trendLines(view, room)].map((line) => ` ${line}`);
    const keys = this.footer === null ? [] : flowed(this.footer(view).split(/ {3}/), room, "   ");
    const footer = keys.map((line) => ` ${hasColor ? dim(line) : line}`);
    const below = ["", ...progress, ...this.#warnings(view.warnings), ...footer];
    this.#frame.draw([...this.#tables(view, this.#frame.roomBeside(below)), ...below].join("\n"));
  }

  /** Returns how far the run is and how it has developed, in one line; none on a low or narrow terminal. */
  #trendLines(view: RunView, room: number): string[] {
    if (this.#output.size().rows < LEAST_TREND_ROWS) return [];
    const bar = progressBar(view, this.#info!);
    const trend = this.#trend.parts(room - (bar === "" ? 0 : bar.length + 2));
    return trend.length === 0 ? [] : [[...(bar === "" ? [] : [bar]), ...trend].join("  ")];
  }

  /** Returns the live table with the most frequent errors under it, in a limited number of lines. */
  #tables(view: RunView, maxLines: number): string[] {
    const style = { ...this.#style(), widest: this.#widest };
    const title = timesTitle(view.overall) === "" ? 0 : 1;
    const left = maxLines - TABLE_LINES - title - (hasRowOutside(view.overall) ? 1 : 0);
    const wanted = Math.min(view.overall.rows.length, MAX_LIVE_ROWS);
    // Errors get the lines that rows do not need, and at least a third.
    const errors = errorLines(view.overall, style, Math.max(left - wanted - 1, Math.floor(left / 3)));
    const forRows = left - (errors.length === 0 ? 0 : errors.length + 1);
    const isCut = view.overall.rows.length > Math.min(forRows, MAX_LIVE_ROWS);
    const maxRows = Math.max(1, Math.min(isCut ? forRows - 1 : forRows, MAX_LIVE_ROWS));
    return [this.#table(view, { ...style, maxRows }), ...(errors.length === 0 ? [] : ["", ...errors])];
  }

  #table(view: RunView, style: TableStyle): string {
    const times = timesTitle(view.overall);
    const title = times === "" ? "" : ` ${truncateMiddle(times, Math.max(style.width - 1, 1))}\n`;
    return title + statsTable(view.overall, style, view.interval);
  }

  /** Returns when the next table without a terminal is due. */
  #plainAfter(elapsedMs: number): number {
    const { everyMs = elapsedMs < LONG_RUN_MS ? PLAIN_EVERY_MS : PLAIN_LATER_EVERY_MS } = this.#options;
    return (Math.floor(elapsedMs / everyMs) + 1) * everyMs;
  }

  #style(): TableStyle {
    const { percentiles = DEFAULT_PERCENTILES } = this.#options;
    return { width: this.#output.size().columns, hasColor: this.#output.hasColor, percentiles };
  }

  /**
   * Breaks a line between its facts, so that the terminal does not break one. Without a terminal the width is
   * unlimited.
   */
  #wrapped(line: string): string[] {
    return this.#indented(line.split(/(?<=[,;]) /));
  }

  /** Returns lines of as many parts as fit; the first is indented less. */
  #indented(parts: readonly string[]): string[] {
    return flowed(parts, this.#style().width - 3, " ").map((part, index) => (index === 0 ? " " : "   ") + part);
  }

  #warnings(texts: readonly string[]): string[] {
    const label = this.#output.hasColor ? yellow("Warning:") : "Warning:";
    return texts.flatMap((text) => this.#indented([label, ...text.split(" ")]));
  }
}
