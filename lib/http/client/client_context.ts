/**
 * State shared by all clients of one user class on one worker, or by those of one user with its own settings.
 *
 * @module
 */

import { UsageError } from "../../core/errors.ts";
import { parseDurationMs } from "../../core/units.ts";
import { VERSION } from "../../core/version.ts";
import type { SampleRecorder } from "../../stats/recorder.ts";
import type { Series } from "../../stats/series.ts";
import { ACCEPTED_CODINGS } from "../content_coding.ts";
import { Deadlines } from "../deadlines.ts";
import type { Court, JudgedRequest } from "./judge.ts";
import { mergeHeaders } from "../headers.ts";
import type { ClientSettings, Duration, RequestPolicy } from "./request_options.ts";
import type { StepScope } from "./step_scope.ts";
import { resolveTarget, type Target } from "./target.ts";
import type { Transport, TransportOptions, WireRequest } from "../transport.ts";

/** Most distinct targets remembered; the memory is emptied beyond that, so that ids in URLs cannot fill it. */
const MAX_TARGETS = 4096;

/** Most names of dropped cookies that are reported. */
const MAX_DROPPED_COOKIES = 100;

/** A request without options, prepared once and sent any number of times. */
export interface PlainRequest {
  readonly wire: WireRequest;
  readonly series: Series;
}

/** Defaults, counters and prepared requests, shared by the clients of one user class on one worker. */
export class ClientContext implements Court {
  readonly recorder: SampleRecorder;
  readonly baseUrl: string | null;
  readonly deadlines: Deadlines = new Deadlines();
  readonly headers: readonly (readonly [string, string])[];
  readonly timeoutMs: number;
  readonly maxRedirects: number;
  /** Of requests without options. */
  readonly plainPolicy: RequestPolicy;
  readonly shouldRaiseForStatus: boolean;
  readonly transportOptions: TransportOptions;
  readonly onJudged: ((request: JudgedRequest) => void) | null;
  readonly wantsLine: Court["wantsLine"];
  readonly #areBytesEstimated: boolean;
  readonly #isGroupedByStep: boolean;
  /** Errors thrown by blocks and already counted as failures of their requests. */
  readonly blamedErrors: WeakSet<Error> = new WeakSet();
  readonly #createTransport: (options: TransportOptions) => Transport;
  readonly #onUnusable: (error: UsageError) => void;
  readonly #onDebug: (text: string) => void;
  readonly #droppedCookies = new Set<string>();
  readonly #plain = new Map<string, Map<string, PlainRequest>>();
  readonly #targets = new Map<string, Target>();
  /** The last plain request: a script with one request skips the lookups. */
  #lastMethod = "";
  #lastTarget: string | null = null;
  #lastPlain: PlainRequest | null = null;

  /**
   * @param options.createTransport Makes the transport of one user
   * @param options.isGroupedByStep Whether rows are separated by steps
   * @param options.areBytesEstimated Whether that transport only estimates the bytes received
   * @throws {RangeError} if a duration in the settings cannot be parsed
   */
  constructor(options: {
    recorder: SampleRecorder;
    baseUrl: string | null;
    settings: ClientSettings;
    createTransport: (options: TransportOptions) => Transport;
    areBytesEstimated?: boolean;
    isGroupedByStep?: boolean;
    onJudged?: ((request: JudgedRequest) => void) | null;
    wantsLine?: Court["wantsLine"];
    /** Receives the error of a request that no user can ever send. */
    onUnusable?: (error: UsageError) => void;
    /** Receives debug messages, each once. */
    onDebug?: (text: string) => void;
  }) {
    const { transport: _, timeout, connectTimeout, headers, maxRedirects, raiseForStatus, ...rest } = options.settings;
    this.recorder = options.recorder;
    this.baseUrl = options.baseUrl;
    this.headers = mergeHeaders(DEFAULT_HEADERS, headers);
    this.timeoutMs = limitMs(timeout ?? 60);
    this.maxRedirects = maxRedirects ?? 20;
    this.plainPolicy = { timeoutMs: this.timeoutMs, redirect: "follow", maxRedirects: this.maxRedirects };
    this.shouldRaiseForStatus = raiseForStatus ?? false;
    this.transportOptions = connectTimeout === undefined
      ? rest
      : { ...rest, connectTimeoutMs: limitMs(connectTimeout) };
    this.onJudged = options.onJudged ?? null;
    this.wantsLine = options.wantsLine;
    this.#onDebug = options.onDebug ?? (() => {});
    this.#onUnusable = options.onUnusable ?? (() => {});
    this.#isGroupedByStep = options.isGroupedByStep ?? false;
    this.#areBytesEstimated = options.areBytesEstimated ?? false;
    this.#createTransport = options.createTransport;
  }

  /** Creates the transport of one user. */
  createTransport(): Transport {
    return this.#createTransport(this.transportOptions);
  }

  /** Returns the series that requests of a method and name are recorded in. */
  series(method: string, name: string): Series {
    const series = this.recorder.series(method, name);
    if (this.#areBytesEstimated) series.bytesEstimated = true;
    return series;
  }

  /** Returns the series of a request in a step: one of the step, if rows are separated by steps. */
  seriesIn(step: StepScope, series: Series): Series {
    return this.#isGroupedByStep ? this.series(series.method, `${step.path}: ${series.name}`) : series;
  }

  /**
   * Returns the request for a target without options; cached, so a known target costs two map lookups.
   *
   * @throws {TypeError} if the target is not a URL
   */
  plainRequest(method: string, target: string): PlainRequest {
    if (target === this.#lastTarget && method === this.#lastMethod) return this.#lastPlain!;
    const plain = this.#plain.get(method)?.get(target) ?? this.#workOutPlain(method, target);
    this.#lastMethod = method;
    this.#lastTarget = target;
    this.#lastPlain = plain;
    return plain;
  }

  #workOutPlain(method: string, target: string): PlainRequest {
    const { url, name } = this.target(target);
    const plain = {
      wire: { method, url, headers: this.headers, body: null, transportCache: undefined },
      series: this.series(method, name),
    };
    let ofMethod = this.#plain.get(method);
    if (ofMethod === undefined) this.#plain.set(method, ofMethod = new Map());
    if (ofMethod.size >= MAX_TARGETS) ofMethod.clear();
    ofMethod.set(target, plain);
    return plain;
  }

  /**
   * Resolves a target; cached.
   *
   * @throws {TypeError} if the target is not a URL
   * @throws {UsageError} if it is a path and there is no base URL, which ends the whole run
   */
  target(target: string): Target {
    let resolved = this.#targets.get(target);
    if (resolved === undefined) {
      resolved = this.#resolve(target);
      if (this.#targets.size >= MAX_TARGETS) this.#targets.clear();
      this.#targets.set(target, resolved);
    }
    return resolved;
  }

  #resolve(target: string): Target {
    try {
      return resolveTarget(target, this.baseUrl);
    } catch (error) {
      if (error instanceof UsageError) this.#onUnusable(error);
      throw error;
    }
  }

  /** Reports a cookie dropped for its size, once per name. */
  readonly onDroppedCookie = (name: string, sizeBytes: number): void => {
    if (this.#droppedCookies.has(name) || this.#droppedCookies.size >= MAX_DROPPED_COOKIES) return;
    this.#droppedCookies.add(name);
    const shown = name.length > 100 ? `${name.slice(0, 100)}…` : name;
    this.#onDebug(`Dropped the cookie "${shown}": it has ${sizeBytes} bytes, expected at most 4096 for name and value`);
  };

  /** Stops the timers of requests in flight. */
  close(): void {
    this.deadlines.close();
  }
}

/** Returns a time limit in milliseconds; 0 gives `Infinity`, no limit. */
export function limitMs(timeout: Duration): number {
  const parsed = parseDurationMs(timeout);
  return parsed === 0 ? Infinity : parsed;
}

const DEFAULT_HEADERS = [
  ["user-agent", `locust/${VERSION}`],
  ["accept", "*/*"],
  ["accept-encoding", ACCEPTED_CODINGS],
] as const;
