/**
 * The result of a run as JSON.
 *
 * @module
 */

import type { RunObserver, RunResult } from "../../stats/run_model.ts";
import { summaryJson } from "./summary_json.ts";

/** Writes the result as one JSON document. */
export class JsonReporter implements RunObserver {
  readonly #write: (text: string) => void | Promise<void>;

  /**
   * Creates a reporter.
   *
   * @param write Writes the document
   */
  constructor(write: (text: string) => void | Promise<void>) {
    this.#write = write;
  }

  /** Writes the document. */
  async onResult(result: RunResult): Promise<void> {
    await this.onFailure(result);
  }

  /** Writes the document of a run that failed before anything was measured. */
  async onFailure(result: RunResult): Promise<void> {
    await this.#write(`${JSON.stringify(summaryJson(result), null, 2)}\n`);
  }
}
