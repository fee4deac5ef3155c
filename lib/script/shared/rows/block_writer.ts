/**
 * Appends data to the memory that workers share.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { SharedTable } from "../shared_table.ts";

/** Blocks start at multiples of this. */
const ALIGN_BYTES = 64;
const INDEX_BUFFER_LENGTH = 65_536;

/** Position and size of a block, in bytes. */
export interface Place {
  readonly at: number;
  readonly bytes: number;
}

/** Appends data block by block. Data is discarded unless `commit` is called. The thread must hold the table's `loading`. */
export class BlockWriter {
  readonly #table: SharedTable;
  #start: number;
  #end: number;

  /** Starts the first block. */
  constructor(table: SharedTable) {
    this.#table = table;
    this.#start = this.#end = aligned(table.dataEnd);
  }

  /** Bytes in the current block. */
  get length(): number {
    return this.#end - this.#start;
  }

  /**
   * Appends bytes to the current block.
   *
   * @throws {RangeError} if the memory is full
   */
  write(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#table.reach(this.#end + bytes.length);
    new Uint8Array(this.#table.memory, this.#end, bytes.length).set(bytes);
    this.#end += bytes.length;
  }

  /** Returns the bytes of the current block so far. */
  view(): Buffer {
    // An empty block may start past the end of the memory, which grows when something is written.
    if (this.length === 0) return Buffer.alloc(0);
    return Buffer.from(this.#table.memory, this.#start, this.length);
  }

  /** Ends the current block and starts the next. */
  endBlock(): Place {
    const place = { at: this.#start, bytes: this.length };
    this.#start = this.#end = aligned(this.#end);
    return place;
  }

  /** Keeps all ended blocks. */
  commit(): void {
    this.#table.dataEnd = this.#start;
  }
}

/** Appends 32-bit numbers to a block. */
export class IndexWriter {
  readonly #writer: BlockWriter;
  readonly #buffer = new Uint32Array(INDEX_BUFFER_LENGTH);
  readonly #onWritten: (offset: number) => void;
  #used = 0;
  #flushed = 0;

  /** @param onWritten Called from time to time with the last number */
  constructor(writer: BlockWriter, onWritten: (offset: number) => void) {
    this.#writer = writer;
    this.#onWritten = onWritten;
  }

  /** Count of numbers. */
  get length(): number {
    return this.#flushed + this.#used;
  }

  /** Appends a number. */
  push(offset: number): void {
    this.#buffer[this.#used++] = offset;
    if (this.#used < INDEX_BUFFER_LENGTH) return;
    this.flush();
    this.#onWritten(offset);
  }

  /** Writes the buffered numbers. */
  flush(): void {
    this.#writer.write(new Uint8Array(this.#buffer.buffer, 0, this.#used * 4));
    this.#flushed += this.#used;
    this.#used = 0;
  }
}

function aligned(offset: number): number {
  return Math.ceil(offset / ALIGN_BYTES) * ALIGN_BYTES;
}
