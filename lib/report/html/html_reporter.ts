/**
 * Writes the HTML report.
 *
 * @module
 */

import type { RunInfo, RunObserver, RunResult, RunView } from "../../stats/run_model.ts";
import { History } from "./history.ts";
import { reportPage } from "./page.ts";
import { checkWritable, writeResult } from "../output_file.ts";

/** Writes one self-contained HTML file at the end of the run. */
export class HtmlReporter implements RunObserver {
  readonly #path: string;
  readonly #history = new History();

  /**
   * Creates a reporter.
   *
   * @param path Path of the file; missing folders are created, an existing file is replaced
   */
  constructor(path: string) {
    this.#path = path;
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
    await writeResult(this.#path, reportPage(result, this.#history));
  }
}
