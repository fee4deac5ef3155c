/**
 * The options of a run: as they are given, and as they are in force.
 *
 * @module
 */

import type { LogLevel } from "../../core/log_level.ts";
import type { HttpVersion, TransportName } from "../../http/transport.ts";
import type { LoadWishes } from "../../load/shape.ts";
import type { RunnerConfig } from "./config.ts";

/** What to run and how. Either a locustfile or a URL is needed, everything else has a default. */
export interface RunnerOptions {
  /** The locustfile: a path, relative to the working directory, or a `file:` URL. */
  readonly locustfile?: string | URL;
  /** An `http:` or `https:` URL that every user requests over and over, in place of a locustfile. */
  readonly url?: string;
  /**
   * Users to run, 1 or more; with an arrival rate, the most that may run at once.
   *
   * @default {1}, with an arrival rate as many as come in a second, 10 to 1000
   */
  readonly users?: number;
  /** Length of the load: seconds, or a text such as `"1m30s"`; more than 0. @default until stopped */
  readonly duration?: number | string;
  /** Users started per second: a number, or a text such as `"30/m"`; more than 0. @default all at once */
  readonly rate?: number | string;
  /**
   * Iterations started per second, whatever becomes of those before (the open model): a number, or a text such as
   * `"30/m"`; more than 0. Times then count from the instant an iteration was due. @default none: the closed model
   */
  readonly arrivalRate?: number | string;
  /** How late an iteration may begin for want of a free user before it is dropped. @default {1} second */
  readonly maxLateness?: number | string;
  /** Most requests sent per second, over all workers: a number, or a text such as `"30/m"`. @default no cap */
  readonly maxRps?: number | string;
  /** How much of the start is left out of the summary: seconds, or a text with a unit. @default {0} */
  readonly warmUp?: number | string;
  /** Names of the user classes that run: a list, or a text with commas. @default all */
  readonly only?: readonly string[] | string;
  /** Whether rows are kept apart by user class. @default {false} */
  readonly groupByClass?: boolean;
  /** Iterations in total, over all users, 1 or more. @default no limit */
  readonly iterations?: number;
  /** Base URL of the paths that users request. */
  readonly host?: string;
  /** Web workers that the users are spread over, 1 or more; never more than users. @default one per core */
  readonly workers?: number;
  /** What sends the requests; a class's `static client = { transport }` comes before it. @default {"socket"} */
  readonly transport?: TransportName;
  /** Version of HTTP; a class's `static client = { http }` comes before it. Not with the fetch transport. @default {"1.1"} */
  readonly http?: HttpVersion;
  /** Whether server certificates go unchecked. @default {false} */
  readonly insecure?: boolean;
  /** `host:port` to connect to in place of the host of each URL; `host` header and TLS server name stay. */
  readonly connectTo?: string;
  /** Path of a unix socket to connect to in place of the host of each URL. */
  readonly unixSocket?: string;
  /** URL of a proxy for all requests, or `env` for those that variables such as `HTTP_PROXY` name. @default none */
  readonly proxy?: string;
  /**
   * How long the import of the locustfile, `setup` and copying what it returned may take each, and `teardown` may take
   * without yielding: seconds, or a text with a unit; more than 0. @default {300}
   */
  readonly startTimeout?: number | string;
  /** How long running iterations may take to end after a stop: seconds, or a text with a unit. @default {10} */
  readonly stopTimeout?: number | string;
  /** What is too long for a flag, the load in stages above all: an object, JSON text, or the path of a JSON file. */
  readonly config?: RunnerConfig | string;
  /** What the run must hold to pass, such as `"p95 < 500ms"` or `"GET /item/:id failures < 1%"`. @default {[]} */
  readonly thresholds?: readonly string[];
  /**
   * Whether the run ends as soon as a threshold on times, failures or dropped iterations fails, on 100 samples of its row
   * at least; the warm-up is left out.
   *
   * @default {false}
   */
  readonly abortOnFail?: boolean;
  /** How long is measured before a threshold may end the run: seconds, or a text with a unit. @default {5} */
  readonly abortAfter?: number | string;
  /**
   * Whether a failed request, or an error of user code, fails the run as a threshold does; the warm-up is left out.
   *
   * @default {false}
   */
  readonly failOnError?: boolean;
  /** Least important level of the log to show. @default {"info"} */
  readonly logLevel?: LogLevel;
}

/** Options as a command line or the environment has them: text where a number may be meant. */
export type OptionTexts = { readonly [Key in keyof RunnerOptions]?: RunnerOptions[Key] | string };

/** The options in force: checked, complete, frozen, and such that they can be posted to a worker. */
export interface RunOptions extends LoadWishes {
  /** Absolute `file:` URL of the locustfile, or `null` where `url` is set. */
  readonly locustfile: string | null;
  /** The URL that every user requests, or `null` where `locustfile` is set. */
  readonly url: string | null;
  /** Users to run, the most that are asked for. */
  readonly users: number;
  /** How late an iteration of the open model may begin before it is dropped, in milliseconds. */
  readonly maxLatenessMs: number;
  /** Most requests sent per second; `null` for no cap. */
  readonly maxRequestsPerSecond: number | null;
  /** How much of the start is left out of the summary, in milliseconds. */
  readonly warmUpMs: number;
  /** Names of the user classes that run; `null` for all. */
  readonly only: readonly string[] | null;
  /** Whether rows are kept apart by user class. */
  readonly groupByClass: boolean;
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
  /** What sends the requests of classes that do not say it. */
  readonly transport: TransportName;
  /** Version of HTTP of classes that do not say it. */
  readonly http: HttpVersion;
  /** Whether server certificates go unchecked. */
  readonly insecure: boolean;
  /** `host:port` to connect to; `null` connects to the host of each URL. */
  readonly connectTo: string | null;
  /** Unix socket to connect to; `null` for none. */
  readonly unixSocket: string | null;
  /** URL of a proxy, or `env`; `null` for none. */
  readonly proxy: string | null;
  /** How long import, `setup` and copying its data may take each, in milliseconds. */
  readonly startTimeoutMs: number;
  /** How long running iterations may take to end, in milliseconds. */
  readonly stopTimeoutMs: number;
  /** What the run must hold to pass. */
  readonly thresholds: readonly string[];
  /** Whether the run ends as soon as a threshold on times, failures or dropped iterations fails. */
  readonly abortOnFail: boolean;
  /** How long is measured before a threshold may end the run, in milliseconds. */
  readonly abortAfterMs: number;
  /** Whether a failed request, or an error of user code, fails the run. */
  readonly failOnError: boolean;
  /** Least important level to show. */
  readonly logLevel: LogLevel;
}
