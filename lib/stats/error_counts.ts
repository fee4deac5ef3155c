/**
 * Errors by the row, or the place in user code, they belong to.
 *
 * @module
 */

import { groupedText } from "./error_groups.ts";

/** Most errors kept apart; what comes after is counted as {@linkcode OTHER} of its row, so that totals stay right. */
export const MAX_ERRORS = 200;
/** Most texts remembered with their group; past it the memory is emptied. */
const MAX_GROUPS = 500;
/** Name of the bucket that takes what exceeds a cap. */
export const OTHER = "OTHER";

/** What an error belongs to: a row, or a place in user code. */
export interface ErrorSource {
  /** The row's method; empty where there is no row. */
  readonly method: string;
  /** The row's name; empty where there is no row. */
  readonly name: string;
  /** Of a row, the class where rows are kept apart by it; of another error, the user's class where it is known. Or empty. */
  readonly userClass: string;
  /** Where an error of no request comes from, such as `onStart`; `null` where there is a row. */
  readonly where: string | null;
}

/** What changed of one error since the last delta; plain data that survives `postMessage`. */
export interface ErrorDelta extends ErrorSource {
  readonly text: string;
  /** The first original, where `text` stands for several. */
  readonly example: string | null;
  /** By how much its count changed; negative where requests' verdicts were corrected. */
  readonly change: number;
  /** First and last occurrence whose verdict is final, on `nowMs`' clock; Infinity and −Infinity without one. */
  readonly firstMs: number;
  readonly lastMs: number;
}

/** One error: its row and its text. */
export interface ErrorSummary extends ErrorSource {
  /** The text, with `{n}` for numbers, addresses and the like of errors that are otherwise the same. */
  readonly text: string;
  /** The first original of such a group; `null` where the text is the original. */
  readonly example: string | null;
  /** How often it occurred, 1 or more. */
  readonly count: number;
  /** Wall-clock time of the first occurrence. */
  readonly firstAt: Date;
  /** Wall-clock time of the last occurrence. */
  readonly lastAt: Date;
}

/** The count of one error. Whoever counts an occurrence may hold on to it, to take it back. */
export class ErrorCount {
  /** Occurrences since the last delta, less those taken back. */
  count = 0;
  /** First and last occurrence whose verdict is final, on `nowMs`' clock; Infinity and −Infinity without one. */
  firstMs = Infinity;
  lastMs = -Infinity;
  /** When occurrences were first reported, for those whose verdict is not final; `null` on the worker itself. */
  reportedMs: number | null = null;
  /** What it belongs to. */
  readonly source: ErrorSource;
  /** The text it is counted under. */
  readonly text: string;
  /** The first original, where the text stands for several. */
  example: string | null;

  /** Makes a count of zero. */
  constructor(source: ErrorSource, text: string, example: string | null) {
    this.source = source;
    this.text = text;
    this.example = example;
  }

  /**
   * Counts an occurrence that will not be taken back.
   *
   * @param atMs When, on `nowMs`' clock
   */
  add(atMs: number): void {
    this.count++;
    this.see(atMs);
  }

  /**
   * Notes when an occurrence that is counted took place; to be called once its verdict is final.
   *
   * @param atMs On `nowMs`' clock
   */
  see(atMs: number): void {
    if (atMs < this.firstMs) this.firstMs = atMs;
    if (atMs > this.lastMs) this.lastMs = atMs;
  }
}

/** Counts of errors, of one worker or of all. */
export class ErrorCounts {
  readonly #bySource = new Map<string, Map<string, ErrorCount>>();
  /** Groups of texts seen before: working one out takes microseconds. */
  readonly #groups = new Map<string, string>();
  #kept = 0;

  /**
   * Returns the count of an error, made at the first call. Past {@linkcode MAX_ERRORS} errors it is that of
   * {@linkcode OTHER} of the same row. An error keeps its count for good, so that it can be taken back where it was added.
   *
   * @param text A stable text: no ports, addresses or ids
   * @param example What it was made of, where it is not the original
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

  /** Returns the count of an error of user code, whose text may hold what differs each time. */
  ofUser(source: ErrorSource, text: string): ErrorCount {
    const group = this.#groups.get(text) ?? this.#workOutGroup(text);
    return this.of(source, group, group === text ? null : text);
  }

  /** Returns what changed since the last call. */
  takeDelta(): ErrorDelta[] {
    const deltas: ErrorDelta[] = [];
    for (const count of this.#all()) {
      const { source, text, example, count: change, firstMs, lastMs } = count;
      if (change === 0 && firstMs === Infinity) continue;
      deltas.push({ ...source, text, example, change, firstMs, lastMs });
      count.count = 0;
      count.firstMs = Infinity;
      count.lastMs = -Infinity;
    }
    return deltas;
  }

  /**
   * Adds what changed elsewhere.
   *
   * @param source What it belongs to here, where that may differ
   * @param atMs When it was reported, on `nowMs`' clock
   */
  add(source: ErrorSource, { text, example, change, firstMs, lastMs }: ErrorDelta, atMs: number): void {
    const count = this.of(source, text, example);
    if (example !== null && firstMs < count.firstMs && count.text === text) count.example = example;
    count.count += change;
    count.firstMs = Math.min(count.firstMs, firstMs);
    count.lastMs = Math.max(count.lastMs, lastMs);
    count.reportedMs ??= atMs;
  }

  /** Returns every error, the most frequent first; those that were all taken back are left out. */
  summarize(): ErrorSummary[] {
    return [...this.#all()]
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count)
      .map(({ source, text, example, count, firstMs, lastMs, reportedMs }) => ({
        ...{ method: source.method, name: source.name, userClass: source.userClass, where: source.where },
        ...{ text, example, count },
        firstAt: new Date(Number.isFinite(firstMs) ? firstMs : reportedMs ?? 0),
        lastAt: new Date(Number.isFinite(lastMs) ? lastMs : reportedMs ?? 0),
      }));
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
