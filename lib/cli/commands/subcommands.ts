/**
 * What can be asked for in place of a run.
 *
 * @module
 */

/** Words that are commands when they stand first; a locustfile of such a name is given as `./init`. */
export const SUBCOMMANDS = ["init", "check", "completions"] as const;
/** One of them. */
export type Subcommand = typeof SUBCOMMANDS[number];

/** The option of `init`. */
export const INIT_OPTION = "--deno";

/** Returns the command that arguments begin with, or `null`. */
export function subcommandOf(args: readonly string[]): Subcommand | null {
  return SUBCOMMANDS.find((name) => name === args[0]) ?? null;
}
