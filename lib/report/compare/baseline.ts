/**
 * Compares a run under way with earlier ones, at its end.
 *
 * @module
 */

import { EXIT_CODES, UsageError } from "../../core/errors.ts";
import type { ComparisonTable, RunObserver, RunResult, RunView } from "../../stats/run_model.ts";
import { RowHistories } from "../json/row_histories.ts";
import { summaryJson } from "../json/summary_json.ts";
import { compareRuns, type RowChange, rowsBefore } from "./compare.ts";
import { comparisonTable, comparisonText, noComparison } from "./compare_table.ts";
import { differencesOf } from "./differences.ts";
import { type RunFigures, runFigures } from "./run_file.ts";

/** Least difference that counts by default, as a share of the old value. */
export const DEFAULT_TOLERANCE = 0.05;

/** A comparison that makes sense. */
export interface Comparison {
  readonly changes: readonly RowChange[];
  /** Options that differ, one line each. */
  readonly differences: readonly string[];
}

/**
 * Compares a run with earlier ones.
 *
 * @throws {UsageError} if the runs differ in a way that makes it meaningless; lists all differences
 */
export function comparisonOf(olds: readonly RunFigures[], latest: RunFigures, tolerance: number): Comparison {
  refuse(olds.flatMap((old) => differencesOf(old, latest).decisive));
  if (olds.some(({ isOpen }) => isOpen !== latest.isOpen)) refuse(["times from the schedule, and from the start"]);
  const named = olds.flatMap((old) => differencesOf(old, latest).named);
  return { changes: compareRuns(olds, latest, tolerance), differences: [...new Set(named)] };
}

function refuse(differences: readonly string[]): void {
  if (differences.length === 0) return;
  throw new UsageError(
    [...new Set(differences)].map((line) => `Cannot compare the runs: ${line}, expected the same load and rows`),
  );
}

/** The earlier runs that a run is compared with; an observer that prints the comparison. */
export class Baseline implements RunObserver {
  readonly #olds: readonly RunFigures[];
  readonly #tolerance: number;
  readonly #print: (text: string) => void | Promise<void>;
  readonly #hasColor: boolean;
  readonly #histories = new RowHistories();
  #judged: RunResult & { readonly comparison: ComparisonTable } | null = null;

  /**
   * @param olds The earlier runs, at least one
   * @param tolerance Least difference that counts, as a share of the old value
   * @param print Shows the comparison
   */
  constructor(
    olds: readonly RunFigures[],
    tolerance: number,
    print: (text: string) => void | Promise<void>,
    hasColor = false,
  ) {
    this.#olds = olds;
    this.#tolerance = tolerance;
    this.#print = print;
    this.#hasColor = hasColor;
  }

  /**
   * Checks before the load that comparing will make sense.
   *
   * @param options The options in force
   * @throws {UsageError} if they differ too much from those of an earlier run
   */
  check(options: Readonly<Record<string, unknown>>): void {
    refuse(this.#olds.flatMap((old) => differencesOf(old, { options }).decisive));
  }

  onView(view: RunView): void {
    this.#histories.add(view);
  }

  async onResult(result: RunResult): Promise<void> {
    await this.#print(comparisonText(this.#judge(result).comparison, this.#hasColor));
  }

  /** Returns the result with the comparison, and the exit code of a run that is worse unless it has failed anyway. */
  judged(result: RunResult): RunResult {
    return this.#judge(result);
  }

  /** Returns an observer that knows the earlier figures from the start, and gets the judged result. */
  around(observer: RunObserver): RunObserver {
    return {
      onStart: (info) => observer.onStart?.({ ...info, before: rowsBefore(this.#olds) }),
      onView: (view) => observer.onView?.(view),
      onResult: (result) => observer.onResult?.(this.judged(result)),
      onFailure: (result) => observer.onFailure?.(result),
    };
  }

  #judge(result: RunResult): RunResult & { readonly comparison: ComparisonTable } {
    return this.#judged ??= this.#compare(result);
  }

  #compare(result: RunResult): RunResult & { readonly comparison: ComparisonTable } {
    const withCode = (code: number, comparison: ComparisonTable) => {
      const isGood = result.exitCode === EXIT_CODES.completed;
      return { ...result, exitCode: isGood ? code : result.exitCode, comparison };
    };
    try {
      const latest = runFigures(summaryJson(result, undefined, this.#histories.read()));
      const { changes, differences } = comparisonOf(this.#olds, latest, this.#tolerance);
      const isWorse = changes.some((change) => change.isWorse);
      const code = isWorse ? EXIT_CODES.regression : EXIT_CODES.completed;
      return withCode(code, comparisonTable(changes, differences, this.#tolerance));
    } catch (error) {
      if (!(error instanceof UsageError || error instanceof RangeError)) throw error;
      const reasons = error instanceof UsageError ? error.problems : [`Cannot compare the runs: ${error.message}`];
      return withCode(EXIT_CODES.usage, noComparison(reasons, this.#tolerance));
    }
  }
}
