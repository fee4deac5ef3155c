/**
 * What one worker measures, until it is sent to the main thread.
 *
 * @module
 */

import { nowMs } from "../core/clock.ts";
import { ArrivalCounts, type ArrivalsDelta } from "./arrival_counts.ts";
import { type ConnectionsDelta, ConnectionTimes } from "./connection_times.ts";
import { ErrorCounts, type ErrorDelta, OTHER } from "./error_counts.ts";
import { Histogram, type HistogramDelta } from "./histogram.ts";
import { Series, type SeriesDelta } from "./series.ts";
import type { TallyWriter } from "./tally.ts";

/** Most rows kept; what comes after goes to a row named {@linkcode OTHER}, so that totals stay right. */
export const MAX_ROWS = 1000;

/** What changed in one worker since its last delta; plain data that survives `postMessage`. */
export interface StatsDelta {
  /** End of the time it is about, which begins where that of the delta before ended, on `nowMs`' clock. */
  readonly toMs: number;
  readonly series: readonly SeriesDelta[];
  readonly errors: readonly ErrorDelta[];
  /** Requests ended by the end of the run before an answer came; in no series. */
  readonly interruptedRequests: number;
  /** Connections established, or `null` when there were none. */
  readonly connections: ConnectionsDelta | null;
  /** Iterations of the open model, or `null` when none were due. */
  readonly arrivals: ArrivalsDelta | null;
  /** How long requests were held back by the cap on their rate, or `null` when none was sent under one. */
  readonly capWait: HistogramDelta | null;
}

/** Where samples of one user class are recorded. */
export interface SampleRecorder {
  /** See {@linkcode Recorder.epoch}. */
  readonly epoch: number;
  /** See {@linkcode Recorder.stopMs}. */
  readonly stopMs: number;
  /** Returns the series of a method and name, made at the first call. */
  series(method: string, name: string): Series;
  /** Counts a request that the end of the run cut off. */
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
  /** How long requests were held back by the cap on their rate, in microseconds. */
  readonly capWait: Histogram = new Histogram();
  /** Number of the span of time that counts now; a verdict on a sample of an earlier one corrects nothing. */
  epoch = 0;
  /** When the order to stop came, on `nowMs`' clock; what begins later is no part of a rate. */
  stopMs = Infinity;
  /** Whether iterations have a schedule, so that response and service time may differ; for series made from now on. */
  hasSchedule: boolean;
  #interruptedRequests = 0;
  readonly #tally: TallyWriter | null;

  /**
   * Makes an empty recorder.
   *
   * @param hasSchedule Whether iterations have a schedule, so that response and service time may differ
   * @param tally Counts what the main thread can read; `null` where nobody does
   */
  constructor(hasSchedule = false, tally: TallyWriter | null = null) {
    this.hasSchedule = hasSchedule;
    this.#tally = tally;
  }

  /**
   * Returns the series of a method and name, made at the first call. Past {@linkcode MAX_ROWS} distinct rows it is one
   * shared row named {@linkcode OTHER}.
   *
   * @param userClass Keeps rows of user classes apart where it is not empty
   * @param inTotal Whether it is part of the total; a row of the same name that is not is another one
   */
  series(method: string, name: string, userClass = "", inTotal = true): Series {
    const key = seriesKey(method, name, userClass, inTotal);
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    if (this.#series.size >= MAX_ROWS && name !== OTHER) return this.series("", OTHER, "", inTotal);
    // A script without types may give a number, which has the same key as its text.
    const [hasSchedule, errors] = [this.hasSchedule, this.#errors];
    const row = { method: String(method), name: String(name), userClass, inTotal };
    const tally = this.#tally?.row(row);
    const series = new Series({ ...row, hasSchedule, errors, ...(tally === undefined ? {} : { tally }) });
    this.#series.set(key, series);
    return series;
  }

  /**
   * Counts an error of user code that is no request's.
   *
   * @param where Where it comes from, such as `onStart`
   * @param text What went wrong
   * @param userClass Name of the user's class; empty where it is not known
   * @param atMs When, on `nowMs`' clock. @default now
   */
  countError(where: string, text: string, userClass = "", atMs: number = nowMs()): void {
    this.#errors.ofUser({ method: "", name: "", userClass, where }, text).add(atMs);
  }

  /** Counts a request that the end of the run cut off. */
  countInterruptedRequest(): void {
    this.#interruptedRequests++;
  }

  /** Returns a view of this recorder whose rows are those of one user class. */
  forClass(userClass: string): SampleRecorder {
    const [epoch, stopMs] = [() => this.epoch, () => this.stopMs];
    return {
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
   * @param atMs The present, on `nowMs`' clock. @default now
   */
  takeDelta(atMs: number = nowMs()): StatsDelta {
    const series: SeriesDelta[] = [];
    for (const one of this.#series.values()) {
      const delta = one.takeDelta();
      if (delta !== null) series.push(delta);
    }
    const delta = {
      toMs: atMs,
      series,
      errors: this.#errors.takeDelta(),
      interruptedRequests: this.#interruptedRequests,
      connections: this.connections.takeDelta(),
      arrivals: this.arrivals.takeDelta(),
      capWait: this.capWait.count === 0 ? null : this.capWait.takeDelta(),
    };
    this.#interruptedRequests = 0;
    return delta;
  }
}

/** Returns the key of a row: its method and name, of a class where that counts, and whether it is part of the total. */
export function seriesKey(method: string, name: string, userClass: string, inTotal: boolean): string {
  const key = userClass === "" ? `${method} ${name}` : `${userClass}\n${method} ${name}`;
  return inTotal ? key : `${key}\n`;
}
