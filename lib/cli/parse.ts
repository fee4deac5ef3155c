/**
 * Parses the command line.
 *
 * @module
 */

import { UsageError } from "../core/errors.ts";
import { parseListenAddress } from "../core/listen_address.ts";
import { formatDuration, parseDurationMs } from "../core/units.ts";
import { didYouMean } from "../core/suggestion.ts";
import { OPTION_KEYS, type OptionLabel, optionProblems } from "../engine/options/resolve_options.ts";
import type { TraceOptions } from "../http/trace/trace_text.ts";
import type { OptionTexts } from "../engine/options/options.ts";
import { type Environment, type GivenArguments, readArguments, valueProblems } from "./flags/arguments.ts";
import { parsePercentiles } from "../report/percentiles.ts";
import { type Shell, SHELLS } from "./commands/completions.ts";
import { debugProblems, traceOptions } from "./parsing/debug_flags.ts";
import { SUBJECT_VARIABLE, VARIABLE_PREFIX } from "./flags/flag.ts";
import type { ClusterFlags } from "./flags/cluster_flags.ts";
import { FLAGS, type ReportFlags, type WebFlags } from "./flags/flags.ts";
import type { GivenTelemetry } from "../telemetry/settings/settings.ts";
import { sampleFlags, sampleProblems } from "./flags/sample_flags.ts";
import { TELEMETRY_FLAGS } from "./flags/telemetry_flags.ts";
import { type AgentCommand, clusterFlags, clusterProblems, parseAgent } from "./parsing/parse_cluster.ts";
import { type CompareCommand, parseCompare, parseTolerance } from "./parsing/parse_compare.ts";
import { type ImportCommand, parseImport } from "./parsing/parse_import.ts";
import { parseRecord, type RecordCommand } from "./parsing/parse_record.ts";
import { INIT_OPTION, type Subcommand, subcommandOf, SUBCOMMANDS } from "./commands/subcommands.ts";

const HELP_OPTIONS = ["--help", "-h"];

/** Least time between two tables: a run is looked at once a second. */
const MIN_EVERY_MS = 1000;

/** The parsed command line. */
export type Command =
  /** Show the help, or that of one command. */
  | { readonly kind: "help"; readonly command: Subcommand | null }
  | { readonly kind: "version" }
  /** Write a first locustfile, and a `deno.json` beside it when `withDeno` is set. */
  | { readonly kind: "init"; readonly withDeno: boolean }
  /** Print completions for a shell. */
  | { readonly kind: "completions"; readonly shell: Shell }
  | CompareCommand
  | AgentCommand
  | ImportCommand
  | RecordCommand
  | {
    /** Run it, only check it, or look closely at one user. */
    readonly kind: "run" | "check" | "debug";
    /** How `debug` prints. */
    readonly trace: TraceOptions;
    /** Valid options, not yet resolved; without locustfile and URL if neither was given. */
    readonly options: OptionTexts;
    /** Output settings. */
    readonly reports: ReportFlags;
    /** What is exported, unread. */
    readonly telemetry: GivenTelemetry;
    /** How the live page is served. */
    readonly web: WebFlags;
    /** How other machines are used. */
    readonly cluster: ClusterFlags;
    /** Returns the name of an option as the user typed it. */
    readonly labelOf: OptionLabel;
    /** Warnings, one line each. */
    readonly warnings: readonly string[];
  };

/**
 * Parses the command line. Flags take precedence over variables, variables over defaults.
 *
 * @param args Arguments of the command
 * @param env The environment
 * @throws {UsageError} if an argument, variable or value is invalid; lists all problems
 */
export function parseCommandLine(args: readonly string[], env: Environment): Command {
  switch (subcommandOf(args)) {
    case "init":
      return parseInit(args.slice(1));
    case "completions":
      return parseCompletions(args.slice(1));
    case "compare":
      return hasHelpOption(args) ? { kind: "help", command: "compare" } : parseCompare(args.slice(1));
    case "help":
      return parseHelp(args.slice(1));
    case "check":
    case "debug":
      return parseRun(args[0] as "check" | "debug", args.slice(1), env);
    case "agent":
      return hasHelpOption(args) ? { kind: "help", command: "agent" } : parseAgent(args.slice(1), env);
    case "import":
      return hasHelpOption(args) ? { kind: "help", command: "import" } : parseImport(args.slice(1));
    case "record":
      return hasHelpOption(args) ? { kind: "help", command: "record" } : parseRecord(args.slice(1), env);
    case null:
      return parseRun("run", args, env);
  }
}

function parseHelp(args: readonly string[]): Command {
  const [name, ...extra] = args.filter((arg) => !HELP_OPTIONS.includes(arg));
  if (extra.length > 0) {
    throw new UsageError(extra.map((arg) => `Cannot use "${arg}": unexpected argument, expected one command`));
  }
  if (name === undefined) return { kind: "help", command: null };
  const command = subcommandOf([name]);
  if (command !== null) return { kind: "help", command };
  throw new UsageError([`Cannot show help of "${name}": unknown command${didYouMean(name, SUBCOMMANDS)}`]);
}

function hasHelpOption(args: readonly string[]): boolean {
  return args.some((arg) => HELP_OPTIONS.includes(arg));
}

function parseInit(args: readonly string[]): Command {
  if (hasHelpOption(args)) return { kind: "help", command: "init" };
  const extra = args.filter((arg) => arg !== INIT_OPTION);
  if (extra.length === 0) return { kind: "init", withDeno: args.length > 0 };
  throw new UsageError(extra.map((arg) => `Cannot use "${arg}": unexpected argument, expected ${INIT_OPTION} or none`));
}

function parseCompletions(args: readonly string[]): Command {
  const shell = SHELLS.find((name) => name === args[0]);
  if (hasHelpOption(args)) return { kind: "help", command: "completions" };
  if (shell !== undefined && args.length === 1) return { kind: "completions", shell };
  throw new UsageError([`Cannot complete for "${args.join(" ")}": unknown shell, expected ${SHELLS.join(", ")}`]);
}

function parseRun(kind: "run" | "check" | "debug", args: readonly string[], env: Environment): Command {
  const given = readArguments(args, env, FLAGS);
  if (given.values.get("help") === true) return { kind: "help", command: kind === "run" ? null : kind };
  if (given.values.get("version") === true) return { kind: "version" };
  const subject = given.positionals[0] ?? (env.get(SUBJECT_VARIABLE) || undefined);
  const options = withSubject(runOptions(given), subject, {
    beatsHost: given.positionals.length > 0 && isVariable(given, "host"),
  });
  const labelOf: OptionLabel = (key) => given.labels.get(key) ?? (key === "url" ? "URL" : flagText(key));
  const problems = [
    ...given.problems,
    ...given.positionals.slice(1).map((extra) =>
      `Cannot use "${extra}": unexpected argument, expected one locustfile or URL`
    ),
    ...optionProblems(options, labelOf),
    ...valueProblems(given, "everyMs", parseEveryMs),
    ...valueProblems(given, "percentiles", parsePercentiles),
    ...prometheusProblems(given),
    ...sampleProblems(given),
    ...valueProblems(given, "tolerance", parseTolerance),
    ...(given.values.has("tolerance") && !given.values.has("baseline")
      ? [`Cannot use ${given.labels.get("tolerance")}: nothing to compare with, expected --baseline beside it`]
      : []),
    ...webProblems(given),
    ...clusterProblems(given),
    ...debugProblems(kind, given),
  ];
  if (problems.length > 0) throw new UsageError(problems);
  const [reports, web] = [reportFlags(given), webFlags(given)];
  const [cluster, trace, telemetry] = [clusterFlags(given), traceOptions(given), telemetryFlags(given)];
  return { kind, options, reports, telemetry, web, cluster, labelOf, trace, warnings: given.warnings };
}

/** Returns the flag of an option that was not given, for messages that ask for it. */
function flagText(key: string): string {
  const flag = FLAGS.find((one) => one.key === key);
  return flag === undefined ? key : `--${flag.long}`;
}

function isVariable({ labels }: GivenArguments, key: string): boolean {
  return labels.get(key)?.startsWith(VARIABLE_PREFIX) ?? false;
}

function runOptions(given: GivenArguments): OptionTexts {
  const { values } = given;
  const isQuiet = values.get("quiet") === true;
  const isLevelBeaten = !values.has("logLevel") || (isVariable(given, "logLevel") && !isVariable(given, "quiet"));
  return {
    ...Object.fromEntries(OPTION_KEYS.flatMap((key) => values.has(key) ? [[key, values.get(key)]] : [])),
    ...(isQuiet && isLevelBeaten ? { logLevel: "error" } : {}),
  };
}

/** Returns the time between two tables. */
function parseEveryMs(text: string): number {
  const everyMs = parseDurationMs(text);
  if (everyMs < MIN_EVERY_MS) throw new RangeError(`too short, expected ${formatDuration(MIN_EVERY_MS)} or more`);
  return everyMs;
}

function reportFlags(given: GivenArguments): ReportFlags {
  const { values } = given;
  const [every, percentiles] = [values.get("everyMs"), values.get("percentiles")];
  const [baseline, tolerance] = [values.get("baseline"), values.get("tolerance")];
  const prometheusWait = values.get("prometheusWaitMs");
  const files = (["htmlReport", "json", "csv", "junit", "gitlab", "prometheus"] as const).filter((key) =>
    values.has(key)
  );
  return {
    ...Object.fromEntries(files.map((key) => [key, String(values.get(key))])),
    ...sampleFlags(given),
    ...(percentiles === undefined ? {} : { percentiles: parsePercentiles(String(percentiles)) }),
    ...(baseline === undefined ? {} : { baseline: baseline as readonly string[] }),
    ...(tolerance === undefined ? {} : { tolerance: parseTolerance(String(tolerance)) }),
    ...(prometheusWait === undefined ? {} : { prometheusWaitMs: parseDurationMs(String(prometheusWait)) }),
    ...(values.get("quiet") === true ? { quiet: true } : {}),
    ...(every === undefined ? {} : { everyMs: parseDurationMs(String(every)) }),
    ...(values.get("summaryOnly") === true ? { summaryOnly: true } : {}),
  };
}

/** What is wrong with the flags of Prometheus, a line each. */
function prometheusProblems(given: GivenArguments): string[] {
  const { values, labels } = given;
  return [
    ...valueProblems(given, "prometheus", parseListenAddress),
    ...valueProblems(given, "prometheusWaitMs", parseDurationMs),
    ...(values.has("prometheusWaitMs") && !values.has("prometheus")
      ? [`Cannot use ${labels.get("prometheusWaitMs")}: nothing is served, expected --prometheus beside it`]
      : []),
  ];
}

function telemetryFlags({ values, labels }: GivenArguments): GivenTelemetry {
  const given = TELEMETRY_FLAGS.filter(({ key }) => values.has(key));
  return {
    flags: Object.fromEntries(given.map(({ key }) => [key, String(values.get(key))])),
    labelOf: (key) => labels.get(key) ?? key,
  };
}

function webFlags({ values }: GivenArguments): WebFlags {
  const [web, webToken] = [values.get("web"), values.get("webToken")];
  return {
    ...(web === undefined ? {} : { web: String(web) }),
    ...(webToken === undefined ? {} : { webToken: String(webToken) }),
    ...Object.fromEntries((["open", "start", "exit"] as const).map((key) => [key, values.get(key) === true])),
  };
}

/** What is wrong with the flags of the page, a line each. */
function webProblems(given: GivenArguments): string[] {
  const { values } = given;
  const [web, token] = [values.get("web"), values.get("webToken")];
  const alone = (["start", "exit", "open", "webToken"] as const).filter((key) => values.has(key) && web === undefined)
    .map((key) =>
      `Cannot use --${FLAGS.find((flag) => flag.key === key)!.long}: it is for the page, expected --web beside it`
    );
  return [
    ...alone,
    ...valueProblems(given, "web", parseListenAddress),
    ...(token !== undefined && !/^[\w-]{8,}$/.test(String(token))
      ? [`Cannot use --web-token: expected at least 8 letters, digits, - or _`]
      : []),
    ...(web !== undefined && values.get("exit") === true && values.get("start") !== true
      ? ["Cannot use --exit: no run ends by itself, expected --start beside it"]
      : []),
  ];
}

/** Adds the locustfile or URL. A URL argument takes precedence over a host from the environment. */
function withSubject(
  options: OptionTexts,
  subject: string | undefined,
  { beatsHost }: { readonly beatsHost: boolean },
): OptionTexts {
  if (subject === undefined) return options;
  if (!/^https?:\/\//i.test(subject)) return { ...options, locustfile: subject };
  const { host, ...others } = options;
  return { ...others, ...(host === undefined || beatsHost ? {} : { host }), url: subject };
}
