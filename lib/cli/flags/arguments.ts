/**
 * Reads flags from the arguments and the environment.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { nearestName } from "../../core/suggestion.ts";
import { attachValues } from "./attach_values.ts";
import { oursOfVariable } from "./foreign_words.ts";
import {
  type Flag,
  INSTALLER_VARIABLES,
  longNames,
  SUBJECT_VARIABLE,
  takesValue,
  VARIABLE_PREFIX,
  variableOf,
} from "./flag.ts";

/** Environment variables. */
export interface Environment {
  /** Returns a variable's value, or `undefined` if it is not set. */
  get(name: string): string | undefined;
  /** Returns the names of all variables; none if they may not be listed. */
  names(): readonly string[];
}

/** The value of a flag by its kind: `value` a string, `repeatable` strings, `boolean` and `action` a boolean. */
export type FlagValue = string | boolean | readonly string[];

/** Arguments and variables, read. */
export interface GivenArguments {
  /** Values by flag key, without flags that are missing or invalid. */
  readonly values: ReadonlyMap<string, FlagValue>;
  /** Names for messages, by flag key: `--users`, `-u` or `LOCUST_USERS`. */
  readonly labels: ReadonlyMap<string, string>;
  /** Arguments that are not flags. */
  readonly positionals: readonly string[];
  /** Errors, one line each. */
  readonly problems: readonly string[];
  /** Warnings, one line each. */
  readonly warnings: readonly string[];
}

/**
 * Reads arguments, and the environment for flags that are not among them. An empty variable counts as not set.
 *
 * @param args Arguments of the command
 * @param env The environment
 * @param flags The table of flags
 */
export function readArguments(args: readonly string[], env: Environment, flags: readonly Flag[]): GivenArguments {
  const attached = attachValues(args, flags);
  const unknown = new Set<string>();
  const names = flags.map((flag) => flag.long);
  const parsed: Record<string, unknown> = parseArgs(attached.args, {
    string: [...names, "_"],
    collect: names,
    unknown: (arg, key) => key === undefined || !unknown.add(arg.split("=")[0]!),
  });
  const problems = [...attached.foreign, ...[...unknown].map((name) => unknownOption(name, flags))];
  const values = new Map<string, FlagValue>();
  const labels = new Map<string, string>(attached.typed);
  for (const flag of flags) {
    const texts = parsed[flag.long] as readonly string[];
    try {
      if (attached.missing.has(flag.key)) throw new RangeError(`: no value given, expected <${flag.value ?? "value"}>`);
      const value = texts.length > 0 ? valueOf(flag, texts) : variableValue(flag, env, labels);
      if (value !== undefined) values.set(flag.key, value);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      problems.push(`Cannot use ${labels.get(flag.key)}${error.message}`);
    }
  }
  return { values, labels, positionals: parsed["_"] as string[], problems, warnings: unknownVariables(env, flags) };
}

/** Unknown variables are warnings, not errors: the locustfile may read variables of its own. */
function unknownVariables(env: Environment, flags: readonly Flag[]): string[] {
  const variables = flags.filter(({ kind }) => kind !== "action").flatMap(longNames).map(variableOf);
  const known = [...variables, SUBJECT_VARIABLE].map((name) => name.slice(VARIABLE_PREFIX.length));
  const unknown = env.names().filter((name) =>
    name.startsWith(VARIABLE_PREFIX) && !known.includes(name.slice(VARIABLE_PREFIX.length)) &&
    !INSTALLER_VARIABLES.includes(name)
  );
  return unknown.sort().map((name) => {
    const own = name.slice(VARIABLE_PREFIX.length);
    const ours = oursOfVariable(own);
    if (ours !== null) return `No option takes the variable ${name}, use ${variableOf(ours)}`;
    const meant = nearestName(own, known);
    return `No option takes the variable ${name}${meant === null ? "" : `, did you mean ${VARIABLE_PREFIX}${meant}?`}`;
  });
}

function variableValue(flag: Flag, env: Environment, labels: Map<string, string>): FlagValue | undefined {
  if (flag.kind === "action") return undefined;
  for (const name of longNames(flag).map(variableOf)) {
    const text = env.get(name);
    if (text === undefined || text === "") continue;
    labels.set(flag.key, name);
    return valueOf(flag, flag.kind === "repeatable" ? text.split("\n").filter((line) => line !== "") : [text]);
  }
  return undefined;
}

function valueOf(flag: Flag, texts: readonly string[]): FlagValue {
  if (flag.kind === "repeatable") return texts;
  if (takesValue(flag)) {
    if (texts.length > 1) throw new RangeError(` "${texts.at(-1)}": given ${texts.length} times, expected once`);
    return texts[0]!;
  }
  const text = texts.at(-1)!;
  if (/^(true|yes|on|1)$/i.test(text)) return true;
  if (/^(false|no|off|0)$/i.test(text)) return false;
  throw new RangeError(` "${text}": not a boolean, expected true or false`);
}

function unknownOption(name: string, flags: readonly Flag[]): string {
  const isLetter = !name.startsWith("--") && name.length === 2;
  if (isLetter) {
    const letters = flags.flatMap(({ short }) => short === undefined ? [] : [`-${short}`]);
    return `Cannot use ${name}: unknown option, expected one of ${letters.join(", ")}`;
  }
  const known = flags.flatMap(longNames);
  const meant = nearestName(name.replace(/^-+/, ""), known);
  return `Cannot use ${name}: unknown option, ${meant === null ? 'see "locust --help"' : `did you mean "--${meant}"?`}`;
}

/** Returns what is wrong with the value of a flag, at most one line; `parse` throws a `RangeError` for a wrong one. */
export function valueProblems(
  { values, labels }: GivenArguments,
  key: string,
  parse: (text: string) => unknown,
): string[] {
  const given = values.get(key);
  if (given === undefined) return [];
  try {
    parse(String(given));
    return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [`Cannot use ${labels.get(key)} "${given}": ${error.message}`];
  }
}
