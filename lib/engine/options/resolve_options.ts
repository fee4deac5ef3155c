/**
 * Resolves given options to the options in force, by one table.
 *
 * @module
 */

import { UsageError } from "../../core/errors.ts";
import { LOG_LEVELS } from "../../core/log_level.ts";
import { didYouMean } from "../../core/suggestion.ts";
import { formatDuration } from "../../core/units.ts";
import { readBaseUrl, readHttpUrl } from "../../http/client/target.ts";
import { proxyNotFor } from "../../http/proxy.ts";
import { HTTP_VERSIONS, TRANSPORT_NAMES, type TransportName } from "../../http/transport.ts";
import { mostUsers, shapeFor, shapeMs } from "../../load/shape.ts";
import { MAX_USERS } from "../../load/shares.ts";
import { readStages } from "./config.ts";
import {
  duration,
  endpoint,
  fileUrl,
  flag,
  names,
  oneOf,
  type OptionReader,
  positiveDuration,
  positiveRate,
  proxy,
  ratio,
  text,
  thresholds,
  wholeNumber,
} from "./option_readers.ts";
import type { OptionTexts, RunnerOptions, RunOptions } from "./options.ts";

/** Fields that options set. */
type OptionField = Exclude<keyof RunOptions, "trace" | "sampleRatio">;

/** How one option sets one field. */
type Row = {
  [Field in OptionField]: {
    readonly field: Field;
    readonly read: OptionReader<RunOptions[Field]>;
    /** Default value. */
    readonly initial: RunOptions[Field];
    /** The default in words for the help; may be empty. */
    readonly initialText: string;
  };
}[OptionField];

/** The iteration counter has 32 bits, and every user can take one ticket beyond the limit. */
const MAX_ITERATIONS = 2_000_000_000;

/** Greatest seed: it has 32 bits. */
const MAX_SEED = 2 ** 32 - 1;

/** All options, with reader and default. */
const ROWS: Readonly<Record<keyof RunnerOptions, Row>> = {
  locustfile: { field: "locustfile", read: fileUrl, initial: null, initialText: "" },
  url: { field: "url", read: readHttpUrl, initial: null, initialText: "" },
  users: { field: "users", read: wholeNumber(1, MAX_USERS), initial: 1, initialText: "1" },
  duration: { field: "durationMs", read: positiveDuration, initial: null, initialText: "until stopped" },
  arrivalRate: { field: "arrivalRatePerSecond", read: positiveRate, initial: null, initialText: "" },
  maxLateness: { field: "maxLatenessMs", read: duration, initial: 1000, initialText: "1s" },
  maxRps: { field: "maxRequestsPerSecond", read: positiveRate, initial: null, initialText: "no cap" },
  warmUp: { field: "warmUpMs", read: duration, initial: 0, initialText: "none" },
  only: { field: "only", read: names, initial: null, initialText: "all" },
  seed: { field: "seed", read: wholeNumber(0, MAX_SEED), initial: null, initialText: "random" },
  groupByStep: { field: "groupByStep", read: flag, initial: false, initialText: "" },
  keepFailures: { field: "keepFailures", read: wholeNumber(1, 1000), initial: null, initialText: "none" },
  groupByClass: { field: "groupByClass", read: flag, initial: false, initialText: "" },
  rate: { field: "ratePerSecond", read: positiveRate, initial: null, initialText: "all at once" },
  iterations: {
    field: "iterations",
    read: wholeNumber(1, MAX_ITERATIONS),
    initial: null,
    initialText: "no limit",
  },
  host: { field: "host", read: readBaseUrl, initial: null, initialText: "" },
  workers: {
    field: "workers",
    read: wholeNumber(1),
    initial: navigator.hardwareConcurrency,
    initialText: "one per core",
  },
  transport: { field: "transport", read: oneOf(TRANSPORT_NAMES), initial: "socket", initialText: "socket" },
  http: { field: "http", read: oneOf(HTTP_VERSIONS), initial: "auto", initialText: "auto" },
  insecure: { field: "insecure", read: flag, initial: false, initialText: "" },
  connectTo: { field: "connectTo", read: endpoint, initial: null, initialText: "" },
  unixSocket: { field: "unixSocket", read: text, initial: null, initialText: "" },
  proxy: { field: "proxy", read: proxy, initial: null, initialText: "none" },
  startTimeout: { field: "startTimeoutMs", read: positiveDuration, initial: 300_000, initialText: "5m" },
  stopTimeout: { field: "stopTimeoutMs", read: duration, initial: 10_000, initialText: "10s" },
  config: { field: "stages", read: readStages, initial: null, initialText: "" },
  thresholds: { field: "thresholds", read: thresholds, initial: [], initialText: "" },
  abortOnFail: { field: "abortOnFail", read: flag, initial: false, initialText: "" },
  abortAfter: { field: "abortAfterMs", read: duration, initial: 5000, initialText: "5s" },
  failOnError: { field: "failOnError", read: flag, initial: false, initialText: "" },
  traceRatio: { field: "traceRatio", read: ratio, initial: null, initialText: "0" },
  traceparent: { field: "traceparent", read: flag, initial: false, initialText: "" },
  logLevel: { field: "logLevel", read: oneOf(LOG_LEVELS), initial: "info", initialText: "info" },
};

/** Options that have been resolved. */
const RESOLVED = new WeakSet<object>();

/** Names of all options. */
export const OPTION_KEYS: readonly (keyof RunnerOptions)[] = Object.keys(ROWS) as (keyof RunnerOptions)[];

/** Returns the default of an option in words; empty if none is needed. */
export function defaultText(key: keyof RunnerOptions): string {
  return ROWS[key].initialText;
}

/**
 * Validates options and applies defaults.
 *
 * @param options The given options; `undefined` counts as not given
 * @param labelOf Returns the name of an option for messages: `--users`, `LOCUST_USERS`. @default the option's own name
 * @throws {UsageError} if any option is invalid; lists all problems
 */
export function resolveOptions(options: OptionTexts, labelOf: OptionLabel = (key) => key): RunOptions {
  if (typeof options !== "object" || options === null) {
    throw new UsageError([
      `Cannot use the options ${Deno.inspect(options)}: not an object, expected one with a locustfile or a url`,
    ]);
  }
  const { values, problems } = readOptions(options, labelOf);
  if (options.locustfile === undefined && options.url === undefined) {
    problems.push("Cannot run: nothing to run, expected a locustfile or a url");
  }
  if (problems.length > 0) throw new UsageError(problems);
  const most = mostUsers(shapeFor({ ...values, users: options.users === undefined ? null : values.users }));
  const isPlain = values.stages === null && values.arrivalRatePerSecond === null;
  const users = isPlain ? values.users : most; // a ramp can end before it reaches them
  const { workers: requestedWorkers } = values;
  const workers = Math.max(1, Math.min(requestedWorkers, most));
  const notes = notesOn(options, values, labelOf);
  const resolved: RunOptions = Object.freeze({ ...values, users, workers, requestedWorkers, notes });
  RESOLVED.add(resolved);
  return resolved;
}

function notesOn(options: OptionTexts, { stages }: RunOptions, labelOf: OptionLabel): readonly string[] {
  const beatable = (["users", "duration", "rate", "arrivalRate"] as const).slice(stages?.model === "open" ? 1 : 0);
  const beaten = beatable.filter((key) => options[key] !== undefined);
  if (stages === null || beaten.length === 0) return [];
  return [`The stages of ${labelOf("config")} replace ${beaten.map(labelOf).join(", ")}`];
}

/** Returns the name of an option for messages. */
export type OptionLabel = (key: keyof RunnerOptions) => string;

/**
 * Returns the problems of options, one line each. A missing locustfile or URL is not reported.
 *
 * @param options The given options
 * @param labelOf Returns the name of an option for messages
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
  if (options.url !== undefined && options.host !== undefined) {
    problems.push(
      `Cannot use ${labelOf("host")} with ${labelOf("url")}: the URL is requested as it is, expected one of them`,
    );
  }
  const ways = (["connectTo", "unixSocket", "proxy"] as const).filter((key) => values[key] !== null);
  if (ways.length > 1) {
    problems.push(`Cannot use ${ways.map(labelOf).join(" and ")} together, expected one of them`);
  }
  const protocol = proxyNotFor(values.transport as TransportName, values.proxy as string | null);
  if (protocol !== null) {
    problems.push(
      `Cannot use ${labelOf("proxy")} by ${protocol}// with the socket transport, expected http:// or ` +
        `${labelOf("transport")} fetch`,
    );
  }
  for (const key of ["connectTo", "insecure", "http"] as const) {
    if (!options[key] || !values[key] || values.transport !== "fetch" || values[key] === "auto") continue;
    problems.push(`Cannot use ${labelOf(key)} with the fetch transport, expected ${labelOf("transport")} socket`);
  }
  if (options.abortAfter !== undefined && values.abortOnFail === false) {
    problems.push(
      `Cannot use ${labelOf("abortAfter")}: no threshold ends the run, expected ${labelOf("abortOnFail")} beside it`,
    );
  }
  problems.push(...loadProblems(options, values as unknown as RunOptions, labelOf));
  return { values: values as unknown as RunOptions, problems };
}

function loadProblems(options: OptionTexts, values: RunOptions, labelOf: OptionLabel): string[] {
  const problems: string[] = [];
  if (values.stages === null && values.arrivalRatePerSecond !== null && values.ratePerSecond !== null) {
    problems.push(
      `Cannot use ${labelOf("rate")} with ${labelOf("arrivalRate")}: users are started as they are needed, ` +
        "expected one of them",
    );
  }
  const plannedMs = shapeMs(shapeFor(values));
  if (values.warmUpMs > 0 && values.warmUpMs >= plannedMs) {
    problems.push(
      `Cannot use ${labelOf("warmUp")} "${options.warmUp}": no time would be left to measure, expected less than ` +
        formatDuration(plannedMs),
    );
  }
  return problems;
}

function unknownOption(key: string): string {
  return `Cannot use ${key}: unknown option${didYouMean(key, OPTION_KEYS)}`;
}

function shown(value: unknown): string {
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value.join(", ");
  return typeof value === "object" && !(value instanceof URL) ? Deno.inspect(value) : String(value);
}

/** Returns options in force that also have each request printed or recorded. */
export function withWatch(options: RunOptions, watch: Pick<RunOptions, "trace" | "sampleRatio">): RunOptions {
  const watched = Object.freeze({ ...options, ...watch });
  RESOLVED.add(watched);
  return watched;
}

/** Returns options in force with which single requests are recorded, if there is a sink for them. */
export function withSampling(options: RunOptions, sink: { readonly ratio: number } | undefined): RunOptions {
  return sink === undefined ? options : withWatch(options, { sampleRatio: sink.ratio });
}

/** Returns whether options were returned by {@linkcode resolveOptions}. */
export function isResolved(options: RunnerOptions | RunOptions): options is RunOptions {
  return RESOLVED.has(options);
}
