/**
 * What a script sets as the `error` of a response.
 *
 * @module
 */

import { errorMessage } from "../../core/error_site.ts";

/**
 * Returns the decision of a verdict: a string or `true` (failed, with that message or that of the status), `false` (a
 * success), or `null` (undecided). An error counts as its message, and an empty string as `true`.
 */
export function decisionOf(verdict: string | boolean | Error | null | undefined): string | boolean | null {
  if (typeof verdict === "boolean") return verdict;
  if (verdict === undefined || verdict === null) return null;
  const text = typeof verdict === "string" ? verdict : errorMessage(verdict);
  return text.trim() === "" || text;
}
