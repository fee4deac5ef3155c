/**
 * Stand-in for `jsr:@std/cli/unicode-width`. The repackaged code lacks its data file, so a small library does the work.
 *
 * @module
 */

import stringWidth from "npm:string-width@8.3.0";

/** Returns how many columns a string takes on a terminal. */
export function unicodeWidth(str: string): number {
  return stringWidth(str, { countAnsiEscapeCodes: true });
}
