/**
 * Stand-in for `jsr:@std/cli/unicode-width`. The repackaged code lacks its data file, so a small library does the work.
 *
 * @module
 */

import stringWidth from "npm:string-width@8.3.0";

/** Returns how many columns a string occupies on a terminal: the sum over its code points, as the real package counts. */
export function unicodeWidth(str: string): number {
  // Plain ASCII is what tables mostly hold.
  if (/^[\x20-\x7e]*$/.test(str)) return str.length;
  let width = 0;
  for (const character of str) width += stringWidth(character, { countAnsiEscapeCodes: true });
  return width;
}
