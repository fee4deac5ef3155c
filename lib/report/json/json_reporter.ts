/**
 * The result of a run as JSON.
 *
 * @module
 */

import type { RunObserver, RunResult, RunView } from "../../stats/run_model.ts";
import { RowHistories } from "./row_histories.ts";
import { jsonText, summaryJson } from "./summary_json.ts";

/** Writes the result as one JSON document. */
export class JsonReporter implements RunObserver {
  readonly #write: (text: string) => void | Promise<void>;
  readonly #percentiles: readonly number[] | undefined;
  readonly #histories = new RowHistories();

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

  /** Collects the figures over time. */
  onView(view: RunView): void {
    this.#histories.add(view);
  }

  /** Writes the document. */
  async onResult(result: RunResult): Promise<void> {
    await this.onFailure(result);
  }

  /** Writes the document of a run that failed before anything was measured. */
  async onFailure(result: RunResult): Promise<void> {
    await this.#write(jsonText(summaryJson(result, this.#percentiles, this.#histories.read())));
  }
}
