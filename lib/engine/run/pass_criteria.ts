/**
 * The thresholds of a run, from its options and its locustfile.
 *
 * @module
 */

import { ScriptError } from "../../core/errors.ts";
import type { Summary } from "../../stats/summary.ts";
import { judgeThreshold, parseThreshold, type Threshold, type ThresholdResult } from "../../stats/thresholds.ts";

/** What `failOnError` asks for: no failed request, and no error of user code; a run without requests has none. */
const NO_ERRORS: Threshold = {
  expression: "fail-on-error",
  row: null,
  metric: {
    measure: (_, { total, errors }) => Math.max(total.failures, errors.reduce((sum, { count }) => sum + count, 0)),
    format: (count) => `${count} errors`,
  },
  comparison: "<",
  limit: 1,
  canFailEarly: true,
};

/** Every threshold of a run. */
export class PassCriteria {
  readonly #thresholds: Threshold[] = [];

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
    return this.#thresholds.map((threshold) => judgeThreshold(threshold, summary));
  }

  /** Returns a threshold that fails already, where what is measured early counts; `null` while all may pass. */
  failedEarly(summary: Summary): ThresholdResult | null {
    for (const threshold of this.#thresholds) {
      if (!threshold.canFailEarly) continue;
      const result = judgeThreshold(threshold, summary);
      if (result.verdict === "fail") return result;
    }
    return null;
  }
}
