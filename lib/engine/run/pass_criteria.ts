/**
 * The thresholds of a run, from its options and its locustfile.
 *
 * @module
 */

import { ScriptError } from "../../core/errors.ts";
import type { RunView } from "../../stats/run_model.ts";
import type { Summary } from "../../stats/summary.ts";
import { judgeThreshold, parseThreshold, type Threshold, type ThresholdResult } from "../../stats/thresholds.ts";

/** How the threshold of `failOnError` is called. */
export const FAIL_ON_ERROR = "fail-on-error";

/** What `failOnError` asks for: no failed request, and no error of user code; a run without requests has none. */
const NO_ERRORS: Threshold = {
  expression: FAIL_ON_ERROR,
  row: null,
  metric: {
    measure: (_, { total, errors }) => Math.max(total.failures, errors.reduce((sum, { count }) => sum + count, 0)),
    format: (count) => `${count} errors`,
  },
  comparison: "<",
  limit: 1,
  canFailEarly: true,
  samples: () => Infinity,
};

/** How many samples a threshold needs to end the run. */
const LEAST_SAMPLES = 100;

/** Every threshold of a run. */
export class PassCriteria {
  readonly #thresholds: Threshold[] = [];
  /** The threshold that ended the run: its verdict stands, regardless of later samples. */
  #ended: { readonly threshold: Threshold; readonly result: ThresholdResult } | null = null;

  /**
   * @param expressions Thresholds of the options, which have been checked
   * @param failOnError Whether any failed request, or error of user code, fails the run. @default false
   */
  constructor(expressions: readonly string[], failOnError = false) {
    this.#thresholds = [...expressions.map(parseThreshold), ...(failOnError ? [NO_ERRORS] : [])];
  }

  /**
   * Adds those of a locustfile.
   *
   * @throws {ScriptError} if one cannot be read; lists all of them
   */
  addOfScript(expressions: readonly string[]): void {
    const problems: string[] = [];
    for (const expression of expressions) {
      try {
        this.#thresholds.push(parseThreshold(expression));
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        problems.push(`Cannot use the locustfile's threshold "${expression}": ${error.message}`);
      }
    }
    if (problems.length > 0) throw new ScriptError(problems.join("\n"));
  }

  /** Judges all of them by the figures of the whole run. */
  judge(summary: Summary): ThresholdResult[] {
    return this.#thresholds.map((threshold) =>
      threshold === this.#ended?.threshold ? this.#ended.result : judgeThreshold(threshold, summary)
    );
  }

  /** Adds to a view how each of them stands. */
  judgeView(view: Omit<RunView, "thresholds">): RunView {
    return { ...view, thresholds: this.judge(view.overall) };
  }

  /**
   * Returns a threshold that fails already and ends the run, where what is measured early counts: on 100 samples at least,
   * and not before some time has passed. Where any error fails the run, the first one decides. Its verdict stands.
   *
   * @param summary The figures so far
   * @param measuredMs How long has been measured, without the warm-up
   * @param abortAfterMs How long must have been
   * @returns The verdict, or `null` while all may pass
   */
  failedEarly(summary: Summary, measuredMs: number, abortAfterMs: number): ThresholdResult | null {
    for (const threshold of this.#thresholds) {
      const samples = threshold.canFailEarly ? threshold.samples(summary) : 0;
      if (samples < LEAST_SAMPLES || (measuredMs < abortAfterMs && samples !== Infinity)) continue;
      const result = judgeThreshold(threshold, summary);
      if (result.verdict !== "fail") continue;
      this.#ended = { threshold, result };
      return result;
    }
    return null;
  }
}
