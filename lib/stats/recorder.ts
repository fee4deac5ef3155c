/**
 * The measurements of one worker, until they are sent to the main thread.
 *
 * @module
 */

import { nowMs } from "../core/clock.ts";
import { ArrivalCounts, type ArrivalsDelta } from "./arrival_counts.ts";
import { type ConnectionsDelta, ConnectionTimes } from "./connection_times.ts";
import { ErrorCounts, type ErrorDelta, OTHER } from "./errors/error_counts.ts";
import { KeptFailures, type KeptFailuresDelta } from "./errors/kept_failures.ts";
import { Histogram, type HistogramDelta } from "./histogram.ts";
import { Series, type SeriesDelta } from "./series.ts";
import type { TallyWriter } from "./tally.ts";
import { CheckCounts, type CheckDelta } from "./values/checks.ts";
import { type MeasureDelta, Measures } from "./values/measures.ts";

/** Maximum number of rows; further ones share a row named {@linkcode OTHER}, so that totals stay right. */
export const MAX_ROWS = 1000;

/** Changes in one worker since its last delta: plain data that survives `postMessage`. */
export interface StatsDelta {
  /** End of the time it covers, on `nowMs`' clock; it starts where the previous delta ended. */
  readonly toMs: number;
  readonly series: readonly SeriesDelta[];
  readonly errors: readonly ErrorDelta[];
  /** Requests cut off by the end of the run before a response; not part of any series. */
  readonly interruptedRequests: number;
  /** Connections established, or `null` if there were none. */
  readonly connections: ConnectionsDelta | null;
  /** Iterations of the open model, or `null` if none were due. */
  readonly arrivals: ArrivalsDelta | null;
  /** Delays of requests by the rate cap, or `null` if no request was sent under one. */
  readonly capWait: HistogramDelta | null;
  readonly checks: readonly CheckDelta[];
  readonly measures: readonly MeasureDelta[];
  /** Failed exchanges to keep. @default none */
  readonly keptFailures?: KeptFailuresDelta;
}

/** Where samples of one user class are recorded. */
export interface SampleRecorder {
  /** See {@linkcode Recorder.epoch}. */
  readonly epoch: number;
  /** See {@linkcode Recorder.stopMs}. */
  readonly stopMs: number;
  /** Counts of checks; those of all classes together. */
  readonly checks: CheckCounts;
  /** Measures; those of all classes together. */
  readonly measures: Measures;
  /** Returns the series of a method and name, created on the first call. */
  series(method: string, name: string): Series;
  /** Counts a request cut off by the end of the run. */
  countInterruptedRequest(): void;
}

/** All series and error counts of one worker. */
export class Recorder implements SampleRecorder {
  readonly #series = new Map<string, Series>();
  readonly #errors = new ErrorCounts();
  /** Connections established. */
  readonly connections: ConnectionTimes = new ConnectionTimes();
  /** Iterations of the open model. */
  readonly arrivals: ArrivalCounts = new ArrivalCounts();
  /** Delays of requests by the rate cap, in microseconds. */
  readonly capWait: Histogram = new Histogram();
  /** Checks of the script. */
  readonly checks: CheckCounts = new CheckCounts();
  /** Measures of the script. */
  readonly measures: Measures = new Measures();
  /** The first failed exchanges of each row. */
  readonly keptFailures: KeptFailures;
  /** Number of the current measurement period; a later verdict on a sample of an earlier period is ignored. */
  epoch = 0;
  /** Time of the order to stop, on `nowMs`' clock; later requests do not count in a rate. */
  stopMs = Infinity;
  /** Whether iterations have a schedule, so that response and service time may differ; applies to new series. */
  hasSchedule: boolean;
  #interruptedRequests = 0;
  readonly #tally: TallyWriter | null;

  /**
   * Creates an empty recorder.
   *
   * @param hasSchedule Whether iterations have a schedule, so that response and service time may differ
   * @param tally Counts that the main thread can read; `null` if it does not
   * @param keepFailures Most failed exchanges of each row that are kept
   */
  constructor(hasSchedule = false, tally: TallyWriter | null = null, keepFailures = 0) {
    this.hasSchedule = hasSchedule;
    this.#tally = tally;
    this.keptFailures = new KeptFailures(keepFailures);
  }

  /**
   * Returns the series of a method and name, created on the first call. Beyond {@linkcode MAX_ROWS} rows it returns a
   * shared one named {@linkcode OTHER}.
   *
   * @param userClass Name of the users' class, if rows are separate for each class; otherwise empty
   * @param inTotal Whether the row counts in the total; rows of the same name that differ in this are separate
   */
  series(method: string, name: string, userClass = "", inTotal = true): Series {
    const key = seriesKey(method, name, userClass, inTotal);
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    if (this.#series.size >= MAX_ROWS && name !== OTHER) return this.series("", OTHER, "", inTotal);
    // A script without types may pass a number, which has the same key as its string.
    const [hasSchedule, errors] = [this.hasSchedule, this.#errors];
    const row = { method: String(method), name: String(name), userClass, inTotal };
    const tally = this.#tally?.row(row);
    const series = new Series({ ...row, hasSchedule, errors, ...(tally === undefined ? {} : { tally }) });
    this.#series.set(key, series);
    return series;
  }

  /**
   * Counts an error of user code that does not belong to a request.
   *
   * @param where Where it comes from, such as `onStart`
   * @param text The error message
   * @param userClass Name of the user's class; empty if unknown
   * @param atMs Time of the error, on `nowMs`' clock. @default now
   * @param traceId Id of the iteration's trace. @default none
   */
  countError(
    where: string,
    text: string,
    userClass = "",
    atMs: number = nowMs(),
    traceId: string | null = null,
  ): void {
    this.#errors.ofUser({ method: "", name: "", userClass, where }, text).add(atMs, traceId);
  }

  /** Counts a request cut off by the end of the run. */
  countInterruptedRequest(): void {
    this.#interruptedRequests++;
  }

  /** Returns a view of this recorder for the rows of one user class. */
  forClass(userClass: string): SampleRecorder {
    const [epoch, stopMs] = [() => this.epoch, () => this.stopMs];
    return {
      checks: this.checks,
      measures: this.measures,
      get epoch() {
        return epoch();
      },
      get stopMs() {
        return stopMs();
      },
      series: (method, name) => this.series(method, name, userClass),
      countInterruptedRequest: () => this.countInterruptedRequest(),
    };
  }

  /**
   * Returns what changed since the last call.
   *
   * @param atMs The current time, on `nowMs`' clock. @default now
   */
  takeDelta(atMs: number = nowMs()): StatsDelta {
    const series: SeriesDelta[] = [];
    for (const one of this.#series.values()) {
      const delta = one.takeDelta();
      if (delta !== null) series.push(delta);
    }
    const keptFailures = this.keptFailures.takeDelta();
    const delta = {
      toMs: atMs,
      series,
      errors: this.#errors.takeDelta(),
      interruptedRequests: this.#interruptedRequests,
      connections: this.connections.takeDelta(),
      arrivals: this.arrivals.takeDelta(),
      capWait: this.capWait.count === 0 ? null : this.capWait.takeDelta(),
      checks: this.checks.takeDelta(),
      measures: this.measures.takeDelta(),
      ...(keptFailures === null ? {} : { keptFailures }),
    };
    this.#interruptedRequests = 0;
    return delta;
  }
}

/**
 * Returns the key of a row: method, name, class if rows are separate for each class, and whether it counts in the
 * total.
 */
export function seriesKey(method: string, name: string, userClass: string, inTotal: boolean): string {
  const key = userClass === "" ? `${method} ${name}` : `${userClass}\n${method} ${name}`;
  return inTotal ? key : `${key}\n`;
}
