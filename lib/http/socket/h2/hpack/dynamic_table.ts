/**
 * The dynamic table of one side of a connection.
 *
 * @module
 */

import { type HeaderLine, lineSizeBytes } from "./static_table.ts";

/** Initial capacity in entries; a power of two. */
const FIRST_ROOM = 16;

/** A decoder's dynamic table (RFC 7541, 2.3.2): the newest entry has index 0 here. Holds no memory before the first entry. */
export class DynamicTable {
  /** A ring; its length is a power of two. */
  #ring: (HeaderLine | undefined)[] = [];
  /** Where the next entry goes. */
  #next = 0;
  #count = 0;
  #sizeBytes = 0;
  #maxBytes: number;
  #version = 0;

  /** @param maxBytes Largest size in bytes, each entry with 32 bytes more than its strings */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Number of entries. */
  get count(): number {
    return this.#count;
  }

  /** Size in bytes. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Changes whenever the entries change. */
  get version(): number {
    return this.#version;
  }

  /** Returns an entry; `undefined` without one. */
  get(index: number): HeaderLine | undefined {
    return index < this.#count ? this.#ring[(this.#next - 1 - index) & (this.#ring.length - 1)] : undefined;
  }

  /** Adds an entry and evicts the oldest ones if needed; an entry larger than the table empties it. */
  add(line: HeaderLine): void {
    const size = lineSizeBytes(line);
    this.#version++;
    this.#evict(this.#maxBytes - size);
    if (size > this.#maxBytes) return;
    if (this.#count === this.#ring.length) this.#grow();
    this.#ring[this.#next] = line;
    this.#next = (this.#next + 1) & (this.#ring.length - 1);
    this.#count++;
    this.#sizeBytes += size;
  }

  /** Changes the largest size. */
  resize(maxBytes: number): void {
    this.#maxBytes = maxBytes;
    this.#version++;
    this.#evict(maxBytes);
  }

  #evict(toBytes: number): void {
    while (this.#sizeBytes > toBytes && this.#count > 0) {
      const at = (this.#next - this.#count) & (this.#ring.length - 1);
      this.#sizeBytes -= lineSizeBytes(this.#ring[at]!);
      this.#ring[at] = undefined;
      this.#count--;
    }
  }

  #grow(): void {
    const oldestFirst = Array.from({ length: this.#count }, (_, index) => this.get(this.#count - 1 - index));
    const room = Math.max(FIRST_ROOM, 2 * this.#count);
    this.#ring = [...oldestFirst, ...new Array<undefined>(room - this.#count).fill(undefined)];
    this.#next = this.#count;
  }
}
