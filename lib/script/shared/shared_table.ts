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
/** Before the slots: a lock, the number of names, the number of regions, nothing, 4 bytes each. */
const HEADER_BYTES = 16;
/** Indices of the header's numbers. */
const [LOCK, NAMES, REGIONS] = [0, 1, 2];
/** Most names that have a region. */
const MAX_REGIONS = 16;
/** Size of a region: 16 MiB, and a little for its own header, so that what it holds may be said in round numbers. */
const REGION_BYTES = 16 * 1024 * 1024 + 64;
const TABLE_BYTES = HEADER_BYTES + MAX_NAMES * SLOT_BYTES;

/** Part of a run's memory that belongs to one name. */
export interface Region {
  readonly memory: SharedArrayBuffer;
  /** Where it begins, a multiple of 8. */
  readonly offsetBytes: number;
  readonly bytes: number;
}

/** Returns memory for what one run shares. It is large, but takes up room only where it has been written to. */
export function createSharedMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(TABLE_BYTES + MAX_REGIONS * REGION_BYTES);
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
  readonly #known = new Map<string, number>();

  /** @param memory Of {@linkcode createSharedMemory} */
  constructor(memory: SharedArrayBuffer) {
    this.#memory = memory;
    this.#header = new Int32Array(memory, 0, TABLE_BYTES / 4);
    this.#values = new BigInt64Array(memory, 0, TABLE_BYTES / 8);
    this.#lock = new SharedLock(this.#header, LOCK);
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
