/**
 * Counts of a worker that can be read while it does not answer.
 *
 * @module
 */

import { Histogram } from "./histogram.ts";
import { type ErrorDelta, OTHER } from "./error_counts.ts";
import type { StatsDelta } from "./recorder.ts";
import type { SeriesDelta } from "./series.ts";

/** What identifies a row. */
export interface TalliedRow {
  readonly method: string;
  readonly name: string;
  readonly userClass: string;
  readonly inTotal: boolean;
}

/** Rows counted one by one; the one after them takes the counts of all others. */
const MAX_TALLIED_ROWS = 1000;
/** Bytes for the names of rows; a row whose name has no room is counted as one of the others. */
const NAME_BYTES = 256 * 1024;
/** Counts of a row: requests sent, of these ended, samples recorded, failures among them. */
const ROW_COUNTS = 4;
const [SENT, ENDED, RECORDED, FAILED] = [0, 1, 2, 3] as const;
/** Words before the rows: how many there are, and bytes of their names. */
const [ROWS, NAMES, HEAD_WORDS] = [0, 1, 2] as const;
const COUNT_WORDS = HEAD_WORDS + (MAX_TALLIED_ROWS + 1) * ROW_COUNTS;

/** Text of failures whose own text was not reported. */
const UNREPORTED = "the worker ended before it had reported the error";

const encoder = new TextEncoder();

/** Creates the memory of one worker's tally. */
export function createTally(): SharedArrayBuffer {
  return new SharedArrayBuffer(COUNT_WORDS * Uint32Array.BYTES_PER_ELEMENT + NAME_BYTES);
}

function viewsOf(tally: SharedArrayBuffer): { readonly words: Uint32Array; readonly names: Uint8Array } {
  const words = new Uint32Array(tally, 0, COUNT_WORDS);
  return { words, names: new Uint8Array(tally, words.byteLength) };
}

/** The counts of one row; each is an increment of shared memory, which has one writer. */
export class RowTally {
  readonly #counts: Uint32Array;

  /** @param counts Its counts, in memory of its own unless a worker shares them */
  constructor(counts: Uint32Array = new Uint32Array(ROW_COUNTS)) {
    this.#counts = counts;
  }

  /** Counts a request that begins to be sent. */
  send(): void {
    this.#counts[SENT]!++;
  }

  /** Counts a request that has been sent and ended, however. */
  end(): void {
    this.#counts[ENDED]!++;
  }

  /** Counts a sample. */
  record(isFailure: boolean): void {
    this.#counts[RECORDED]!++;
    if (isFailure) this.#counts[FAILED]!++;
  }

  /** Corrects how many samples failed. */
  amendFailures(change: 1 | -1): void {
    this.#counts[FAILED]! += change;
  }
}

/** Makes the row tallies of one worker. */
export class TallyWriter {
  readonly #words: Uint32Array;
  readonly #names: Uint8Array;

  /** @param tally Its memory, from {@linkcode createTally} */
  constructor(tally: SharedArrayBuffer) {
    const { words, names } = viewsOf(tally);
    this.#words = words;
    this.#names = names;
  }

  /** Makes the tally of a row. */
  row({ method, name, userClass, inTotal }: TalliedRow): RowTally {
    const [row, used] = [this.#words[ROWS]!, this.#words[NAMES]!];
    const bytes = encoder.encode(`${JSON.stringify([method, name, userClass, inTotal])}\n`);
    if (row >= MAX_TALLIED_ROWS || used + bytes.length > this.#names.length) return this.#tallyAt(MAX_TALLIED_ROWS);
    this.#names.set(bytes, used);
    this.#words[NAMES] = used + bytes.length;
    Atomics.store(this.#words, ROWS, row + 1); // a row that is read has its name
    return this.#tallyAt(row);
  }

  #tallyAt(row: number): RowTally {
    const at = HEAD_WORDS + row * ROW_COUNTS;
    return new RowTally(this.#words.subarray(at, at + ROW_COUNTS));
  }
}

/** Samples of a row that have been reported. */
interface Reported {
  count: number;
  failures: number;
}

/** Compares the tally of a worker with what it has reported. */
export class TallyReader {
  readonly #words: Uint32Array;
  readonly #names: Uint8Array;
  /** Samples and failures reported, by the name of the row. */
  readonly #reported = new Map<string, Reported>();

  /** @param tally The worker's memory */
  constructor(tally: SharedArrayBuffer) {
    const { words, names } = viewsOf(tally);
    this.#words = words;
    this.#names = names;
  }

  /** Notes what the worker has reported. */
  add(delta: StatsDelta): void {
    for (const { method, name, userClass, inTotal, histogram, failures } of delta.series) {
      const key = JSON.stringify([method, name, userClass, inTotal]);
      const reported = this.#reported.get(key);
      if (reported === undefined) this.#reported.set(key, { count: histogram.count, failures });
      else {
        reported.count += histogram.count;
        reported.failures += failures;
      }
    }
  }

  /**
   * Returns what a worker that will report no more has counted and not reported: samples without times, and requests in
   * flight as interrupted.
   *
   * @param toMs End of the time it is about, on `nowMs`' clock
   */
  unreported(toMs: number): StatsDelta {
    const series: SeriesDelta[] = [];
    const errors: ErrorDelta[] = [];
    let inFlight = 0;
    for (const { row, counts, reported } of this.#rows()) {
      inFlight += difference(counts[SENT]!, counts[ENDED]!);
      const untimed = difference(counts[RECORDED]!, reported.count);
      if (untimed <= 0) continue;
      const failures = Math.min(untimed, Math.max(0, difference(counts[FAILED]!, reported.failures)));
      series.push({
        ...{ ...row, untimed, failures, histogram: new Histogram().takeDelta() },
        ...{ bytesReceived: 0, bytesEstimated: false, redirects: 0, repeats: 0, tail: 0, statuses: [], service: null },
      });
      if (failures === 0) continue;
      const { method, name, userClass } = row;
      errors.push({
        ...{ method, name, userClass, where: null, text: UNREPORTED, example: null },
        ...{ change: failures, firstMs: toMs, lastMs: toMs },
      });
    }
    return {
      ...{ toMs, series, errors, interruptedRequests: Math.max(0, inFlight) },
      ...{ connections: null, arrivals: null, capWait: null },
    };
  }

  /** Returns every row with what the worker has counted and reported; the last one stands for all without room. */
  #rows(): { row: TalliedRow; counts: Uint32Array; reported: Reported }[] {
    const rows = Atomics.load(this.#words, ROWS);
    const keys = new TextDecoder().decode(this.#names.slice(0, this.#words[NAMES]!)).split("\n").slice(0, rows);
    const others = { count: 0, failures: 0 };
    const unnamed = new Map(this.#reported);
    for (const key of keys) unnamed.delete(key);
    for (const { count, failures } of unnamed.values()) {
      others.count += count;
      others.failures += failures;
    }
    const named = keys.map((key, index) => {
      const [method, name, userClass, inTotal] = JSON.parse(key);
      const reported = this.#reported.get(key) ?? { count: 0, failures: 0 };
      return { row: { method, name, userClass, inTotal }, counts: this.#countsOf(index), reported };
    });
    const row = { method: "", name: OTHER, userClass: "", inTotal: true };
    return [...named, { row, counts: this.#countsOf(MAX_TALLIED_ROWS), reported: others }];
  }

  #countsOf(row: number): Uint32Array {
    return this.#words.subarray(HEAD_WORDS + row * ROW_COUNTS, HEAD_WORDS + (row + 1) * ROW_COUNTS);
  }
}

/** Returns by how much a 32-bit counter, which may have wrapped, is ahead of a number. */
function difference(counter: number, number: number): number {
  return (counter - number) | 0;
}
