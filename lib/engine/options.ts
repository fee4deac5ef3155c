/**
 * The options of a run: as they are given, as they are in force, and the one table between the two.
 *
 * @module
 */

import { UsageError } from "../core/errors.ts";
import { LOG_LEVELS, type LogLevel } from "../core/log_level.ts";
import { maxTarget, type Stage } from "../load/stages.ts";
import { readStages, type RunnerConfig } from "./config.ts";
import { nearestName } from "../core/suggestion.ts";
import {
  duration,
  fileUrl,
  httpUrl,
  oneOf,
  type OptionReader,
  positiveDuration,
  positiveRate,
  wholeNumber,
} from "./option_readers.ts";

/** What to run and how. Either a locustfile or a URL is needed, everything else has a default. */
export interface RunnerOptions {
  /** The locustfile: a path, relative to the working directory, or a `file:` URL. */
  readonly locustfile?: string | URL;
  /** An `http:` or `https:` URL that every user requests over and over, in place of a locustfile. */
  readonly url?: string;
  /** Users to run, 1 or more. @default {1} */
  readonly users?: number;
  /** Length of the load: seconds, or a text such as `"1m30s"`; more than 0. @default until stopped */
  readonly duration?: number | string;
  /** Users started per second: a number, or a text such as `"30/m"`; more than 0. @default all at once */
  readonly rate?: number | string;
  /** Iterations in total, over all users, 1 or more. @default no limit */
  readonly iterations?: number;
  /** Base URL of the paths that users request. */
  readonly host?: string;
  /** Web workers that the users are spread over, 1 or more; never more than users. @default one per core */
  readonly workers?: number;
  /** How long running iterations may take to end after a stop: seconds, or a text with a unit. @default {10} */
  readonly stopTimeout?: number | string;
  /** What is too long for a flag, the load in stages above all: an object, JSON text, or the path of a JSON file. */
  readonly config?: RunnerConfig | string;
  /** Least important level of the log to show. @default {"info"} */
  readonly logLevel?: LogLevel;
}

/** Options as a command line or the environment has them: text where a number may be meant. */
export type OptionTexts = { readonly [Key in keyof RunnerOptions]?: RunnerOptions[Key] | string };

/** The options in force: checked, complete, frozen, and such that they can be posted to a worker. */
export interface RunOptions {
  /** Absolute `file:` URL of the locustfile, or `null` where `url` is set. */
  readonly locustfile: string | null;
  /** The URL that every user requests, or `null` where `locustfile` is set. */
  readonly url: string | null;
  /** Users to run. */
  readonly users: number;
  /** Length of the load in milliseconds; `null` runs until stopped. */
  readonly durationMs: number | null;
  /** Users started per second; `null` starts all at once. */
  readonly ratePerSecond: number | null;
  /** Iterations in total; `null` for no limit. */
  readonly iterations: number | null;
  /** Base URL, as given; `null` for none. */
  readonly host: string | null;
  /** Workers that run users, at most as many as users. */
  readonly workers: number;
  /** Workers as asked for, for a run whose users are set by code. */
  readonly requestedWorkers: number;
  /** What should be said about the options before the load. */
  readonly notes: readonly string[];
  /** How long running iterations may take to end, in milliseconds. */
  readonly stopTimeoutMs: number;
  /** The load in stages, which then says how many users run and for how long; `null` without stages. */
  readonly stages: readonly Stage[] | null;
  /** Least important level to show. */
  readonly logLevel: LogLevel;
}

/** From one option to the field it sets. */
type Row = {
  [Field in keyof RunOptions]: {
    readonly field: Field;
    readonly read: OptionReader<RunOptions[Field]>;
    /** Value in force where the option is not given. */
    readonly initial: RunOptions[Field];
    /** That value in words for the help; empty where there is nothing to say. */
    readonly initialText: string;
  };
}[keyof RunOptions];

/** The counter of iterations has 32 bits, and every user may take one ticket too many. */
const MAX_ITERATIONS = 2_000_000_000;
const MAX_USERS = 100_000_000;

/** Every option: how it is read and what holds without it. */
const ROWS: Readonly<Record<keyof RunnerOptions, Row>> = {
  locustfile: { field: "locustfile", read: fileUrl, initial: null, initialText: "" },
  url: { field: "url", read: httpUrl, initial: null, initialText: "" },
  users: { field: "users", read: wholeNumber(1, MAX_USERS), initial: 1, initialText: "1" },
  duration: { field: "durationMs", read: positiveDuration, initial: null, initialText: "until stopped" },
  rate: { field: "ratePerSecond", read: positiveRate, initial: null, initialText: "all at once" },
  iterations: {
    field: "iterations",
    read: wholeNumber(1, MAX_ITERATIONS),
    initial: null,
    initialText: "no limit",
  },
  host: { field: "host", read: httpUrl, initial: null, initialText: "" },
  workers: {
    field: "workers",
    read: wholeNumber(1),
    initial: navigator.hardwareConcurrency,
    initialText: "one per core",
  },
  stopTimeout: { field: "stopTimeoutMs", read: duration, initial: 10_000, initialText: "10s" },
  config: { field: "stages", read: readStages, initial: null, initialText: "" },
  logLevel: { field: "logLevel", read: oneOf(LOG_LEVELS), initial: "info", initialText: "info" },
};

/** Names of all options. */
export const OPTION_KEYS: readonly (keyof RunnerOptions)[] = Object.keys(ROWS) as (keyof RunnerOptions)[];

/** Returns what holds where an option is not given, in words; empty where that needs none. */
export function defaultText(key: keyof RunnerOptions): string {
  return ROWS[key].initialText;
}

/**
 * Checks options and fills in the defaults.
 *
 * @param options What was given; `undefined` counts as not given
 * @param labelOf Says where a value came from, for messages: `--users`, `LOCUST_USERS`. @default the option's own name
 * @throws {UsageError} if anything cannot be used; lists every such problem
 */
export function resolveOptions(options: OptionTexts, labelOf: OptionLabel = (key) => key): RunOptions {
  const { values, problems } = readOptions(options, labelOf);
  if (options.locustfile === undefined && options.url === undefined) {
    problems.push("Cannot run: nothing to run, expected a locustfile or a url");
  }
  if (problems.length > 0) throw new UsageError(problems);
  const users = values.stages === null ? values.users : maxTarget(values.stages);
  const { workers: requestedWorkers } = values;
  const workers = Math.max(1, Math.min(requestedWorkers, users));
  return Object.freeze({ ...values, users, workers, requestedWorkers, notes: notesOn(options, values, labelOf) });
}

function notesOn(options: OptionTexts, { stages }: RunOptions, labelOf: OptionLabel): readonly string[] {
  const beaten = (["users", "duration", "rate"] as const).filter((key) => options[key] !== undefined);
  if (stages === null || beaten.length === 0) return [];
  return [`The stages of ${labelOf("config")} take the place of ${beaten.map(labelOf).join(", ")}`];
}

/** Names an option in messages. */
export type OptionLabel = (key: keyof RunnerOptions) => string;

/**
 * Returns what is wrong with options, a line each; that neither a locustfile nor a URL is given is not looked at.
 *
 * @param options What was given
 * @param labelOf Names an option in the messages
 */
export function optionProblems(options: OptionTexts, labelOf: OptionLabel): readonly string[] {
  return readOptions(options, labelOf).problems;
}

function readOptions(options: OptionTexts, labelOf: OptionLabel): { values: RunOptions; problems: string[] } {
  const problems = Object.keys(options).filter((key) => !Object.hasOwn(ROWS, key)).map(unknownOption);
  const values: Record<string, unknown> = {};
  for (const key of OPTION_KEYS) {
    const { field, read, initial } = ROWS[key];
    const given: unknown = options[key];
    values[field] = initial;
    if (given === undefined) continue;
    try {
      values[field] = read(given);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      problems.push(`Cannot use ${labelOf(key)} "${shown(given)}": ${error.message}`);
    }
  }
  if (options.locustfile !== undefined && options.url !== undefined) {
    problems.push(`Cannot use ${labelOf("locustfile")} and ${labelOf("url")} together, expected one of them`);
  }
  return { values: values as unknown as RunOptions, problems };
}

function unknownOption(key: string): string {
  return `Cannot use ${key}: unknown option, did you mean "${nearestName(key, OPTION_KEYS)}"?`;
}

function shown(value: unknown): string {
  return typeof value === "object" && !(value instanceof URL) ? Deno.inspect(value) : String(value);
}
