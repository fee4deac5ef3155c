/**
 * Writes data at the end of the memory that workers share.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { SharedTable } from "../shared_table.ts";

/** Blocks begin at a multiple of this. */
const ALIGN_BYTES = 64;
const INDEX_BUFFER_LENGTH = 65_536;

/** Where a part of the data is, in bytes. */
export interface Place {
  readonly at: number;
  readonly bytes: number;
}

/** Appends data block by block. Nothing is kept until `commit`; only the thread that holds the table's `loading` uses one. */
export class BlockWriter {
  readonly #table: SharedTable;
  #start: number;
  #end: number;

  /** Begins the first block. */
  constructor(table: SharedTable) {
    this.#table = table;
    this.#start = this.#end = aligned(table.dataEnd);
  }

  /** Bytes in the present block. */
  get length(): number {
    return this.#end - this.#start;
  }

  /**
   * Appends bytes to the block.
   *
   * @throws {RangeError} if the memory is full
   */
  write(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#table.reach(this.#end + bytes.length);
    new Uint8Array(this.#table.memory, this.#end, bytes.length).set(bytes);
    this.#end += bytes.length;
  }

  /** Returns the bytes of the present block so far. */
  view(): Buffer {
    return Buffer.from(this.#table.memory, this.#start, this.length);
  }

  /** Ends the block and begins another. */
  endBlock(): Place {
    const place = { at: this.#start, bytes: this.length };
    this.#start = this.#end = aligned(this.#end);
    return place;
  }

  /** Keeps all blocks that have ended. */
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

  /** @param onWritten Called now and then with the last number */
  constructor(writer: BlockWriter, onWritten: (offset: number) => void) {
    this.#writer = writer;
    this.#onWritten = onWritten;
  }

  /** How many numbers there are. */
  get length(): number {
    return this.#flushed + this.#used;
  }

  /** Appends one. */
  push(offset: number): void {
    this.#buffer[this.#used++] = offset;
    if (this.#used < INDEX_BUFFER_LENGTH) return;
    this.flush();
    this.#onWritten(offset);
  }

  /** Writes out what is buffered. */
  flush(): void {
    this.#writer.write(new Uint8Array(this.#buffer.buffer, 0, this.#used * 4));
    this.#flushed += this.#used;
    this.#used = 0;
  }
}

function aligned(offset: number): number {
  return Math.ceil(offset / ALIGN_BYTES) * ALIGN_BYTES;
}
