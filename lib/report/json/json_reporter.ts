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
  readonly #percentiles: readonly number[] | undefined;

  /**
   * Creates a reporter.
   *
   * @param write Writes the document
   * @param percentiles Percentiles of each row, 0–100 in ascending order. @default 50, 95, 99
   */
  constructor(write: (text: string) => void | Promise<void>, percentiles?: readonly number[]) {
    this.#write = write;
    this.#percentiles = percentiles;
  }

  /** Writes the document. */
  async onResult(result: RunResult): Promise<void> {
    await this.onFailure(result);
  }

  /** Writes the document of a run that failed before anything was measured. */
  async onFailure(result: RunResult): Promise<void> {
    await this.#write(`${JSON.stringify(summaryJson(result, this.#percentiles), null, 2)}\n`);
  }
}
