/**
 * Stand-in for `jsr:@std/csv/parse`: the real code, repackaged for npm, with types added.
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
 * Parses CSV into records, each a list of fields.
 *
 * @throws {SyntaxError} if the string is not CSV; the message names the line
 */
export function parse(input: string, options?: ParseOptions): string[][] {
  return impl(input, options) as string[][];
}
