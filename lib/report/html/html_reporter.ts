/**
 * A report as a file to keep or to send.
 *
 * @module
 */

import type { RunInfo, RunObserver, RunResult, RunView } from "../../stats/run_model.ts";
import { History } from "./history.ts";
import { reportPage } from "./page.ts";
import { checkWritable, writeResult } from "../output_file.ts";

/** Writes one self-contained HTML file when the run has ended. */
export class HtmlReporter implements RunObserver {
  readonly #path: string;
  readonly #history = new History();

  /**
   * Makes a reporter.
   *
   * @param path Where the file goes; its folder is made, a file that is there is replaced
   */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Makes sure that the file can be written, before any load.
   *
   * @param label How the path's option is called in the message
   * @throws {UsageError} if it cannot
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
