/**
 * Parses what concerns comparisons of runs.
 *
 * @module
 */

import { UsageError } from "../../core/errors.ts";
import { readArguments, valueProblems } from "../flags/arguments.ts";
import { BASELINE_FLAGS } from "../flags/output_flags.ts";

/** Compare summaries of runs. */
export interface CompareCommand {
  readonly kind: "compare";
  /** Two or more; the last one is the latest. */
  readonly files: readonly string[];
  /** Least difference that counts, as a share. */
  readonly tolerance: number;
}

/**
 * Parses the arguments of `locust compare`.
 *
 * @throws {UsageError} if one is invalid, or there are fewer than two files
 */
export function parseCompare(args: readonly string[]): CompareCommand {
  const given = readArguments(args, { get: () => undefined, names: () => [] }, BASELINE_FLAGS.slice(1));
  const files = given.positionals;
  const problems = [
    ...given.problems,
    ...valueProblems(given, "tolerance", parseTolerance),
    ...(files.length === 0 ? [`Cannot compare: no files given, expected two or more of --json, the latest last`] : []),
    ...(files.length === 1 ? [`Cannot compare "${files[0]}": expected two files or more, the latest last`] : []),
  ];
  if (problems.length > 0) throw new UsageError(problems);
  return { kind: "compare", files, tolerance: parseTolerance(String(given.values.get("tolerance") ?? "5%")) };
}

/**
 * Returns the least difference that counts, as a share.
 *
 * @throws {RangeError} if the text is not a percentage
 */
export function parseTolerance(text: string): number {
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim())?.[1];
  if (percent === undefined) throw new RangeError("expected a percentage such as 5%");
  return Number(percent) / 100;
}
