/**
 * Writes the HTML report.
 *
 * @module
 */

import type { RunInfo, RunObserver, RunResult, RunView } from "../../stats/run_model.ts";
import { History } from "./history.ts";
import { checkWritable, writeResult } from "../output_file.ts";

/** Writes one self-contained HTML file at the end of the run. */
export class HtmlReporter implements RunObserver {
  readonly #path: string;
  readonly #history = new History();
  readonly #percentiles: readonly number[] | undefined;

  /**
   * Creates a reporter.
   *
   * @param path Path of the file; missing folders are created, an existing file is replaced
   * @param percentiles Percentiles with a column, 0–100 in ascending order. @default 50, 95, 99
   */
  constructor(path: string, percentiles?: readonly number[]) {
    this.#path = path;
    this.#percentiles = percentiles;
  }

  /**
   * Checks before any load that the file can be written.
   *
   * @param label Name of the option for the message
   * @throws {UsageError} if it cannot be written
   */
  async check(label = "htmlReport"): Promise<void> {
    await checkWritable(this.#path, label);
  }

  onStart(info: RunInfo): void {
    this.#history.begin(info);
  }

  onView(view: RunView): void {
    this.#history.add(view);
  }

  async onResult(result: RunResult): Promise<void> {
    const { reportPage } = await import("./page.ts"); // 100 kB, and every locustfile imports this class
    await writeResult(this.#path, reportPage(result, this.#history, [], this.#percentiles));
  }
}
