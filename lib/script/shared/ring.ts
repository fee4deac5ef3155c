/**
 * Records in shared memory, oldest first.
 *
 * @module
 */

import { SharedLock } from "./lock.ts";
import type { Region } from "./shared_table.ts";

/** Header: lock and bell (4 bytes each), four 8-byte numbers, padding. */
const HEADER_BYTES = 64;
/** The length before each record. */
const LENGTH_BYTES = 4;

/** Indices of the 32-bit numbers of the header. */
const [LOCK, BELL] = [0, 1];
/** Indices of the 64-bit numbers: positions count all bytes ever written, numbers all records. */
const [START, END, FIRST, NEXT] = [1, 2, 3, 4];

/** Position of an independent reader: the record it reads next, and where that starts. */
export interface RingCursor {
  /** Number of the record, from 0 for the first one ever written. */
  readonly next: number;
  /** Its position in bytes. */
  readonly position: number;
}

/**
 * A ring buffer of records in shared memory. Zeroed memory is an empty ring. Every change is made under its lock; a bell
 * counts the records written, so that readers can sleep until it changes.
 */
export class SharedRing {
  readonly #ints: Int32Array;
  readonly #floats: Float64Array;
  readonly #data: Uint8Array;
  readonly #lock: SharedLock;
  readonly #lengthBytes = new Uint8Array(LENGTH_BYTES);
  readonly #lengthView = new DataView(this.#lengthBytes.buffer);

  /** @param region Begins at a multiple of 8 */
  constructor({ memory, offsetBytes, bytes }: Region) {
    this.#ints = new Int32Array(memory, offsetBytes, 2);
    this.#floats = new Float64Array(memory, offsetBytes, HEADER_BYTES / 8);
    this.#data = new Uint8Array(memory, offsetBytes + HEADER_BYTES, bytes - HEADER_BYTES);
    this.#lock = new SharedLock(this.#ints, LOCK);
  }

  /** Longest record in bytes. */
  get maxRecordBytes(): number {
    return this.#data.length - LENGTH_BYTES;
  }

  /** Number of records. */
  get length(): number {
    return this.#lock.hold(() => this.#get(NEXT) - this.#get(FIRST));
  }

  /** Where the next record will be written. */
  get end(): RingCursor {
    return this.#lock.hold(() => ({ next: this.#get(NEXT), position: this.#get(END) }));
  }

  /** Changes with every record written. */
  get bell(): number {
    return Atomics.load(this.#ints, BELL);
  }

  /** Appends a record; returns false if it does not fit. */
  push(record: Uint8Array): boolean {
    return this.#lock.hold(() => this.#freeBytes >= LENGTH_BYTES + record.length && this.#append(record));
  }

  /** Appends a record, dropping the oldest ones to make room; returns false only if it is longer than the ring. */
  pushOver(record: Uint8Array): boolean {
    if (record.length > this.maxRecordBytes) return false;
    return this.#lock.hold(() => {
      while (this.#freeBytes < LENGTH_BYTES + record.length) this.#dropOldest();
      return this.#append(record);
    });
  }

  /** Removes and returns the oldest record, or `null` if the ring is empty. */
  shift(): Uint8Array | null {
    return this.#lock.hold(() => {
      if (this.#get(FIRST) === this.#get(NEXT)) return null;
      const record = this.#recordAt(this.#get(START));
      this.#dropOldest();
      return record;
    });
  }

  /**
   * Reads a record without removing it.
   *
   * @returns The record, the position after it, and how many records were dropped since the cursor was made; `null` if
   * there is no further record
   */
  read(
    cursor: RingCursor,
  ): { readonly record: Uint8Array; readonly after: RingCursor; readonly missed: number } | null {
    return this.#lock.hold(() => {
      if (cursor.next === this.#get(NEXT)) return null;
      const missed = Math.max(0, this.#get(FIRST) - cursor.next);
      const from = missed > 0 ? { next: this.#get(FIRST), position: this.#get(START) } : cursor;
      const record = this.#recordAt(from.position);
      const position = from.position + LENGTH_BYTES + record.length;
      return { record, after: { next: from.next + 1, position }, missed };
    });
  }

  /** Wakes up all threads that wait for a record. */
  ring(): void {
    Atomics.notify(this.#ints, BELL);
  }

  /** Waits until the bell differs from a value; uses no CPU time, and does not keep the program alive. */
  async rung(bell: number): Promise<void> {
    const wait = Atomics.waitAsync(this.#ints, BELL, bell);
    if (wait.async) await wait.value;
  }

  get #freeBytes(): number {
    return this.#data.length - (this.#get(END) - this.#get(START));
  }

  #append(record: Uint8Array): true {
    const end = this.#get(END);
    this.#lengthView.setUint32(0, record.length);
    this.#put(end, this.#lengthBytes);
    this.#put(end + LENGTH_BYTES, record);
    this.#floats[END] = end + LENGTH_BYTES + record.length;
    this.#floats[NEXT]!++;
    Atomics.add(this.#ints, BELL, 1);
    return true;
  }

  #dropOldest(): void {
    this.#floats[START]! += LENGTH_BYTES + this.#lengthAt(this.#get(START));
    this.#floats[FIRST]!++;
  }

  #recordAt(position: number): Uint8Array {
    const record = new Uint8Array(this.#lengthAt(position));
    this.#copyTo(record, position + LENGTH_BYTES);
    return record;
  }

  #lengthAt(position: number): number {
    this.#copyTo(this.#lengthBytes, position);
    return this.#lengthView.getUint32(0);
  }

  /** Writes bytes, wrapping around at the end of the ring. */
  #put(position: number, bytes: Uint8Array): void {
    const at = position % this.#data.length;
    const room = this.#data.length - at;
    this.#data.set(bytes.subarray(0, room), at);
    if (bytes.length > room) this.#data.set(bytes.subarray(room), 0);
  }

  #copyTo(bytes: Uint8Array, position: number): void {
    const at = position % this.#data.length;
    const room = this.#data.length - at;
    bytes.set(this.#data.subarray(at, at + Math.min(room, bytes.length)));
    if (bytes.length > room) bytes.set(this.#data.subarray(0, bytes.length - room), room);
  }

  #get(index: number): number {
    return this.#floats[index]!;
  }
}
