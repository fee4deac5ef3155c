/**
 * Writes the CSV files of a run.
 *
 * @module
 */

import { UsageError } from "../../core/errors.ts";
import type { RunInfo, RunObserver, RunResult, RunView } from "../../stats/run_model.ts";
import { checkWritable, replaceFile, writeFailure } from "../output_file.ts";
import { DEFAULT_PERCENTILES } from "../percentiles.ts";
import { errorsTable, historyHeader, historyLines, rowsTable } from "./csv_tables.ts";

/** The ends of the files' names, which follow the prefix. */
export const CSV_FILES = ["_rows.csv", "_errors.csv", "_history.csv"] as const;

/**
 * Writes `PREFIX_rows.csv`, `PREFIX_errors.csv` and `PREFIX_history.csv`. All are up to date with each view, about once
 * a second: the history gets lines, the others are replaced as a whole, so that a reader never sees half a table. The
 * warm-up is in none of them.
 */
export class CsvReporter implements RunObserver {
  readonly #rows: string;
  readonly #errors: string;
  readonly #history: string;
  readonly #percentiles: readonly number[];
  #info: RunInfo | null = null;
  #file: Deno.FsFile | null = null;
  /** The first error; nothing is written after it. */
  #failure: Error | null = null;

  /**
   * Creates a reporter.
   *
   * @param prefix Start of the paths; missing folders are created, existing files are replaced
   * @param percentiles Percentiles with a column, 0–100 in ascending order
   */
  constructor(prefix: string, percentiles: readonly number[] = DEFAULT_PERCENTILES) {
    [this.#rows, this.#errors, this.#history] = CSV_FILES.map((end) => prefix + end) as [string, string, string];
    this.#percentiles = percentiles;
  }

  /**
   * Checks before any load that the files can be written.
   *
   * @param label Name of the option for the message
   * @throws {UsageError} if one cannot be written
   */
  async check(label: string): Promise<void> {
    const problems: string[] = [];
    for (const path of [this.#rows, this.#errors, this.#history]) {
      try {
        await checkWritable(path, label);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        problems.push(...error.problems);
      }
    }
    if (problems.length > 0) throw new UsageError(problems);
  }

  onStart(info: RunInfo): void {
    this.#info = info;
    this.#try(this.#history, () => {
      replaceFile(this.#history, historyHeader(this.#percentiles));
      this.#file = Deno.openSync(this.#history, { append: true });
    });
  }

  onView(view: RunView): void {
    if (this.#info === null || view.isWarmingUp) return;
    const at = new Date(this.#info.startedAt.getTime() + view.elapsedMs);
    this.#try(this.#history, () => this.#append(historyLines(view, at, this.#percentiles)));
    this.#try(this.#rows, () => replaceFile(this.#rows, rowsTable(view.overall, at, view.users, this.#percentiles)));
    this.#try(this.#errors, () => replaceFile(this.#errors, errorsTable(view.overall)));
  }

  /** Writes the final tables. */
  onResult({ summary, endedAt, mostUsers }: RunResult): void {
    this.#try(this.#rows, () => replaceFile(this.#rows, rowsTable(summary, endedAt, mostUsers, this.#percentiles)));
    this.#try(this.#errors, () => replaceFile(this.#errors, errorsTable(summary)));
    this.#file?.close();
    this.#file = null;
    if (this.#failure !== null) throw this.#failure;
  }

  /** Writes empty tables of a run that failed before anything was measured. */
  onFailure(result: RunResult): void {
    if (this.#info === null) {
      this.#try(this.#history, () => replaceFile(this.#history, historyHeader(this.#percentiles)));
    }
    this.onResult(result);
  }

  #append(lines: string): void {
    const bytes = new TextEncoder().encode(lines);
    for (let at = 0; at < bytes.length;) at += this.#file!.writeSync(bytes.subarray(at));
  }

  #try(path: string, write: () => void): void {
    if (this.#failure !== null) return;
    try {
      write();
    } catch (cause) {
      this.#failure = writeFailure(path, cause);
    }
  }
}
