/**
 * From the command line to what it asks for.
 *
 * @module
 */

import { UsageError } from "../core/errors.ts";
import { OPTION_KEYS, type OptionLabel, optionProblems, type OptionTexts } from "../engine/options.ts";
import { type Environment, type GivenArguments, readArguments } from "./arguments.ts";
import { FLAGS, SUBJECT_VARIABLE } from "./flags.ts";

/** What a command line asks for. */
export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | {
    readonly kind: "run";
    /** Checked, but not yet resolved; has neither a locustfile nor a URL where none was named. */
    readonly options: OptionTexts;
    /** Names an option as the user typed it. */
    readonly labelOf: OptionLabel;
  };

/**
 * Reads the command line: a flag beats its variable, a variable beats the default.
 *
 * @param args Arguments of the command
 * @param env The environment
 * @throws {UsageError} if anything cannot be used; lists every problem of arguments, variables and values
 */
export function parseCommandLine(args: readonly string[], env: Environment): Command {
  const given = readArguments(args, env, FLAGS);
  if (given.values.get("help") === true) return { kind: "help" };
  if (given.values.get("version") === true) return { kind: "version" };
  const subject = given.positionals[0] ?? (env.get(SUBJECT_VARIABLE) || undefined);
  const options: OptionTexts = { ...runOptions(given), ...(subject === undefined ? {} : subjectOptions(subject)) };
  const labelOf: OptionLabel = (key) => given.labels.get(key) ?? (key === "url" ? "URL" : key);
  const problems = [
    ...given.problems,
    ...given.positionals.slice(1).map((extra) =>
      `Cannot use "${extra}": unexpected argument, expected one locustfile or URL`
    ),
    ...optionProblems(options, labelOf),
  ];
  if (problems.length > 0) throw new UsageError(problems);
  return { kind: "run", options, labelOf };
}

function runOptions({ values }: GivenArguments): OptionTexts {
  return Object.fromEntries(OPTION_KEYS.flatMap((key) => values.has(key) ? [[key, values.get(key)]] : []));
}

function subjectOptions(subject: string): OptionTexts {
  return /^https?:\/\//i.test(subject) ? { url: subject } : { locustfile: subject };
}
