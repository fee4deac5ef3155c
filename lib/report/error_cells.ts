/**
 * The text of errors in all reports.
 *
 * @module
 */

import { oneLine } from "../core/text.ts";
import type { ErrorSummary } from "../stats/errors/error_counts.ts";

/** Returns the row of an error, or its place in user code. */
export function errorOrigin({ method, name, userClass, where }: ErrorSummary): string {
  const parts = where === null ? [userClass, method, name] : [where, userClass === "" ? "" : `of ${userClass}`];
  return oneLine(parts.filter((part) => part !== "").join(" "));
}

/** Returns the message of an error as one line. */
export function errorText({ text }: ErrorSummary): string {
  return oneLine(text);
}
