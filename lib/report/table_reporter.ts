/**
 * Shows a run as tables: in place on a terminal, else one after the other.
 *
 * @module
 */

import { bold, dim, yellow } from "@std/fmt/colors";
import { displayWidth, truncateMiddle } from "../core/text.ts";
import type { RunInfo, RunObserver, RunResult, RunState, RunView } from "../stats/run_model.ts";
import { LiveFrame } from "./live_frame.ts";
import type { LiveScreen, ReportOutput } from "./reporter.ts";
import { thresholdTable } from "./threshold_table.ts";
import { errorTable, statsTable, type TableStyle } from "./stats_table.ts";
import { timesTitle } from "./row_cells.ts";
import { flowed, noteLines, progressParts } from "./summary_text.ts";

/** Time between two tables where there is no terminal, in milliseconds. */
const PLAIN_EVERY_MS = 2000;
/** Views come about every second; one this much early is still in time. */
const TOLERANCE_MS = 100;

/** The live table, the summary and the error table. */
export class TableReporter implements RunObserver, LiveScreen {
  readonly #output: ReportOutput;
  readonly #frame: LiveFrame;
  #info: RunInfo | null = null;
  #nextPlainMs = PLAIN_EVERY_MS;
  /** Drawn on the terminal now. */
  #shown: RunView | null = null;
  readonly #widest = new Map<string, number>();

  footer: ((view: RunView) => string) | null = null;

  /** @param output Where tables go */
  constructor(output: ReportOutput) {
    this.#output = output;
    this.#frame = new LiveFrame(output);
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
    if (this.#info === null) return;
    if (this.#output.isTerminal) return this.#draw(view);
    if (view.elapsedMs < this.#nextPlainMs - TOLERANCE_MS) return;
    this.#nextPlainMs = (Math.floor((view.elapsedMs + TOLERANCE_MS) / PLAIN_EVERY_MS) + 1) * PLAIN_EVERY_MS;
    const progress = progressParts(view, this.#info).join("  ");
    const lines = [` ${progress}  (counts so far, current rate)`, this.#table(view), ...this.#warnings(view.warnings)];
    this.#output.write([...lines, "", ""].join("\n"));
  }

  onResult(result: RunResult): void {
    this.#shown = null;
    if (this.#output.isTerminal) this.#frame.end();
    const { summary } = result;
    const errors = errorTable(summary, this.#style());
    const title = this.#output.hasColor ? bold("Summary") : "Summary";
    const times = timesTitle(summary);
    const lines = [times === "" ? ` ${title}` : ` ${title}: ${times}`, statsTable(summary, this.#style()), ""];
    lines.push(...noteLines(result).flatMap((line) => this.#wrapped(line)));
    if (summary.total.count === 0) lines.push(" No request was finished.");
    lines.push(...this.#warnings([...result.warnings, ...result.problems]));
    if (errors !== "") lines.push("", errors);
    const verdicts = thresholdTable(result.thresholds, this.#style());
    if (verdicts !== "") lines.push("", verdicts);
    this.#output.write(`${lines.join("\n")}\n`);
  }

  #draw(view: RunView): void {
    this.#shown = view;
    if (!this.#output.isForeground()) return this.#frame.abandon();
    const { width, hasColor } = this.#style();
    const room = Math.max(width - 1, 1);
    const parts = progressParts(view, this.#info!).flatMap((part) =>
      displayWidth(part) <= room ? [part] : part.split(/(?<=,) /).map((half) => truncateMiddle(half, room))
    );
    const progress = flowed(parts, room).map((line) => ` ${line}`);
    const keys = this.footer === null ? [] : flowed(this.footer(view).split(/ {3}/), room, "   ");
    const footer = keys.map((line) => ` ${hasColor ? dim(line) : line}`);
    this.#frame.draw([this.#table(view), "", ...progress, ...this.#warnings(view.warnings), ...footer].join("\n"));
  }

  #table(view: RunView): string {
    const times = timesTitle(view.overall);
    const style = this.#output.isTerminal ? { ...this.#style(), widest: this.#widest } : this.#style();
    const title = times === "" ? "" : ` ${truncateMiddle(times, Math.max(style.width - 1, 1))}\n`;
    return title + statsTable(view.overall, style, view.interval);
  }

  #style(): TableStyle {
    return { width: this.#output.size().columns, hasColor: this.#output.hasColor };
  }

  /** Breaks a line between its facts, lest the terminal does so within one; off a terminal, there is no width to keep to. */
  #wrapped(line: string): string[] {
    return flowed(line.split(/(?<=[,;]) /), this.#style().width - 3, " ").map((part, index) =>
      (index === 0 ? " " : "   ") + part
    );
  }

  #warnings(texts: readonly string[]): string[] {
    return texts.map((text) => ` ${this.#output.hasColor ? yellow("Warning:") : "Warning:"} ${text}`);
  }
}
