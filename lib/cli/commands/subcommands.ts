/**
 * What can be asked for in place of a run.
 *
 * @module
 */

/** Words that are commands when they stand first; a locustfile of such a name is given as `./init`. */
export const SUBCOMMANDS = ["init", "check", "completions", "help"] as const;
/** One of them. */
export type Subcommand = typeof SUBCOMMANDS[number];

/** The option of `init`. */
export const INIT_OPTION = "--deno";

/** Help of each command, every line at most 80 columns. */
export const SUBCOMMAND_HELP: Readonly<Record<Subcommand, string>> = {
  init: `Usage: locust init [--deno]

Writes a commented locustfile.ts to this folder to start from. A file that is
there already is kept.

  --deno   also write a deno.json, so that the editor knows the types
`,
  check: `Usage: locust check [locustfile] [options]

Says what is in a locustfile: user classes with their share of the users, hooks
and thresholds. Sends nothing. On Deno it checks the types, too; a mistake in the
file ends it with exit code 1. Takes the options of a run.
`,
  completions: `Usage: locust completions bash|zsh|fish

Prints a script that completes options and commands:

  source <(locust completions bash)
  locust completions zsh > a folder of $fpath, as _locust
  locust completions fish > ~/.config/fish/completions/locust.fish
`,
  help: `Usage: locust help [command]

Shows the help of a command; without one, that of a run.
`,
};

/** Returns the command that arguments begin with, or `null`. */
export function subcommandOf(args: readonly string[]): Subcommand | null {
  return SUBCOMMANDS.find((name) => name === args[0]) ?? null;
}
