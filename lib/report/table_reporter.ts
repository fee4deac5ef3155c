/**
 * Shows a run as tables: in place on a terminal, else one after the other.
 *
 * @module
 */

import { bold, yellow } from "@std/fmt/colors";
import type { RunInfo, RunObserver, RunResult, RunView } from "../stats/run_model.ts";
import { LiveFrame } from "./live_frame.ts";
import type { ReportOutput } from "./reporter.ts";
import { errorTable, statsTable, type TableStyle } from "./stats_table.ts";
import { factsLine, progressLine } from "./summary_text.ts";

/** Time between two tables where there is no terminal, in milliseconds. */
const PLAIN_EVERY_MS = 2000;
/** Views come about every second; one this much early is still in time. */
const TOLERANCE_MS = 100;

/** The live table, the summary and the error table. */
export class TableReporter implements RunObserver {
  readonly #output: ReportOutput;
  readonly #frame: LiveFrame;
  #info: RunInfo | null = null;
  #nextPlainMs = PLAIN_EVERY_MS;

  /** @param output Where tables go */
  constructor(output: ReportOutput) {
    this.#output = output;
    this.#frame = new LiveFrame(output);
  }

  /** Writes a text from elsewhere to the same terminal without tearing the live table. */
  writeAbove(text: string): void {
    this.#frame.writeAbove(text);
  }

  onStart(info: RunInfo): void {
    this.#info = info;
  }

  onView(view: RunView): void {
    if (this.#info === null) return;
    const progress = progressLine(view, this.#info);
    const table = statsTable(view.overall, this.#style(), view.interval);
    const warnings = this.#warnings(view.warnings);
    if (this.#output.isTerminal) return this.#frame.draw([table, "", ` ${progress}`, ...warnings].join("\n"));
    if (view.elapsedMs < this.#nextPlainMs - TOLERANCE_MS) return;
    this.#nextPlainMs = (Math.floor((view.elapsedMs + TOLERANCE_MS) / PLAIN_EVERY_MS) + 1) * PLAIN_EVERY_MS;
    this.#output.write([` ${progress}  (counts so far, current rate)`, table, ...warnings, "", ""].join("\n"));
  }

  onResult(result: RunResult): void {
    if (this.#output.isTerminal) this.#frame.end();
    const { summary } = result;
    const errors = errorTable(summary, this.#style());
    const title = this.#output.hasColor ? bold("Summary") : "Summary";
    const lines = [` ${title}`, statsTable(summary, this.#style()), "", ` ${factsLine(result)}`];
    if (summary.total.count === 0) lines.push(" No request was finished.");
    lines.push(...this.#warnings([...result.warnings, ...result.problems]));
    if (errors !== "") lines.push("", errors);
    this.#output.write(`${lines.join("\n")}\n`);
  }

  #style(): TableStyle {
    return { width: this.#output.size().columns, hasColor: this.#output.hasColor };
  }

  #warnings(texts: readonly string[]): string[] {
    return texts.map((text) => ` ${this.#output.hasColor ? yellow("Warning:") : "Warning:"} ${text}`);
  }
}
