/**
 * The table of flags. Parsing, help, completions and environment variables are derived from it.
 *
 * @module
 */

import { type Flag, LISTEN_PATTERN } from "./flag.ts";
import { CLUSTER_FLAGS, type ClusterFlags } from "./cluster_flags.ts";
import type { TelemetryFlags } from "../../telemetry/settings/settings.ts";
import { TELEMETRY_FLAGS } from "./telemetry_flags.ts";
import type { RunnerOptions } from "../../engine/options/options.ts";
import { BASELINE_FLAGS, OUTPUT_FLAGS, type ReportFlags } from "./output_flags.ts";

export { type ReportFlags, STDOUT } from "./output_flags.ts";

/** How the live page is served. */
export interface WebFlags {
  /** `[host:]port`; absent without a page. */
  readonly web?: string;
  /** What opens the page, in place of a random one. */
  readonly webToken?: string;
  /** Whether the page is opened in the browser. */
  readonly open?: boolean;
  /** Whether a run is started at once. */
  readonly start?: boolean;
  /** Whether the program ends after that run. */
  readonly exit?: boolean;
}

/** What `locust debug` prints. */
export interface DebugFlags {
  /** Most of each body. */
  readonly body?: string;
  /** Whether secrets are printed. */
  readonly showSecrets?: boolean;
}

/** Keys that flags of `locust` can set. */
export type LocustFlagKey =
  | keyof RunnerOptions
  | keyof ReportFlags
  | keyof WebFlags
  | keyof TelemetryFlags
  | keyof ClusterFlags
  | keyof DebugFlags
  | "help"
  | "version";

/** All flags of `locust`, in the order of the help. */
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
    help: "total iterations, over all users",
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
    help: "iterations to start per second, e.g. 500, 30/m; --users is the maximum",
  },
  {
    key: "maxLateness",
    long: "max-lateness",
    value: "time",
    group: "Load",
    help: "how late an iteration may start before it is dropped",
  },
  {
    key: "maxRps",
    long: "max-rps",
    value: "rate",
    group: "Load",
    help: "maximum requests per second",
  },
  {
    key: "warmUp",
    long: "warm-up",
    value: "time",
    group: "Load",
    help: "exclude this much of the start from the summary",
  },
  {
    key: "only",
    long: "only",
    value: "names",
    group: "Load",
    help: "run Class, Class.task or tag:NAME, separated by commas",
  },
  { key: "seed", long: "seed", value: "number", group: "Load", help: "repeat a random choice of tasks" },
  { key: "host", long: "host", short: "H", value: "url", group: "Load", help: "base URL for paths that users request" },
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
  { key: "insecure", long: "insecure", kind: "boolean", group: "Connection", help: "accept any server certificate" },
  {
    key: "connectTo",
    long: "connect-to",
    value: "host:port",
    group: "Connection",
    help: "connect to this address instead of the host of the URL",
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
    help: "workers that run the users; at most one per user",
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
    help: "time for running iterations to end after a stop",
  },
  {
    key: "thresholds",
    long: "threshold",
    kind: "repeatable",
    value: "expression",
    group: "Pass or fail",
    help: 'condition for success, e.g. "p95 < 500ms", "failures < 1%"',
  },
  {
    key: "abortOnFail",
    long: "abort-on-fail",
    kind: "boolean",
    group: "Pass or fail",
    help: "stop as soon as a threshold on times, failures or dropped fails",
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
  ...BASELINE_FLAGS,
  {
    key: "logLevel",
    long: "log-level",
    short: "l",
    value: "level",
    group: "Output",
    help: "minimum level to log: debug, info, warning or error",
  },
  {
    key: "groupByClass",
    long: "group-by-class",
    kind: "boolean",
    group: "Output",
    help: "separate rows for each user class",
  },
  {
    key: "groupByStep",
    long: "group-by-step",
    kind: "boolean",
    group: "Output",
    help: "separate rows for the requests of each step",
  },
  {
    key: "keepFailures",
    long: "keep-failures",
    value: "number",
    group: "Output",
    help: "first failed exchanges of each row to put into the reports",
  },
  ...OUTPUT_FLAGS,
  ...TELEMETRY_FLAGS,
  {
    key: "traceRatio",
    long: "trace-ratio",
    value: "ratio",
    group: "Telemetry",
    help: "share of iterations to export as traces, such as 0.01",
  },
  {
    key: "traceparent",
    long: "traceparent",
    kind: "boolean",
    group: "Telemetry",
    help: "send the header traceparent, without exporting traces",
  },
  {
    key: "web",
    long: "web",
    kind: "optional",
    omitted: "127.0.0.1:8089",
    pattern: LISTEN_PATTERN,
    value: "[host:]port",
    group: "Live page",
    help: "serve a page to start, watch and steer runs; 127.0.0.1:8089 by itself",
  },
  { key: "start", long: "start", kind: "boolean", group: "Live page", help: "start a run at once, not from the page" },
  { key: "exit", long: "exit", kind: "boolean", group: "Live page", help: "with --start: end after that run" },
  { key: "open", long: "open", kind: "boolean", group: "Live page", help: "open the page in the browser" },
  {
    key: "webToken",
    long: "web-token",
    value: "token",
    group: "Live page",
    help: "what opens the page, in place of a random token",
  },
  ...CLUSTER_FLAGS,
  {
    key: "body",
    long: "body",
    value: "size",
    group: "locust debug",
    help: "most of each body to print, such as 10kB; 2kB if not given",
  },
  {
    key: "showSecrets",
    long: "show-secrets",
    kind: "boolean",
    group: "locust debug",
    help: "print passwords, tokens and cookies, too",
  },
  { key: "help", long: "help", short: "h", kind: "action", group: "Output", help: "show this help" },
  { key: "version", long: "version", kind: "action", group: "Output", help: "show the version" },
];
