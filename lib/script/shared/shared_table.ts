/**
 * Named numbers and named memory regions that all workers of a run share.
 *
 * @module
 */

import { SharedLock } from "./lock.ts";

/** Most names in one run. */
export const MAX_NAMES = 256;
/** Longest name in bytes of UTF-8. */
const MAX_NAME_BYTES = 112;
/** A slot: value (8 bytes), length of the name (4), second value (4), name. */
const SLOT_BYTES = 16 + MAX_NAME_BYTES;
/** Header: a lock, the numbers of names and of regions, another lock (4 bytes each), the end of the data (8), padding. */
const HEADER_BYTES = 32;
/** Indices of the header's 32-bit numbers. */
const [LOCK, NAMES, REGIONS, LOADING] = [0, 1, 2, 3];
/** Index of the 64-bit number with the end of the data; 0 if there is no data. */
const DATA_END = 2;
/** Most names with a region. */
const MAX_REGIONS = 16;
/** Size of a region: 16 MiB and its header. */
const REGION_BYTES = 16 * 1024 * 1024 + 64;
const TABLE_BYTES = HEADER_BYTES + MAX_NAMES * SLOT_BYTES;
/** Table and regions; test data follows them. */
const FIXED_BYTES = TABLE_BYTES + MAX_REGIONS * REGION_BYTES;
/** Sizes of the address space for test data, in order of preference. */
const DATA_BYTES = [8, 4, 1, 0].map((gib) => gib * 1024 ** 3);
/** Memory grows by multiples of this. */
const GROWTH_BYTES = 16 * 1024 * 1024;

/** The part of the memory that belongs to one name. */
export interface Region {
  readonly memory: SharedArrayBuffer;
  /** Where it starts, a multiple of 8. */
  readonly offsetBytes: number;
  readonly bytes: number;
}

/** Returns the shared memory of one run. It is large, but only pages that were written to use physical memory. */
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
 * A view of the memory that all workers of a run share. The first thread that uses a name takes a slot for it, under a
 * lock; from then on atomic operations read and change its value. A name may also have a memory region.
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
   * Returns the slot of a name; takes one if the name is new.
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

  /** Returns the name and value of every slot, in the order taken. */
  entries(): { readonly name: string; readonly value: number }[] {
    return Array.from({ length: Atomics.load(this.#header, NAMES) }, (_, slot) => {
      const at = HEADER_BYTES + slot * SLOT_BYTES;
      const bytes = new Uint8Array(this.#memory, at + 16, this.#header[at / 4 + 2]!);
      return { name: new TextDecoder().decode(bytes.slice()), value: this.read(slot) };
    });
  }

  /** Returns a slot's value. */
  read(slot: number): number {
    return Number(Atomics.load(this.#values, (HEADER_BYTES + slot * SLOT_BYTES) / 8));
  }

  /** Adds an integer to a slot's value; returns the previous value. */
  add(slot: number, change: number): number {
    return Number(Atomics.add(this.#values, (HEADER_BYTES + slot * SLOT_BYTES) / 8, BigInt(change)));
  }

  /** Replaces a slot's value, unless it has changed; returns whether it was replaced. */
  exchange(slot: number, seen: number, value: number): boolean {
    const index = (HEADER_BYTES + slot * SLOT_BYTES) / 8;
    return Atomics.compareExchange(this.#values, index, BigInt(seen), BigInt(value)) === BigInt(seen);
  }

  /**
   * States a fact about a slot that must be the same on all workers.
   *
   * @returns The fact that was stated first, by any worker
   */
  agree(slot: number, fact: number): number {
    const first = Atomics.compareExchange(this.#header, factIndex(slot), 0, fact);
    return first === 0 ? fact : first;
  }

  /**
   * Returns the region of a name; takes a zeroed one if the name is new.
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

  /** End of the data, in bytes; memory beyond it is free. Changed only while holding `loading`. */
  get dataEnd(): number {
    return Number(Atomics.load(this.#values, DATA_END)) || FIXED_BYTES;
  }
  set dataEnd(end: number) {
    Atomics.store(this.#values, DATA_END, BigInt(end));
  }

  /**
   * Grows the memory to at least a size in bytes.
   *
   * @throws {RangeError} if that exceeds its limit
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

  /** Returns the number of the new region, from 1. */
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

/** Returns the index of the second value of a slot. */
function factIndex(slot: number): number {
  return (HEADER_BYTES + slot * SLOT_BYTES) / 4 + 3;
}
