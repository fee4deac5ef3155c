/**
 * Counts of errors by row, or by place in user code.
 *
 * @module
 */

import { Histogram, type HistogramDelta } from "../histogram.ts";
import { groupedText } from "./error_groups.ts";

/** Maximum number of errors; further ones count as {@linkcode OTHER} of their row, so that totals stay right. */
export const MAX_ERRORS = 200;
/** Maximum number of cached messages; the cache is cleared when it is full. */
const MAX_GROUPS = 500;
/** Name of the row or error that collects everything beyond a maximum. */
export const OTHER = "OTHER";

/** The row, or the place in user code, of an error. */
export interface ErrorSource {
  /** Method of the row; empty without a row. */
  readonly method: string;
  /** Name of the row; empty without a row. */
  readonly name: string;
  /**
   * Class of the row, if rows are separate for each class. Without a row: the user's class, if known. Otherwise empty.
   */
  readonly userClass: string;
  /** Origin of an error that does not belong to a request, such as `onStart`; `null` for an error of a row. */
  readonly where: string | null;
}

/** Changes of one error since the last delta: plain data that survives `postMessage`. */
export interface ErrorDelta extends ErrorSource {
  readonly text: string;
  /** The first original message, if `text` represents several. */
  readonly example: string | null;
  /** Change of the count; negative if verdicts were corrected. */
  readonly change: number;
  /**
   * Times of the first and last occurrence with a final verdict, on `nowMs`' clock; Infinity and −Infinity without one.
   */
  readonly firstMs: number;
  readonly lastMs: number;
  /** Id of the trace of the first occurrence that has one; `null` if none has. */
  readonly traceId: string | null;
  /** Times of the requests behind the change, with negative counts for those taken back. @default {null} */
  readonly times?: HistogramDelta | null;
}

/** Times of the requests of one row that failed with one error. */
export interface FailureTimes extends ErrorSource {
  /** The message, as in {@linkcode ErrorSummary}. */
  readonly text: string;
  /** Part of the row's histogram; minimum and maximum also of requests that were taken back. */
  readonly histogram: Histogram;
}

/** One error: its row and its message. */
export interface ErrorSummary extends ErrorSource {
  /** The message, with `{n}` in place of numbers, addresses and ids if it comes from user code. */
  readonly text: string;
  /** The first original message of the group; `null` if `text` is the original. */
  readonly example: string | null;
  /** Number of occurrences, 1 or more. */
  readonly count: number;
  /** Wall-clock time of the first occurrence. */
  readonly firstAt: Date;
  /** Wall-clock time of the last occurrence. */
  readonly lastAt: Date;
  /** Id of the trace of the first occurrence that has one; `null` if none has. */
  readonly traceId: string | null;
}

/** The count of one error. Callers keep a reference to it, to take an occurrence back. */
export class ErrorCount {
  /** Occurrences since the last delta, minus those taken back. */
  count = 0;
  /**
   * Times of the first and last occurrence with a final verdict, on `nowMs`' clock; Infinity and −Infinity without one.
   */
  firstMs = Infinity;
  lastMs = -Infinity;
  /** Id of the trace of the first occurrence since the last delta that has one; `null` if none has. */
  traceId: string | null = null;
  /** Time of the first report, used until a verdict is final; `null` on the worker. */
  reportedMs: number | null = null;
  /** Times of requests that failed with it; `null` before the first one. */
  times: Histogram | null = null;
  /** The row, or the place in user code. */
  readonly source: ErrorSource;
  /** The message it is counted under. */
  readonly text: string;
  /** The first original message, if the message represents several. */
  example: string | null;

  /** Creates a count of zero. */
  constructor(source: ErrorSource, text: string, example: string | null) {
    this.source = source;
    this.text = text;
    this.example = example;
  }

  /**
   * Counts an occurrence that will not be taken back.
   *
   * @param atMs Time of the occurrence, on `nowMs`' clock
   * @param traceId Id of its trace. @default none
   * @param us How long the request took, in microseconds, exactly as in the row's histogram. @default none
   */
  add(atMs: number, traceId: string | null = null, us?: number): void {
    this.count++;
    this.traceId ??= traceId;
    this.see(atMs);
    if (us !== undefined) this.addTime(us);
  }

  /**
   * Records the time of a counted occurrence. Call it when the verdict is final.
   *
   * @param atMs Time of the occurrence, on `nowMs`' clock
   */
  see(atMs: number): void {
    if (atMs < this.firstMs) this.firstMs = atMs;
    if (atMs > this.lastMs) this.lastMs = atMs;
  }

  /**
   * Records how long a counted request took.
   *
   * @param us Microseconds, exactly as in the row's histogram
   */
  addTime(us: number): void {
    (this.times ??= new Histogram()).record(us);
  }

  /**
   * Takes back a request that was counted with its time.
   *
   * @param us The time
   */
  takeBack(us: number): void {
    this.count--;
    (this.times ??= new Histogram()).remove(us);
  }
}

/** Counts of errors, of one worker or of all. */
export class ErrorCounts {
  readonly #bySource = new Map<string, Map<string, ErrorCount>>();
  /** Groups of messages seen before: computing one takes microseconds. */
  readonly #groups = new Map<string, string>();
  #kept = 0;

  /**
   * Returns the count of an error, created on the first call. Beyond {@linkcode MAX_ERRORS} errors it returns the count
   * of {@linkcode OTHER} of the same row. An error keeps its count, so that it is taken back where it was added.
   *
   * @param text The message, without ports, addresses or ids
   * @param example The original message, if it differs
   */
  of(source: ErrorSource, text: string, example: string | null = null): ErrorCount {
    const key = `${source.where ?? ""}\n${source.userClass}\n${source.method} ${source.name}`;
    let texts = this.#bySource.get(key);
    if (texts === undefined) this.#bySource.set(key, texts = new Map());
    const known = texts.get(text);
    if (known !== undefined) return known;
    if (text !== OTHER) {
      if (this.#kept >= MAX_ERRORS) return this.of(source, OTHER);
      this.#kept++;
    }
    const count = new ErrorCount(source, text, example);
    texts.set(text, count);
    return count;
  }

  /** Returns the count of an error of user code, whose message may contain numbers or ids. */
  ofUser(source: ErrorSource, text: string): ErrorCount {
    const group = this.#groups.get(text) ?? this.#workOutGroup(text);
    return this.of(source, group, group === text ? null : text);
  }

  /** Returns the changes since the last call. */
  takeDelta(): ErrorDelta[] {
    const deltas: ErrorDelta[] = [];
    for (const count of this.#all()) {
      const { source: { method, name, userClass, where }, text, example, count: change, firstMs, lastMs, traceId } =
        count;
      if (change === 0 && firstMs === Infinity && !count.times?.isChanged) continue;
      const times = count.times?.takeDelta() ?? null;
      deltas.push({ method, name, userClass, where, text, example, change, firstMs, lastMs, traceId, times });
      count.count = 0;
      count.firstMs = Infinity;
      count.lastMs = -Infinity;
      count.traceId = null;
    }
    return deltas;
  }

  /**
   * Adds a delta.
   *
   * @param source The row, or the place in user code, in these counts
   * @param atMs Time of the report, on `nowMs`' clock
   */
  add(source: ErrorSource, delta: ErrorDelta, atMs: number): void {
    const { text, example, change, firstMs, lastMs, traceId, times } = delta;
    const count = this.of(source, text, example);
    if (example !== null && firstMs < count.firstMs && count.text === text) count.example = example;
    count.count += change;
    count.firstMs = Math.min(count.firstMs, firstMs);
    count.lastMs = Math.max(count.lastMs, lastMs);
    count.traceId ??= traceId;
    count.reportedMs ??= atMs;
    if (times) (count.times ??= new Histogram()).addDelta(times);
  }

  /** Returns all errors, most frequent first, without those whose count is back at 0. */
  summarize(): ErrorSummary[] {
    return [...this.#all()]
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count)
      .map(({ source, text, example, count, firstMs, lastMs, reportedMs, traceId }) => ({
        ...{ method: source.method, name: source.name, userClass: source.userClass, where: source.where },
        ...{ text, example, count, traceId },
        firstAt: new Date(Number.isFinite(firstMs) ? firstMs : reportedMs ?? 0),
        lastAt: new Date(Number.isFinite(lastMs) ? lastMs : reportedMs ?? 0),
      }));
  }

  /** Returns the times of errors that have some; histograms are copies. */
  failureTimes(): FailureTimes[] {
    return [...this.#all()].flatMap(({ source, text, times }) =>
      times === null || times.count === 0 ? [] : [{ ...source, text, histogram: times.clone() }]
    );
  }

  #workOutGroup(text: string): string {
    const group = groupedText(text);
    if (this.#groups.size >= MAX_GROUPS) this.#groups.clear();
    this.#groups.set(text, group);
    return group;
  }

  *#all(): Generator<ErrorCount> {
    for (const texts of this.#bySource.values()) yield* texts.values();
  }
}
