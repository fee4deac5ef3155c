/**
 * Counts of a worker that the main thread can read while the worker does not respond.
 *
 * @module
 */

/** The identity of a row. */
export interface TalliedRow {
  readonly method: string;
  readonly name: string;
  readonly userClass: string;
  readonly inTotal: boolean;
}

/** Rows with counts of their own; one more takes the counts of all others. */
export const MAX_TALLIED_ROWS = 1000;
/** Bytes for the names of rows; a row whose name does not fit is counted with the others. */
const NAME_BYTES = 256 * 1024;
/** Counts of a row: requests sent, requests ended, samples recorded, failures. */
export const ROW_COUNTS = 4;
export const [SENT, ENDED, RECORDED, FAILED] = [0, 1, 2, 3] as const;
/** Words before the rows: the number of rows, of bytes of their names, and of users that ran at once at most. */
export const [ROWS, NAMES, MOST_USERS, HEAD_WORDS] = [0, 1, 2, 3] as const;
const COUNT_WORDS = HEAD_WORDS + (MAX_TALLIED_ROWS + 1) * ROW_COUNTS;

const encoder = new TextEncoder();

/** Creates the memory of one worker's tally. */
export function createTally(): SharedArrayBuffer {
  return new SharedArrayBuffer(COUNT_WORDS * Uint32Array.BYTES_PER_ELEMENT + NAME_BYTES);
}

/** Returns a tally as its words and the bytes of its rows' names. */
export function viewsOf(tally: SharedArrayBuffer): { readonly words: Uint32Array; readonly names: Uint8Array } {
  const words = new Uint32Array(tally, 0, COUNT_WORDS);
  return { words, names: new Uint8Array(tally, words.byteLength) };
}

/** The counts of one row; counting is an increment of shared memory that has one writer. */
export class RowTally {
  readonly #counts: Uint32Array;

  /** @param counts Memory of the counts. Default: private memory */
  constructor(counts: Uint32Array = new Uint32Array(ROW_COUNTS)) {
    this.#counts = counts;
  }

  /** Counts a request when sending starts. */
  send(): void {
    this.#counts[SENT]!++;
  }

  /** Counts a sent request when it ends, with or without success. */
  end(): void {
    this.#counts[ENDED]!++;
  }

  /** Counts a sample. */
  record(isFailure: boolean): void {
    this.#counts[RECORDED]!++;
    if (isFailure) this.#counts[FAILED]!++;
  }

  /** Corrects the number of failed samples. */
  amendFailures(change: 1 | -1): void {
    this.#counts[FAILED]! += change;
  }
}

/** Creates the row tallies of one worker. */
export class TallyWriter {
  readonly #words: Uint32Array;
  readonly #names: Uint8Array;

  /** @param tally Memory from {@linkcode createTally} */
  constructor(tally: SharedArrayBuffer) {
    const { words, names } = viewsOf(tally);
    this.#words = words;
    this.#names = names;
  }

  /** Most users that ran at once. */
  get mostUsers(): number {
    return this.#words[MOST_USERS]!;
  }

  /** Notes how many users run. */
  noteUsers(users: number): void {
    if (users > this.mostUsers) this.#words[MOST_USERS] = users;
  }

  /** Creates the tally of a row. */
  row({ method, name, userClass, inTotal }: TalliedRow): RowTally {
    const [row, used] = [this.#words[ROWS]!, this.#words[NAMES]!];
    const bytes = encoder.encode(`${JSON.stringify([method, name, userClass, inTotal])}\n`);
    if (row >= MAX_TALLIED_ROWS || used + bytes.length > this.#names.length) return this.#tallyAt(MAX_TALLIED_ROWS);
    this.#names.set(bytes, used);
    this.#words[NAMES] = used + bytes.length;
    Atomics.store(this.#words, ROWS, row + 1); // readers see a row only with its name
    return this.#tallyAt(row);
  }

  #tallyAt(row: number): RowTally {
    const at = HEAD_WORDS + row * ROW_COUNTS;
    return new RowTally(this.#words.subarray(at, at + ROW_COUNTS));
  }
}
