/**
 * Stand-in for `jsr:@std/text/closest-string`: the real code, repackaged for npm, with types added.
 *
 * @module
 */

import { closestString as impl } from "npm:deno-std@1.4.0/text/closest_string.js";

/** Options for {@linkcode closestString}. */
export interface ClosestStringOptions {
  /** Whether upper and lower case differ. @default {false} */
  caseSensitive?: boolean;
  /** Returns the distance between two strings. @default {levenshteinDistance} */
  compareFn?: (a: string, b: string) => number;
}

/** Returns the string of a list that is most similar to a given one. */
export function closestString(
  givenWord: string,
  possibleWords: ReadonlyArray<string>,
  options?: ClosestStringOptions,
): string {
  return impl(givenWord, possibleWords, options);
}
