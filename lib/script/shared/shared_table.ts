/**
 * Named numbers, and named regions of memory, that all workers of a run share.
 *
 * @module
 */

import { SharedLock } from "./lock.ts";

/** Most names in one run. */
const MAX_NAMES = 256;
/** Longest name in bytes of UTF-8. */
const MAX_NAME_BYTES = 112;
/** A slot: its value in 8 bytes, the name's length in 4, a second value in 4, the name. */
const SLOT_BYTES = 16 + MAX_NAME_BYTES;
/** Before the slots: two locks, the number of names, the number of regions, 4 bytes each; the end of the data in 8. */
const HEADER_BYTES = 32;
/** Indices of the header's 32-bit numbers. */
const [LOCK, NAMES, REGIONS, LOADING] = [0, 1, 2, 3];
/** Index of the 64-bit number that says where the data ends; 0 while there is none. */
const DATA_END = 2;
/** Most names that have a region. */
const MAX_REGIONS = 16;
/** Size of a region: 16 MiB, and a little for its own header, so that what it holds may be said in round numbers. */
const REGION_BYTES = 16 * 1024 * 1024 + 64;
const TABLE_BYTES = HEADER_BYTES + MAX_NAMES * SLOT_BYTES;
/** Table and regions; test data comes after them. */
const FIXED_BYTES = TABLE_BYTES + MAX_REGIONS * REGION_BYTES;
/** Address space for test data; the first that the system grants is taken. */
const DATA_BYTES = [8, 4, 1, 0].map((gib) => gib * 1024 ** 3);
/** How much the memory grows at a time, so that it grows rarely. */
const GROWTH_BYTES = 16 * 1024 * 1024;

/** Part of a run's memory that belongs to one name. */
export interface Region {
  readonly memory: SharedArrayBuffer;
  /** Where it begins, a multiple of 8. */
  readonly offsetBytes: number;
  readonly bytes: number;
}

/** Returns memory for what one run shares. It is large, but takes up room only where it has been written to. */
export function createSharedMemory(): SharedArrayBuffer {
  for (const dataBytes of DATA_BYTES) {
    try {
      return new SharedArrayBuffer(FIXED_BYTES, { maxByteLength: FIXED_BYTES + dataBytes });
    } catch (error) {
      // A limit on address space (ulimit -v): less of it still holds most data.
      if (!(error instanceof RangeError) || dataBytes === 0) throw error;
    }
  }
  throw new Error("unreachable");
}

/**
 * A view of the memory that all workers of a run have in common. A slot is taken by the first who asks for its name,
 * under a lock; after that its value is read and changed by atomic operations alone. A name may have a region of memory
 * beside its slot.
 */
export class SharedTable {
  readonly #memory: SharedArrayBuffer;
  readonly #header: Int32Array;
  readonly #values: BigInt64Array;
  readonly #lock: SharedLock;
  /** Held by the thread that adds data at the end. */
  readonly loading: SharedLock;
  readonly #known = new Map<string, number>();

  /** @param memory Of {@linkcode createSharedMemory} */
  constructor(memory: SharedArrayBuffer) {
    this.#memory = memory;
    this.#header = new Int32Array(memory, 0, TABLE_BYTES / 4);
    this.#values = new BigInt64Array(memory, 0, TABLE_BYTES / 8);
    this.#lock = new SharedLock(this.#header, LOCK);
    this.loading = new SharedLock(this.#header, LOADING);
  }

  /**
   * Returns the slot of a name, taken now if it is new.
   *
   * @throws {RangeError} if the name is too long, or there are too many names
   */
  slot(name: string): number {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const bytes = new TextEncoder().encode(name);
    if (bytes.length > MAX_NAME_BYTES) {
      throw new RangeError(`Cannot share "${name}": name too long, expected at most ${MAX_NAME_BYTES} bytes`);
    }
    const slot = this.#lock.hold(() => this.#findOrTake(bytes, name));
    this.#known.set(name, slot);
    return slot;
  }

  /** Returns a slot's value. */
  read(slot: number): number {
    return Number(Atomics.load(this.#values, (HEADER_BYTES + slot * SLOT_BYTES) / 8));
  }

  /** Adds a whole number to a slot's value; returns the value before. */
  add(slot: number, change: number): number {
    return Number(Atomics.add(this.#values, (HEADER_BYTES + slot * SLOT_BYTES) / 8, BigInt(change)));
  }

  /**
   * States a fact about a slot that must be the same for all workers.
   *
   * @returns What was stated first, by whichever worker
   */
  agree(slot: number, fact: number): number {
    const first = Atomics.compareExchange(this.#header, factIndex(slot), 0, fact);
    return first === 0 ? fact : first;
  }

  /**
   * Returns the region of a name, zeroed, taken now if it is new.
   *
   * @throws {RangeError} if the name is too long, or there are too many names or regions
   */
  region(name: string): Region {
    const fact = factIndex(this.slot(name));
    const number = this.#lock.hold(() => this.#header[fact] ||= this.#takeRegion(name));
    return { memory: this.#memory, offsetBytes: TABLE_BYTES + (number - 1) * REGION_BYTES, bytes: REGION_BYTES };
  }

  /** The memory itself. */
  get memory(): SharedArrayBuffer {
    return this.#memory;
  }

  /** Where the data ends, in bytes; what lies beyond is free. Changed only under the lock `loading`. */
  get dataEnd(): number {
    return Number(Atomics.load(this.#values, DATA_END)) || FIXED_BYTES;
  }
  set dataEnd(end: number) {
    Atomics.store(this.#values, DATA_END, BigInt(end));
  }

  /**
   * Makes the memory reach at least to an end.
   *
   * @throws {RangeError} if there is not as much
   */
  reach(end: number): void {
    const { byteLength, maxByteLength } = this.#memory;
    if (end <= byteLength) return;
    if (end > maxByteLength) {
      throw new RangeError(
        `not enough shared memory, expected at most ${maxByteLength - FIXED_BYTES} bytes of data in all`,
      );
    }
    this.#memory.grow(Math.min(maxByteLength, Math.ceil(end / GROWTH_BYTES) * GROWTH_BYTES));
  }

  /** Returns the new region's number, from 1. */
  #takeRegion(name: string): number {
    if (this.#header[REGIONS] === MAX_REGIONS) {
      throw new RangeError(`Cannot share "${name}": too many queues and broadcasts, expected at most ${MAX_REGIONS}`);
    }
    return ++this.#header[REGIONS]!;
  }

  #findOrTake(name: Uint8Array, text: string): number {
    const count = this.#header[NAMES]!;
    for (let slot = 0; slot < count; slot++) {
      if (this.#isNamed(slot, name)) return slot;
    }
    if (count === MAX_NAMES) throw new RangeError(`Cannot share "${text}": too many names, expected ${MAX_NAMES}`);
    const at = HEADER_BYTES + count * SLOT_BYTES;
    this.#header[at / 4 + 2] = name.length;
    new Uint8Array(this.#memory, at + 16, name.length).set(name);
    this.#header[NAMES] = count + 1;
    return count;
  }

  #isNamed(slot: number, name: Uint8Array): boolean {
    const at = HEADER_BYTES + slot * SLOT_BYTES;
    if (this.#header[at / 4 + 2] !== name.length) return false;
    const bytes = new Uint8Array(this.#memory, at + 16, name.length);
    return bytes.every((byte, index) => byte === name[index]);
  }
}

/** Returns the index of a slot's second value. */
function factIndex(slot: number): number {
  return (HEADER_BYTES + slot * SLOT_BYTES) / 4 + 3;
}
