/**
 * Stand-in for `jsr:@std/csv/parse`: the real code, repackaged for npm, with its types stated.
 *
 * @module
 */

import { parse as impl } from "npm:deno-std@1.4.0/csv/parse.js";

/** Options for {@linkcode parse}. */
export interface ParseOptions {
  /** Character between fields. @default {","} */
  separator?: string;
  /** Whether white space before a field is ignored. @default {false} */
  trimLeadingSpace?: boolean;
}

/**
 * Parses CSV into records, a list of fields each.
 *
 * @throws {SyntaxError} if the text is not CSV; the message names the line
 */
export function parse(input: string, options?: ParseOptions): string[][] {
  return impl(input, options) as string[][];
}
