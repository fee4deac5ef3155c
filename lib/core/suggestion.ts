/**
 * What somebody probably meant by a misspelt name.
 *
 * @module
 */

import { closestString } from "@std/text/closest-string";
import { levenshteinDistance } from "@std/text/levenshtein-distance";

/** Part of a name's letters that may be wrong: two of four are where two neighbours have changed places. */
const MAX_WRONG_PART = 0.5;

/**
 * Returns the known name most like a given one: the first that begins with it, otherwise the one with the fewest
 * letters to change; `null` where that is more than half of them.
 *
 * @param given The misspelt name, without regard to upper and lower case
 * @param known The names there are; at least one
 */
export function nearestName(given: string, known: readonly string[]): string | null {
  const start = given.toLowerCase();
  const completed = start === "" ? undefined : known.find((name) => name.toLowerCase().startsWith(start));
  if (completed !== undefined) return completed;
  const closest = closestString(given, known);
  const letters = Math.max(given.length, closest.length);
  return levenshteinDistance(start, closest.toLowerCase()) <= letters * MAX_WRONG_PART ? closest : null;
}

/**
 * Returns the end of a message about a misspelt name, from its comma on: which one was probably meant, or else all that
 * there are.
 *
 * @param given The misspelt name
 * @param known The names there are; at least one
 */
export function didYouMean(given: string, known: readonly string[]): string {
  const meant = nearestName(given, known);
  return meant === null ? `, expected one of ${known.join(", ")}` : `, did you mean "${meant}"?`;
}
