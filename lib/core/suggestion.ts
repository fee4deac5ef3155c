/**
 * What somebody probably meant by a misspelt name.
 *
 * @module
 */

import { closestString } from "@std/text/closest-string";

/**
 * Returns the known name most like a given one: the first that begins with it, otherwise the one with the fewest
 * letters to change.
 *
 * @param given The misspelt name
 * @param known The names there are; at least one
 */
export function nearestName(given: string, known: readonly string[]): string {
  const start = given.toLowerCase();
  const completed = start === "" ? undefined : known.find((name) => name.toLowerCase().startsWith(start));
  return completed ?? closestString(given, known);
}
