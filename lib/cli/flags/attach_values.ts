/**
 * Attaches values to flags.
 *
 * @module
 */

import { findForeignWord } from "./foreign_words.ts";
import { type Flag, longNames, takesValue } from "./flag.ts";

/** Arguments in normal form. */
export interface AttachedArguments {
  /** The arguments, with every known flag as `--<main name>=<value>`. */
  readonly args: string[];
  /** Names as typed, by flag key; the last one if a flag is repeated. */
  readonly typed: ReadonlyMap<string, string>;
  /** Keys of flags whose value is missing. */
  readonly missing: ReadonlySet<string>;
  /** Errors about options of other tools, one line each; these options and their values are not in `args`. */
  readonly foreign: ReadonlySet<string>;
}

/**
 * Attaches values to their flags, so that each of `-u -1`, `-u5`, `-d1m30s` and `--users 5` becomes one argument.
 *
 * The argument parser treats everything with a dash as an option, even negative numbers, and splits `-d1m30s` into
 * letters. Unknown options, positional arguments and everything after `--` stay unchanged.
 *
 * @param args Arguments of the command
 * @param flags The table of flags
 */
export function attachValues(args: readonly string[], flags: readonly Flag[]): AttachedArguments {
  const foreign = new Set<string>();
  const result = { args: [] as string[], typed: new Map<string, string>(), missing: new Set<string>(), foreign };
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const queue = args.slice(0, end);
  while (queue.length > 0) {
    const arg = queue.shift()!;
    const found = findFlag(arg, flags);
    if (found === null) {
      const word = isLongWithOneDash(arg, flags) ? null : findForeignWord(arg, valueOf(queue), flags);
      if (word === null) result.args.push(arg);
      else foreign.add(word.problem);
      if (word?.takesNext) queue.shift();
      continue;
    }
    const { flag, name, inline } = found;
    result.typed.set(flag.key, name);
    if (found.letters !== "") queue.unshift(`-${found.letters}`);
    if (!takesValue(flag)) result.args.push(`--${flag.long}=${inline ?? !found.isNegated}`);
    else if (flag.kind === "optional" && inline === null) {
      const isNext = queue[0] !== undefined && flag.pattern!.test(queue[0]);
      result.args.push(`--${flag.long}=${isNext ? queue.shift() : flag.omitted}`);
    } else if (inline !== null) result.args.push(`--${flag.long}=${inline}`);
    else if (valueOf(queue) !== undefined) result.args.push(`--${flag.long}=${queue.shift()}`);
    else result.missing.add(flag.key);
  }
  result.args.push(...args.slice(end));
  return result;
}

/** A flag and the argument it was found in. */
interface FoundFlag {
  readonly flag: Flag;
  /** The name as typed, with dashes. */
  readonly name: string;
  /** The value in the same argument, or `null`. */
  readonly inline: string | null;
  /** Further one-letter flags in the same argument. */
  readonly letters: string;
  readonly isNegated: boolean;
}

function findFlag(arg: string, flags: readonly Flag[]): FoundFlag | null {
  if (arg.startsWith("--")) return findLong(arg, flags);
  const flag = /^-./.test(arg) && !isLongWithOneDash(arg, flags) && flags.find((one) => one.short === arg[1]);
  if (!flag) return null;
  const rest = arg.slice(2);
  const hasInline = rest !== "" && (takesValue(flag) || rest.startsWith("="));
  return {
    flag,
    name: arg.slice(0, 2),
    inline: hasInline ? rest.replace(/^=/, "") : null,
    letters: hasInline ? "" : rest,
    isNegated: false,
  };
}

/** Recognises `-users` as a misspelt `--users`, not as `-u` with the value `sers`. */
function isLongWithOneDash(arg: string, flags: readonly Flag[]): boolean {
  const name = arg.slice(1).split("=")[0]!;
  return name.length > 1 && flags.some((flag) => longNames(flag).includes(name));
}

function findLong(arg: string, flags: readonly Flag[]): FoundFlag | null {
  const at = arg.indexOf("=");
  const name = at < 0 ? arg : arg.slice(0, at);
  const inline = at < 0 ? null : arg.slice(at + 1);
  const named = flags.find((one) => longNames(one).includes(name.slice(2)));
  if (named !== undefined) return { flag: named, name, inline, letters: "", isNegated: false };
  const negated = name.startsWith("--no-") && inline === null
    ? flags.find((one) => one.kind === "boolean" && longNames(one).includes(name.slice("--no-".length)))
    : undefined;
  return negated === undefined ? null : { flag: negated, name, inline, letters: "", isNegated: true };
}

/** Returns the first argument if it is a value. A negative number is a value; anything else with a dash is an option. */
function valueOf([arg]: readonly string[]): string | undefined {
  return arg !== undefined && (!arg.startsWith("-") || arg === "-" || /^-\.?\d/.test(arg)) ? arg : undefined;
}
