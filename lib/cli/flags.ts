/**
 * The one table of flags: parsing, help and the names of environment variables come from it.
 *
 * @module
 */

import type { RunnerOptions } from "../engine/options/options.ts";

/**
 * How a flag is given.
 *
 * - `value`: once, with a value
 * - `repeatable`: any number of times, with a value each; in its variable, one value a line
 * - `boolean`: without a value, and `--no-<name>` for the contrary; its variable is `true` or `false`
 * - `action`: without a value and in place of a run; has no variable
 */
export type FlagKind = "value" | "repeatable" | "boolean" | "action";

/** One flag. */
export interface Flag {
  /** Name of what it sets. */
  readonly key: string;
  /** Long name without the dashes. */
  readonly long: string;
  /** Other long names that mean the same; they have variables of their own. @default none */
  readonly aliases?: readonly string[];
  /** One letter. @default none */
  readonly short?: string;
  /** How it is given. @default {"value"} */
  readonly kind?: FlagKind;
  /** What stands for the value in the help. @default {"value"} */
  readonly value?: string;
  /** Heading in the help; flags of a group stand together in the table. */
  readonly group: string;
  /** One line: lower case first, no final period, no default (that comes from the options). */
  readonly help: string;
}

/** Stands for stdout where a file is asked for. */
export const STDOUT = "-";

/** What the command writes beside its tables. */
export interface ReportFlags {
  /** Where the HTML report goes. */
  readonly htmlReport?: string;
  /** Where the JSON summary goes; `-` for stdout. */
  readonly json?: string;
  /** Whether tables are left out, and of the log, where no level is given, all but errors. */
  readonly quiet?: boolean;
  /** Time between two tables where there is no terminal, in milliseconds. */
  readonly everyMs?: number;
  /** Whether only the summary is shown. */
  readonly summaryOnly?: boolean;
}

/** What the flags of `locust` set: an option of the run, or an action. */
export type LocustFlagKey = keyof RunnerOptions | keyof ReportFlags | "help" | "version";

/** Every flag of `locust`, in the order of the help. */
export const FLAGS: readonly (Flag & { readonly key: LocustFlagKey })[] = [
  { key: "users", long: "users", short: "u", value: "number", group: "Load", help: "users to run" },
  {
    key: "duration",
    long: "duration",
    short: "d",
    value: "time",
    group: "Load",
    help: "length of the load: seconds, or a time such as 1m30s",
  },
  {
    key: "rate",
    long: "rate",
    short: "r",
    value: "number",
    group: "Load",
    help: "users to start per second",
  },
  {
    key: "iterations",
    long: "iterations",
    short: "i",
    value: "number",
    group: "Load",
    help: "iterations in total, over all users",
  },
  {
    key: "config",
    long: "config",
    value: "json",
    group: "Load",
    help: "JSON text or a JSON file with stages: users over time",
  },
  {
    key: "arrivalRate",
    long: "arrival-rate",
    value: "rate",
    group: "Load",
    help: "iterations to start per second, e.g. 500, 30/m; users: the most",
  },
  {
    key: "maxLateness",
    long: "max-lateness",
    value: "time",
    group: "Load",
    help: "how late one may start before it is dropped",
  },
  {
    key: "maxRps",
    long: "max-rps",
    value: "rate",
    group: "Load",
    help: "most requests to send per second",
  },
  {
    key: "warmUp",
    long: "warm-up",
    value: "time",
    group: "Load",
    help: "leave so much of the start out of the summary",
  },
  { key: "only", long: "only", value: "names", group: "Load", help: "user classes to run, with commas between them" },
  { key: "host", long: "host", short: "H", value: "url", group: "Load", help: "base URL of the paths users request" },
  {
    key: "transport",
    long: "transport",
    value: "name",
    group: "Connection",
    help: "socket, the fastest, or fetch, Deno's own",
  },
  {
    key: "http",
    long: "http",
    value: "version",
    group: "Connection",
    help: "1.1, 2, or auto: what an https:// server picks",
  },
  { key: "insecure", long: "insecure", kind: "boolean", group: "Connection", help: "take any server certificate" },
  {
    key: "connectTo",
    long: "connect-to",
    value: "host:port",
    group: "Connection",
    help: "connect there, whatever the host of the URL",
  },
  {
    key: "proxy",
    long: "proxy",
    value: "url",
    group: "Connection",
    help: "use a proxy; env: those that HTTP_PROXY and the like name",
  },
  { key: "unixSocket", long: "unix-socket", value: "path", group: "Connection", help: "connect to a unix socket" },
  {
    key: "workers",
    long: "workers",
    aliases: ["event-loops"],
    short: "w",
    value: "number",
    group: "Advanced",
    help: "workers the users are spread over, never more than users",
  },
  {
    key: "startTimeout",
    long: "start-timeout",
    value: "time",
    group: "Advanced",
    help: "how long import, setup() and copying its data may take each",
  },
  {
    key: "stopTimeout",
    long: "stop-timeout",
    value: "time",
    group: "Advanced",
    help: "how long running iterations may take to end after a stop",
  },
  {
    key: "thresholds",
    long: "threshold",
    kind: "repeatable",
    value: "expression",
    group: "Pass or fail",
    help: 'what must hold, e.g. "p95 < 500ms", "failures < 1%"',
  },
  {
    key: "abortOnFail",
    long: "abort-on-fail",
    kind: "boolean",
    group: "Pass or fail",
    help: "end as soon as one on times, failures or dropped fails",
  },
  {
    key: "abortAfter",
    long: "abort-after",
    value: "time",
    group: "Pass or fail",
    help: "how long to measure before one may end the run; 100 samples",
  },
  {
    key: "failOnError",
    long: "fail-on-error",
    kind: "boolean",
    group: "Pass or fail",
    help: "exit with 99 if a request fails or the script throws",
  },
  {
    key: "logLevel",
    long: "log-level",
    short: "l",
    value: "level",
    group: "Output",
    help: "what to log: debug, info, warning or error, and above",
  },
  {
    key: "groupByClass",
    long: "group-by-class",
    kind: "boolean",
    group: "Output",
    help: "keep the rows of user classes apart",
  },
  {
    key: "htmlReport",
    long: "html-report",
    value: "file",
    group: "Output",
    help: "write a report to one self-contained HTML file",
  },
  {
    key: "json",
    long: "json",
    value: "file",
    group: "Output",
    help: "write the summary as JSON; - for stdout, in place of the tables",
  },
  {
    key: "quiet",
    long: "quiet",
    short: "q",
    kind: "boolean",
    group: "Output",
    help: "no tables; of the log only errors, or what --log-level says",
  },
  {
    key: "everyMs",
    long: "every",
    value: "time",
    group: "Output",
    help: "time between tables without a terminal: 10s, after 5m 30s",
  },
  {
    key: "summaryOnly",
    long: "summary-only",
    kind: "boolean",
    group: "Output",
    help: "no tables while the load runs, only the summary",
  },
  { key: "help", long: "help", short: "h", kind: "action", group: "Output", help: "show this help" },
  { key: "version", long: "version", kind: "action", group: "Output", help: "show the version" },
];

/** What the names of all variables begin with. */
export const VARIABLE_PREFIX = "LOCUST_";

/** Variable that holds the locustfile, or the URL, where the command line has none. */
export const SUBJECT_VARIABLE = `${VARIABLE_PREFIX}FILENAME`;

/** Variables that the installer takes, and no option. */
export const INSTALLER_VARIABLES: readonly string[] = ["VERSION", "INSTALL", "DOWNLOAD_URL"]
  .map((name) => VARIABLE_PREFIX + name);

/** Returns a flag's long names, the main one first. */
export function longNames(flag: Flag): readonly string[] {
  return [flag.long, ...(flag.aliases ?? [])];
}

/** Returns whether a value belongs to the flag. */
export function takesValue(flag: Flag): boolean {
  return flag.kind !== "boolean" && flag.kind !== "action";
}

/** Returns the variable of a long name: `LOCUST_STOP_TIMEOUT` for `stop-timeout`. */
export function variableOf(longName: string): string {
  return `${VARIABLE_PREFIX}${longName.replaceAll("-", "_").toUpperCase()}`;
}
