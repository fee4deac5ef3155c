/**
 * How errors are shown, wherever they are listed.
 *
 * @module
 */

import { oneLine } from "../core/text.ts";
import type { ErrorSummary } from "../stats/error_counts.ts";

/** Returns what an error belongs to: its row, or where in user code it comes from. */
export function errorOrigin({ method, name, userClass, where }: ErrorSummary): string {
  const parts = where === null ? [userClass, method, name] : [where, userClass === "" ? "" : `of ${userClass}`];
  return oneLine(parts.filter((part) => part !== "").join(" "));
}

/** Returns an error's text as one line. */
export function errorText({ text }: ErrorSummary): string {
  return oneLine(text);
}
