/**
 * Stand-in for `jsr:@std/cli/parse-args`: the real code, repackaged for npm, with types added.
 *
 * @module
 */

import { parseArgs as impl } from "npm:deno-std@1.4.0/cli/parse_args.js";

/** Options for {@linkcode parseArgs}. */
export interface ParseOptions {
  /** Whether to put what follows `--` under that key. @default {false} */
  "--"?: boolean;
  /** Other names of an option. */
  alias?: Record<string, string | string[]>;
  /** Options that take no value. */
  boolean?: boolean | string | string[];
  /** Values of options that are not given. */
  default?: Record<string, unknown>;
  /** Whether to stop at the first argument that is not an option. @default {false} */
  stopEarly?: boolean;
  /** Options whose value stays a string. */
  string?: string | string[];
  /** Options that may be given more than once. */
  collect?: string | string[];
  /** Options that `--no-` turns off. */
  negatable?: string | string[];
  /** Called for each unknown option or argument; `false` leaves it out of the result. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** What {@linkcode parseArgs} returns: options by name, other arguments under `_`. */
export interface Args {
  // deno-lint-ignore no-explicit-any -- as the real package has it
  [name: string]: any;
  /** Arguments that are not options. */
  _: Array<string | number>;
}

/** Parses command-line arguments. */
export function parseArgs(args: readonly string[], options?: ParseOptions): Args {
  return impl(args, options);
}
