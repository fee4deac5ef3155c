/**
 * `locust compare`: compares summaries of runs.
 *
 * @module
 */

import { resolve } from "node:path";
import { EXIT_CODES } from "../../core/errors.ts";
import { comparisonOf } from "../../report/compare/baseline.ts";
import { comparisonTable, comparisonText } from "../../report/compare/compare_table.ts";
import { readRunFile } from "../../report/compare/run_file.ts";
import { markdownComparison } from "../../report/markdown_reporter.ts";
import { jobSummary } from "../job_summary.ts";
import { isColored, type ProcessState } from "../process.ts";

/**
 * Prints the comparison of the last file with the others, and adds it to the page of a job of GitHub Actions.
 *
 * @param files At least two
 * @param tolerance Least difference that counts, as a share
 * @returns The exit code
 * @throws {UsageError} if a file cannot be used, or the runs differ too much
 */
export async function compare(process: ProcessState, files: readonly string[], tolerance: number): Promise<number> {
  const runs = [];
  for (const file of files) runs.push(await readRunFile(resolve(process.cwd, file), "the file"));
  const { changes, differences } = comparisonOf(runs.slice(0, -1), runs.at(-1)!, tolerance);
  const hasColor = isColored(process, process.stdout);
  const comparison = comparisonTable(changes, differences, tolerance);
  process.stdout.write(comparisonText(comparison, hasColor));
  await jobSummary(process)?.(markdownComparison(comparison));
  return changes.some(({ isWorse }) => isWorse) ? EXIT_CODES.regression : EXIT_CODES.completed;
}
