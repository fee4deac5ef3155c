/**
 * A queue of all machines, at the coordinator.
 *
 * @module
 */

/** Most bytes of a queue: of its records, and 4 for each, as in a queue on one machine. */
const MAX_BYTES = 16 * 1024 * 1024;
const BYTES_EACH = 4;
/** Records taken before the list is shortened. */
const MAX_TAKEN = 1024;

/** One that waits for a record. */
interface Taker {
  readonly key: string;
  readonly answer: (record: Uint8Array | null) => void;
}

/** Records, first in, first out; each is taken once. */
export class QueueDesk {
  readonly #maxBytes: number;
  #records: Uint8Array[] = [];
  /** Records at the start of the list that are taken. */
  #taken = 0;
  #bytes = 0;
  readonly #takers = new Map<string, Taker>();

  /** @param maxBytes Most bytes. @default 16 MiB */
  constructor(maxBytes: number = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Number of records. */
  get size(): number {
    return this.#records.length - this.#taken;
  }

  /** Appends a record, or gives it to the first taker; returns what is wrong, or `null`. */
  push(record: Uint8Array): string | null {
    if (this.#serve(record)) return null;
    const bytes = record.length + BYTES_EACH;
    if (this.#bytes + bytes > this.#maxBytes) {
      return `it is full with ${this.size} values, expected at most ${this.#maxBytes - BYTES_EACH} bytes in all`;
    }
    this.#records.push(record);
    this.#bytes += bytes;
    return null;
  }

  /** Puts back the oldest record: it was taken for one that no longer waits. It had its place, so it has it again. */
  putBack(record: Uint8Array): void {
    if (this.#serve(record)) return;
    this.#records.splice(0, this.#taken, record);
    this.#taken = 0;
    this.#bytes += record.length + BYTES_EACH;
  }

  /**
   * Takes the oldest record.
   *
   * @param key Of the take
   * @param waits Whether to wait for one
   * @param answer Receives it; `null` if there is none and the take does not wait, or no longer
   */
  take(key: string, waits: boolean, answer: (record: Uint8Array | null) => void): void {
    if (this.size > 0) return answer(this.#shift());
    if (waits) this.#takers.set(key, { key, answer });
    else answer(null);
  }

  /** Ends the wait of a take, if it still waits. */
  cancel(key: string): void {
    const taker = this.#takers.get(key);
    this.#takers.delete(key);
    taker?.answer(null);
  }

  /** Forgets the takers of a machine that is lost. */
  forget(isLost: (key: string) => boolean): void {
    for (const key of this.#takers.keys()) if (isLost(key)) this.#takers.delete(key);
  }

  #serve(record: Uint8Array): boolean {
    const [first] = this.#takers.values();
    if (first === undefined) return false;
    this.#takers.delete(first.key);
    first.answer(record);
    return true;
  }

  #shift(): Uint8Array {
    const record = this.#records[this.#taken++]!;
    this.#bytes -= record.length + BYTES_EACH;
    if (this.#taken === this.#records.length || this.#taken === MAX_TAKEN) {
      this.#records = this.#records.slice(this.#taken);
      this.#taken = 0;
    }
    return record;
  }
}
