/**
 * What one worker measures, until it is sent to the main thread.
 *
 * @module
 */

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
  readonly failures: number;
  readonly bytesReceived: number;
  readonly redirects: number;
  readonly histogram: HistogramDelta;
}

/** What changed in one worker since its last delta; plain data that survives `postMessage`. */
export interface StatsDelta {
  readonly series: readonly SeriesDelta[];
  /** Error text and by how much its count changed. */
  readonly errors: readonly (readonly [text: string, change: number])[];
  /** Requests ended by the end of the run before an answer came; in no series. */
  readonly interruptedRequests: number;
  /** Requests sent again because a kept-alive connection had been closed by the server. */
  readonly reconnects: number;
}

/** The samples of one method and name on one worker. Clients hold on to it, so recording needs no look-up. */
export class Series {
  /** Label of the Method column. */
  readonly method: string;
  /** Name of the row. */
  readonly name: string;
  readonly #histogram: Histogram = new Histogram();
  #failures = 0;
  #bytesReceived = 0;
  #redirects = 0;
  #isDirty = false;

  /**
   * @param method Label of the Method column
   * @param name Name of the row
   */
  constructor(method: string, name: string) {
    this.method = method;
    this.name = name;
  }

  /**
   * Records one sample. On the hot path: allocates nothing.
   *
   * @param ttlbMs Time to last byte in milliseconds
   * @param isFailure Whether it counts as failed, as far as is known yet
   * @param bytesReceived Bytes received for it
   */
  record(ttlbMs: number, isFailure: boolean, bytesReceived: number): void {
    this.#histogram.record(ttlbMs * 1000);
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

  /** Returns what changed since the last call, or `null` when nothing did. */
  takeDelta(): SeriesDelta | null {
    if (!this.#isDirty) return null;
    const delta = {
      method: this.method,
      name: this.name,
      failures: this.#failures,
      bytesReceived: this.#bytesReceived,
      redirects: this.#redirects,
      histogram: this.#histogram.takeDelta(),
    };
    this.#failures = this.#bytesReceived = this.#redirects = 0;
    this.#isDirty = false;
    return delta;
  }
}

/** All series and error counts of one worker. */
export class Recorder {
  readonly #series = new Map<string, Series>();
  readonly #errorChanges = new Map<string, number>();
  readonly #errorTexts = new Set<string>();
  #interruptedRequests = 0;
  #reconnects = 0;

  /**
   * Returns the series of a method and name, made at the first call. Past {@linkcode MAX_ROWS} distinct rows it is one
   * shared row named {@linkcode OTHER}.
   */
  series(method: string, name: string): Series {
    const key = seriesKey(method, name);
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    if (this.#series.size >= MAX_ROWS && name !== OTHER) return this.series("", OTHER);
    const series = new Series(method, name);
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

  /** Counts a request sent again over a new connection because the kept-alive one had been closed. */
  countReconnect(): void {
    this.#reconnects++;
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
      reconnects: this.#reconnects,
    };
    this.#errorChanges.clear();
    this.#interruptedRequests = this.#reconnects = 0;
    return delta;
  }
}

/** Returns the key under which a method and name are kept. */
export function seriesKey(method: string, name: string): string {
  return `${method} ${name}`;
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
