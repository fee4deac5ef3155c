/**
 * Suggestions for misspelt names.
 *
 * @module
 */

import { closestString } from "@std/text/closest-string";
import { levenshteinDistance } from "@std/text/levenshtein-distance";

/** Maximum share of wrong letters: swapping two neighbours in a name of four makes half of them wrong. */
const MAX_WRONG_PART = 0.5;

/**
 * Returns the known name most similar to a given one: the first that starts with it, otherwise the one with the smallest
 * edit distance; `null` if more than half of the letters differ.
 *
 * @param given The misspelt name; case is ignored
 * @param known Valid names, at least one
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
 * Returns the end of a message about a misspelt name, starting with a comma: the most similar name, or all valid names.
 *
 * @param given The misspelt name
 * @param known Valid names, at least one
 */
export function didYouMean(given: string, known: readonly string[]): string {
  const meant = nearestName(given, known);
  return meant === null ? `, expected one of ${known.join(", ")}` : `, did you mean "${meant}"?`;
}
