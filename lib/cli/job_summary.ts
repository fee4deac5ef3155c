/**
 * The page of a job of GitHub Actions.
 *
 * @module
 */

import { fileProblem } from "../core/file_problem.ts";
import type { ProcessState } from "./process.ts";

/** Variable with the path of the job summary. */
const JOB_SUMMARY_VARIABLE = "GITHUB_STEP_SUMMARY";

/**
 * Returns what adds Markdown to the page of this job; `null` if this is no such job. A failure is only reported: the user
 * did not ask for this file.
 */
export function jobSummary({ env, stderr }: ProcessState): ((text: string) => Promise<void>) | null {
  const path = env.get(JOB_SUMMARY_VARIABLE) ?? "";
  if (path === "") return null;
  return async (text) => {
    try {
      await Deno.writeTextFile(path, text, { append: true });
    } catch (error) {
      stderr.write(`Cannot write the job summary to "${path}" (${JOB_SUMMARY_VARIABLE}): ${fileProblem(error)}\n`);
    }
  };
}
