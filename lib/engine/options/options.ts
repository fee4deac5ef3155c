/**
 * The options of a run: as given, and as in force.
 *
 * @module
 */

import type { TraceOptions } from "../../http/trace/trace_text.ts";
import type { LogLevel } from "../../core/log_level.ts";
import type { HttpVersion, TransportName } from "../../http/transport.ts";
import type { LoadWishes } from "../../load/shape.ts";
import type { RunnerConfig } from "./config.ts";

/** What to run and how. Either a locustfile or a URL is required; everything else has a default. */
export interface RunnerOptions {
  /** The locustfile: a path, relative to the working directory, or a `file:` URL. */
  readonly locustfile?: string | URL;
  /** An `http:` or `https:` URL that every user requests repeatedly, instead of a locustfile. */
  readonly url?: string;
  /**
   * Users to run, 1 or more; with an arrival rate, the maximum number of concurrent users.
   *
   * @default {1}, with an arrival rate the arrivals per second, 10 to 1000
   */
  readonly users?: number;
  /** Duration of the load: seconds, or a string such as `"1m30s"`; more than 0. @default until stopped */
  readonly duration?: number | string;
  /** Users started per second: a number, or a string such as `"30/m"`; more than 0. @default all at once */
  readonly rate?: number | string;
  /**
   * Iterations started per second, independently of earlier ones (the open model): a number, or a string such as
   * `"30/m"`; more than 0. Times then start when an iteration was due. @default none: the closed model
   */
  readonly arrivalRate?: number | string;
  /** How late an iteration may start before it is dropped because no user is free. @default {1} second */
  readonly maxLateness?: number | string;
  /** Maximum requests per second over all workers: a number, or a string such as `"30/m"`. @default no cap */
  readonly maxRps?: number | string;
  /** Warm-up that the summary excludes: seconds, or a string with a unit. @default {0} */
  readonly warmUp?: number | string;
  /**
   * What to run: user classes (`Shopper`), tasks (`Shopper.buy`), tags of classes and tasks (`tag:smoke`); a list, or a
   * string separated by commas.
   *
   * @default all
   */
  readonly only?: readonly string[] | string;
  /**
   * Seed of the random choice of tasks, a whole number of 0 to 4294967295: the same seed gives each user the same sequence.
   *
   * @default random
   */
  readonly seed?: number;
  /** Whether each user class has its own rows. @default {false} */
  readonly groupByClass?: boolean;
  /** Whether requests of each step have their own rows, named after the step. @default {false} */
  readonly groupByStep?: boolean;
  /** Most failed exchanges of each row that are kept for the reports, 1 to 1000; 256 kB in all. @default none */
  readonly keepFailures?: number;
  /** Total iterations over all users, 1 or more. @default no limit */
  readonly iterations?: number;
  /** Base URL for the paths that users request. */
  readonly host?: string;
  /** Web workers that run the users, 1 or more; at most one per user. @default one per core */
  readonly workers?: number;
  /** Transport that sends requests; a class's `static client = { transport }` takes precedence. @default {"socket"} */
  readonly transport?: TransportName;
  /** HTTP version; a class's `static client = { http }` takes precedence. Not for the fetch transport. @default {"auto"} */
  readonly http?: HttpVersion;
  /** Whether to accept any server certificate. @default {false} */
  readonly insecure?: boolean;
  /** `host:port` to connect to instead of the host of each URL; `host` header and TLS server name are unchanged. */
  readonly connectTo?: string;
  /** Path of a unix socket to connect to instead of the host of each URL. */
  readonly unixSocket?: string;
  /** URL of a proxy for all requests, or `env` to use variables such as `HTTP_PROXY`. @default none */
  readonly proxy?: string;
  /**
   * Timeout of the import of the locustfile, of `setup` and of copying its result, and of a `teardown` that does not
   * yield: seconds, or a string with a unit; more than 0. @default {300}
   */
  readonly startTimeout?: number | string;
  /** Timeout for running iterations after a stop: seconds, or a string with a unit. @default {10} */
  readonly stopTimeout?: number | string;
  /** Settings too long for a flag, mainly stages of load: an object, JSON, or the path of a JSON file. */
  readonly config?: RunnerConfig | string;
  /** Conditions for the run to pass, such as `"p95 < 500ms"` or `"GET /item/:id failures < 1%"`. @default {[]} */
  readonly thresholds?: readonly string[];
  /**
   * Whether the run stops as soon as a threshold on times, failures or dropped iterations fails on 100 samples of its row
   * or more; the warm-up is excluded.
   *
   * @default {false}
   */
  readonly abortOnFail?: boolean;
  /** Minimum time before a threshold can stop the run: seconds, or a string with a unit. @default {5} */
  readonly abortAfter?: number | string;
  /**
   * Whether a failed request or an error of user code fails the run, as a threshold does; the warm-up is excluded.
   *
   * @default {false}
   */
  readonly failOnError?: boolean;
  /** Share of iterations whose requests and steps are exported as spans of a trace: 0–1. @default {0} */
  readonly traceRatio?: number;
  /**
   * Whether requests carry the header `traceparent` without anything being exported: those of all iterations, or of the
   * share of `traceRatio`.
   *
   * @default {false}
   */
  readonly traceparent?: boolean;
  /** Minimum level of the log. @default {"info"} */
  readonly logLevel?: LogLevel;
}

/** Options from the command line or the environment: all values may be strings. */
export type OptionTexts = { readonly [Key in keyof RunnerOptions]?: RunnerOptions[Key] | string };

/** The options in force: validated, complete, frozen, and cloneable for workers. */
export interface RunOptions extends LoadWishes {
  /** Absolute `file:` URL of the locustfile, or `null` if `url` is set. */
  readonly locustfile: string | null;
  /** The URL that every user requests, or `null` if `locustfile` is set. */
  readonly url: string | null;
  /** Maximum number of users. */
  readonly users: number;
  /** How late an iteration of the open model may start before it is dropped, in milliseconds. */
  readonly maxLatenessMs: number;
  /** Maximum requests per second; `null` for no cap. */
  readonly maxRequestsPerSecond: number | null;
  /** Warm-up that the summary excludes, in milliseconds. */
  readonly warmUpMs: number;
  /** Names of the user classes to run; `null` for all. */
  readonly only: readonly string[] | null;
  /** Seed of the random choice of tasks, a 32-bit number; `null` for a random one. */
  readonly seed: number | null;
  /** Whether each user class has its own rows. */
  readonly groupByClass: boolean;
  /** Whether requests of each step have their own rows. */
  readonly groupByStep: boolean;
  /** Most failed exchanges of each row that are kept; `null` for none. */
  readonly keepFailures: number | null;
  /** Total iterations; `null` for no limit. */
  readonly iterations: number | null;
  /** Base URL, as given; `null` for none. */
  readonly host: string | null;
  /** Workers that run users, at most one per user. */
  readonly workers: number;
  /** Workers as requested, for a run whose users are set by code. */
  readonly requestedWorkers: number;
  /** Notes on the options, logged before the load. */
  readonly notes: readonly string[];
  /** Transport of classes that do not set their own. */
  readonly transport: TransportName;
  /** HTTP version of classes that do not set their own. */
  readonly http: HttpVersion;
  /** Whether to accept any server certificate. */
  readonly insecure: boolean;
  /** `host:port` to connect to; `null` connects to the host of each URL. */
  readonly connectTo: string | null;
  /** Unix socket to connect to; `null` for none. */
  readonly unixSocket: string | null;
  /** URL of a proxy, or `env`; `null` for none. */
  readonly proxy: string | null;
  /** Timeout of import, of `setup` and of copying its data, in milliseconds. */
  readonly startTimeoutMs: number;
  /** Timeout for running iterations after a stop, in milliseconds. */
  readonly stopTimeoutMs: number;
  /** Conditions for the run to pass. */
  readonly thresholds: readonly string[];
  /** Whether the run stops as soon as a threshold on times, failures or dropped iterations fails. */
  readonly abortOnFail: boolean;
  /** Minimum time before a threshold can stop the run, in milliseconds. */
  readonly abortAfterMs: number;
  /** Whether a failed request or an error of user code fails the run. */
  readonly failOnError: boolean;
  /** Share of iterations that have a trace, 0–1; `null` for the default. */
  readonly traceRatio: number | null;
  /** Whether the spans of traces are not exported. */
  readonly traceparent: boolean;
  /** Minimum level of the log. */
  readonly logLevel: LogLevel;
  /** Prints each request and response; absent in an ordinary run. */
  readonly trace?: TraceOptions;
  /** Share of successful requests that are recorded one by one, 0–1, as failures all are; absent if none are. */
  readonly sampleRatio?: number;
}
