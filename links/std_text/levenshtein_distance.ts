/**
 * Stand-in for `jsr:@std/text/levenshtein-distance`: the real code, repackaged for npm, with types added.
 *
 * @module
 */

import { levenshteinDistance as impl } from "npm:deno-std@1.4.0/text/levenshtein_distance.js";

/** Returns how many letters must be added, removed or replaced to make one string of another. */
export function levenshteinDistance(str1: string, str2: string): number {
  return impl(str1, str2);
}
