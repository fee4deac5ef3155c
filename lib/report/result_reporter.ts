/**
 * Writes a result in one format.
 *
 * @module
 */

import type { RunObserver, RunResult } from "../stats/run_model.ts";

/** Writes the result once, at the end; also that of a run that failed before anything was measured. */
export class ResultReporter implements RunObserver {
  readonly #render: (result: RunResult) => string;
  readonly #write: (text: string) => void | Promise<void>;

  /**
   * Creates a reporter.
   *
   * @param render Returns the result in its format
   * @param write Writes the document
   */
  constructor(render: (result: RunResult) => string, write: (text: string) => void | Promise<void>) {
    this.#render = render;
    this.#write = write;
  }

  /** Writes the document. */
  async onResult(result: RunResult): Promise<void> {
    await this.#write(this.#render(result));
  }

  /** Writes the document of a run that failed. */
  async onFailure(result: RunResult): Promise<void> {
    await this.onResult(result);
  }
}
