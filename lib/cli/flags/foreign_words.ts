/**
 * Options of other load testers and their names here.
 *
 * @module
 */

import { type Flag, longNames } from "./flag.ts";

/** Options of Locust, k6, wrk, hey or oha with the same meaning. */
export interface ForeignWord {
  /** The options with dashes; none is also an option here. */
  readonly words: readonly string[];
  /** Whether the option takes a value. */
  readonly hasValue: boolean;
  /** Long name of our option, or `null` if there is none. */
  readonly ours: string | null;
  /** What to do instead. @default use our option */
  readonly advice?: string;
}

/** All known options of other tools. */
export const FOREIGN_WORDS: readonly ForeignWord[] = [
  { words: ["--run-time", "-t", "-z"], hasValue: true, ours: "duration" },
  { words: ["--spawn-rate", "--hatch-rate"], hasValue: true, ours: "rate" },
  { words: ["--vus", "--connections", "--concurrency", "-c"], hasValue: true, ours: "users" },
  { words: ["-n"], hasValue: true, ours: "iterations" },
  { words: ["--rps", "--qps"], hasValue: true, ours: "max-rps" },
  { words: ["--processes", "--threads"], hasValue: true, ours: "workers" },
  { words: ["--loglevel", "-L"], hasValue: true, ours: "log-level" },
  { words: ["--html"], hasValue: true, ours: "html-report" },
  { words: ["--summary-export"], hasValue: true, ours: "json" },
  { words: ["--insecure-skip-tls-verify"], hasValue: false, ours: "insecure" },
  { words: ["--headless", "--autostart"], hasValue: false, ours: null, advice: "not needed, leave it out" },
  {
    words: ["--instrument"],
    hasValue: false,
    ours: null,
    advice: "--trace-ratio 1 has spans of all iterations, --traceparent only their header",
  },
  { words: ["--locustfile", "-f"], hasValue: true, ours: null, advice: "the file stands by itself" },
];

/** An option of another tool, found on the command line. */
export interface FoundWord {
  /** Error message: one line that names our option. */
  readonly problem: string;
  /** Whether the next argument is its value. */
  readonly takesNext: boolean;
}

/**
 * Recognises an option of another tool.
 *
 * @param arg The argument
 * @param next The next argument, if it can be a value
 * @param flags The table of flags
 * @returns `null` for any other argument
 */
export function findForeignWord(arg: string, next: string | undefined, flags: readonly Flag[]): FoundWord | null {
  const isLong = arg.startsWith("--");
  const typed = isLong ? arg.split("=")[0]! : arg.slice(0, 2);
  const rest = arg.slice(typed.length);
  const word = FOREIGN_WORDS.find(({ words }) => words.includes(typed));
  if (word === undefined || (!word.hasValue && rest !== "" && !isLong)) return null;
  const value = !word.hasValue ? undefined : rest === "" ? next : rest.replace(/^=/, "");
  const shown = value === undefined ? typed : `${typed} ${value}`;
  return {
    problem: `Cannot use ${shown}: ${word.advice ?? `use ${ourSpelling(word, value, flags)}`}`,
    takesNext: word.hasValue && rest === "" && next !== undefined,
  };
}

/** Returns the long name of our option for another tool's variable, given without prefix; `null` if unknown. */
export function oursOfVariable(name: string): string | null {
  const long = `--${name.toLowerCase().replaceAll("_", "-")}`;
  return FOREIGN_WORDS.find(({ words }) => words.includes(long))?.ours ?? null;
}

function ourSpelling({ ours }: ForeignWord, value: string | undefined, flags: readonly Flag[]): string {
  const flag = flags.find((one) => longNames(one).includes(ours!));
  const needsValue = flag !== undefined && flag.kind !== "boolean";
  return needsValue ? `--${ours} ${value ?? `<${flag.value ?? "value"}>`}` : `--${ours}`;
}
