/**
 * What one worker measures, until it is sent to the main thread.
 *
 * @module
 */

import { ArrivalCounts, type ArrivalsDelta } from "./arrival_counts.ts";
import { type ConnectionsDelta, ConnectionTimes } from "./connection_times.ts";
import { Histogram, type HistogramDelta } from "./histogram.ts";

/** Most rows and most error texts kept; what comes after goes to {@linkcode OTHER}, so that totals stay right. */
export const MAX_ROWS = 1000;
/** Most distinct error texts kept. */
export const MAX_ERRORS = 200;
/** Name of the bucket that takes what exceeds a cap. */
export const OTHER = "OTHER";

/** What changed in one series since the last delta. Counts may be negative: a later judgement corrects an earlier one. */
export interface SeriesDelta {
  readonly method: string;
  readonly name: string;
  /** Name of the users' class where rows are kept apart by it, else empty. */
  readonly userClass: string;
  readonly failures: number;
  readonly bytesReceived: number;
  /** Whether the bytes are an estimate: the transport does not see the wire. */
  readonly bytesEstimated: boolean;
  readonly redirects: number;
  /** Requests of this series sent once more. */
  readonly repeats: number;
  /** Samples begun after the order to stop: counted, but no part of a rate. */
  readonly tail: number;
  /** Response times: from the scheduled start in the open model, else from the start. */
  readonly histogram: HistogramDelta;
  /** Service times, from the start, where response times are not the same: in the open model. */
  readonly service: HistogramDelta | null;
}

/** What changed in one worker since its last delta; plain data that survives `postMessage`. */
export interface StatsDelta {
  readonly series: readonly SeriesDelta[];
  /** Error text and by how much its count changed. */
  readonly errors: readonly (readonly [text: string, change: number])[];
  /** Requests ended by the end of the run before an answer came; in no series. */
  readonly interruptedRequests: number;
  /** Connections established, or `null` when there were none. */
  readonly connections: ConnectionsDelta | null;
  /** Iterations of the open model, or `null` when none were due. */
  readonly arrivals: ArrivalsDelta | null;
  /** How long requests were held back by the cap on their rate, or `null` when none was sent under one. */
  readonly capWait: HistogramDelta | null;
}

/** The samples of one method and name on one worker. Clients hold on to it, so recording needs no look-up. */
export class Series {
  /** Label of the Method column. */
  readonly method: string;
  /** Name of the row. */
  readonly name: string;
  /** Name of the users' class where rows are kept apart by it, else empty. */
  readonly userClass: string;
  readonly #histogram: Histogram = new Histogram();
  readonly #service: Histogram | null;
  /** Whether the bytes recorded here are an estimate. */
  bytesEstimated = false;
  #failures = 0;
  #bytesReceived = 0;
  #redirects = 0;
  #repeats = 0;
  #tail = 0;
  #isDirty = false;

  /**
   * @param method Label of the Method column
   * @param name Name of the row
   * @param userClass Name of the users' class where rows are kept apart by it, else empty
   * @param hasSchedule Whether response and service time may differ
   */
  constructor(method: string, name: string, userClass: string, hasSchedule: boolean) {
    this.method = method;
    this.name = name;
    this.userClass = userClass;
    this.#service = hasSchedule ? new Histogram() : null;
  }

  /**
   * Records one sample. On the hot path: allocates nothing.
   *
   * @param ttlbMs Time to last byte in milliseconds
   * @param isFailure Whether it counts as failed, as far as is known yet
   * @param bytesReceived Bytes received for it
   * @param latenessMs How much later than scheduled it was begun, in milliseconds: {@linkcode Lateness}
   */
  record(ttlbMs: number, isFailure: boolean, bytesReceived: number, latenessMs = 0): void {
    this.#histogram.record((ttlbMs + latenessMs) * 1000);
    if (this.#service !== null) this.#service.record(ttlbMs * 1000);
    if (isFailure) this.#failures++;
    this.#bytesReceived += bytesReceived;
    this.#isDirty = true;
  }

  /** Corrects a recorded sample's verdict: +1 makes a success a failure, −1 the reverse. */
  amendFailures(change: 1 | -1): void {
    this.#failures += change;
    this.#isDirty = true;
  }

  /** Counts a redirect that was followed: the server saw one more request than the row shows. */
  countRedirect(): void {
    this.#redirects++;
    this.#isDirty = true;
  }

  /** Counts a request that was sent once more on a new connection: the server may have seen it twice. */
  countRepeat(): void {
    this.#repeats++;
    this.#isDirty = true;
  }

  /** Counts a recorded sample as begun after the order to stop. */
  countTail(): void {
    this.#tail++;
  }

  /** Returns what changed since the last call, or `null` when nothing did. */
  takeDelta(): SeriesDelta | null {
    if (!this.#isDirty) return null;
    const delta = {
      method: this.method,
      name: this.name,
      userClass: this.userClass,
      failures: this.#failures,
      bytesReceived: this.#bytesReceived,
      bytesEstimated: this.bytesEstimated,
      redirects: this.#redirects,
      repeats: this.#repeats,
      tail: this.#tail,
      histogram: this.#histogram.takeDelta(),
      service: this.#service?.takeDelta() ?? null,
    };
    this.#failures =
      this.#bytesReceived =
      this.#redirects =
      this.#repeats =
      this.#tail =
        0;
    this.#isDirty = false;
    return delta;
  }
}

/** Where samples of one user class are recorded. */
export interface SampleRecorder {
  /** See {@linkcode Recorder.epoch}. */
  readonly epoch: number;
  /** See {@linkcode Recorder.stopMs}. */
  readonly stopMs: number;
  /** Returns the series of a method and name, made at the first call. */
  series(method: string, name: string): Series;
  /** See {@linkcode Recorder.countError}. */
  countError(text: string, change?: number): void;
  /** Counts a request that the end of the run cut off. */
  countInterruptedRequest(): void;
}

/** All series and error counts of one worker. */
export class Recorder implements SampleRecorder {
  readonly #series = new Map<string, Series>();
  readonly #errorChanges = new Map<string, number>();
  readonly #errorTexts = new Set<string>();
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

  /**
   * Makes an empty recorder.
   *
   * @param hasSchedule Whether iterations have a schedule, so that response and service time may differ
   */
  constructor(hasSchedule = false) {
    this.hasSchedule = hasSchedule;
  }

  /**
   * Returns the series of a method and name, made at the first call. Past {@linkcode MAX_ROWS} distinct rows it is one
   * shared row named {@linkcode OTHER}.
   *
   * @param userClass Keeps rows of user classes apart where it is not empty
   */
  series(method: string, name: string, userClass = ""): Series {
    const key = seriesKey(method, name, userClass);
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    if (this.#series.size >= MAX_ROWS && name !== OTHER) return this.series("", OTHER);
    // A script without types may give a number, which has the same key as its text.
    const series = new Series(String(method), String(name), userClass, this.hasSchedule);
    this.#series.set(key, series);
    return series;
  }

  /**
   * Counts an error text, or takes a count back.
   *
   * @param text Stable text: no ports, addresses or ids
   * @param change How often it occurred; negative when a request's verdict was corrected
   */
  countError(text: string, change = 1): void {
    const key = capped(this.#errorTexts, text);
    this.#errorChanges.set(key, (this.#errorChanges.get(key) ?? 0) + change);
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
      countError: (text, change) => this.countError(text, change),
      countInterruptedRequest: () => this.countInterruptedRequest(),
    };
  }

  /** Returns what changed since the last call. */
  takeDelta(): StatsDelta {
    const series: SeriesDelta[] = [];
    for (const one of this.#series.values()) {
      const delta = one.takeDelta();
      if (delta !== null) series.push(delta);
    }
    const delta = {
      series,
      errors: [...this.#errorChanges].filter(([, change]) => change !== 0),
      interruptedRequests: this.#interruptedRequests,
      connections: this.connections.takeDelta(),
      arrivals: this.arrivals.takeDelta(),
      capWait: this.capWait.count === 0 ? null : this.capWait.takeDelta(),
    };
    this.#errorChanges.clear();
    this.#interruptedRequests = 0;
    return delta;
  }
}

/** Returns the key under which a method and name, of a class where that counts, are kept. */
export function seriesKey(method: string, name: string, userClass: string): string {
  return userClass === "" ? `${method} ${name}` : `${userClass}\n${method} ${name}`;
}

/**
 * Returns the key a text is counted under: itself while there is room, else {@linkcode OTHER}. A text keeps its key for
 * good, so that a count can be taken back where it was added.
 */
export function capped(known: Set<string>, text: string): string {
  if (known.has(text)) return text;
  if (known.size >= MAX_ERRORS) return OTHER;
  known.add(text);
  return text;
}
