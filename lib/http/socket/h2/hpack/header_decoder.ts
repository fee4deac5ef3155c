/**
 * Decodes header blocks.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { TransportError } from "../../../transport.ts";
import { DynamicTable } from "./dynamic_table.ts";
import { decodeHuffman } from "./huffman.ts";
import { type HeaderLine, lineSizeBytes, STATIC_COUNT, STATIC_LINES } from "./static_table.ts";

/** Size of the dynamic table that servers may use, in bytes: the protocol's default. */
export const DECODER_TABLE_BYTES = 4096;
/** Most bytes of an integer, after its prefix. */
const MAX_INTEGER_BYTES = 4;

/** Limits on a decoded block. */
export interface BlockLimits {
  /** Largest sum of all lines' sizes in bytes, each with 32 bytes more than its strings. */
  readonly maxListBytes: number;
  /** Most lines. */
  readonly maxLines: number;
}

/** A decoded block. */
export interface DecodedBlock {
  /** The lines in order. */
  readonly lines: readonly HeaderLine[];
  /** The lines that were added to the dynamic table, in order. */
  readonly additions: readonly HeaderLine[];
  /** Whether the bytes do not depend on the dynamic table, and change it only by the additions. */
  readonly isSelfContained: boolean;
}

/** Buffer for decoded Huffman codes; its size limits one string. */
const SCRATCH = Buffer.allocUnsafeSlow(65_536);

/** Decodes the header blocks of one connection, in the order they come. */
export class HeaderDecoder {
  readonly #limits: BlockLimits;
  readonly #table: DynamicTable = new DynamicTable(DECODER_TABLE_BYTES);
  /** Lines that the last recognised block adds to the table, and how often they are still to be added. */
  #additions: readonly HeaderLine[] = [];
  #times = 0;
  /** What {@linkcode version} is ahead of the table's. */
  #ahead = 0;
  #bytes: Buffer = SCRATCH;
  #at = 0;
  #end = 0;

  constructor(limits: BlockLimits) {
    this.#limits = limits;
  }

  /** Changes whenever the dynamic table changes: with the same version, the same bytes have the same meaning. */
  get version(): number {
    return this.#table.version + this.#ahead;
  }

  /** Size of the dynamic table in bytes. */
  get tableBytes(): number {
    this.#catchUp();
    return this.#table.sizeBytes;
  }

  /** Applies a recognised block's changes to the table; of the same block again and again, they are only counted. */
  apply(additions: readonly HeaderLine[]): void {
    if (additions === this.#additions) {
      this.#times++;
      this.#ahead++;
      return;
    }
    this.#catchUp();
    this.#additions = additions;
    for (const line of additions) this.#table.add(line);
  }

  /** Adds to the table what is still to be added. */
  #catchUp(): void {
    if (this.#times === 0) return;
    const { version } = this;
    let sizeBytes = 0;
    // Once they have filled the table, more of the same changes nothing.
    for (; this.#times > 0 && sizeBytes < DECODER_TABLE_BYTES; this.#times--) {
      for (const line of this.#additions) {
        this.#table.add(line);
        sizeBytes += lineSizeBytes(line);
      }
    }
    this.#times = 0;
    this.#ahead = version - this.#table.version;
  }

  /**
   * Decodes a whole block. The decoder cannot be used after an error.
   *
   * @param to Index after the block's last byte
   * @throws {TransportError} `protocol` if it is not a valid block, `limit` if it has more or longer lines than allowed
   */
  decode(bytes: Buffer, from: number, to: number): DecodedBlock {
    this.#catchUp();
    this.#bytes = bytes;
    this.#at = from;
    this.#end = to;
    const { maxLines, maxListBytes } = this.#limits;
    const lines: HeaderLine[] = [];
    const additions: HeaderLine[] = [];
    let isSelfContained = true;
    let listBytes = 0;
    while (this.#at < to) {
      const first = bytes[this.#at]!;
      let line;
      if (first >= 0x80) {
        const index = this.#integer(7);
        if (index > STATIC_COUNT) isSelfContained = false;
        line = this.#line(index);
      } else if (first >= 0x40) {
        const index = this.#integer(6);
        if (index > STATIC_COUNT) isSelfContained = false;
        line = this.#literal(index);
        additions.push(line);
        this.#table.add(line);
      } else if (first >= 0x20) {
        if (lines.length > 0) throw invalid();
        const size = this.#integer(5);
        if (size > DECODER_TABLE_BYTES) throw invalid();
        this.#table.resize(size);
        isSelfContained = false;
        continue;
      } else {
        const index = this.#integer(4);
        if (index > STATIC_COUNT) isSelfContained = false;
        line = this.#literal(index);
      }
      listBytes += lineSizeBytes(line);
      if (listBytes > maxListBytes) throw tooLarge(maxListBytes);
      if (lines.length === maxLines) {
        throw new TransportError("limit", `more than ${maxLines} header lines in the answer`);
      }
      lines.push(line);
    }
    return { lines, additions, isSelfContained };
  }

  #literal(nameIndex: number): HeaderLine {
    const name = nameIndex === 0 ? this.#string() : this.#line(nameIndex)[0];
    return [name, this.#string()];
  }

  #line(index: number): HeaderLine {
    const line = index <= STATIC_COUNT ? STATIC_LINES[index - 1] : this.#table.get(index - STATIC_COUNT - 1);
    if (line === undefined) throw invalid();
    return line;
  }

  #string(): string {
    if (this.#at >= this.#end) throw invalid();
    const isCoded = this.#bytes[this.#at]! >= 0x80;
    const length = this.#integer(7);
    const from = this.#at;
    const to = from + length;
    if (to > this.#end) throw invalid();
    this.#at = to;
    if (length > this.#limits.maxListBytes) throw tooLarge(this.#limits.maxListBytes);
    if (!isCoded) return this.#bytes.toString("latin1", from, to);
    return SCRATCH.toString("latin1", 0, decodeHuffman(this.#bytes, from, to, SCRATCH));
  }

  /** Reads an integer whose first bits are the lowest `prefixBits` of the current byte (RFC 7541, 5.1). */
  #integer(prefixBits: number): number {
    const mask = (1 << prefixBits) - 1;
    let value = this.#bytes[this.#at++]! & mask;
    if (value < mask) return value;
    for (let count = 0; count < MAX_INTEGER_BYTES; count++) {
      if (this.#at >= this.#end) throw invalid();
      const byte = this.#bytes[this.#at++]!;
      value += (byte & 127) * 2 ** (7 * count);
      if (byte < 128) return value;
    }
    throw invalid();
  }
}

function invalid(): TransportError {
  return new TransportError("protocol", "invalid header block in the answer");
}

function tooLarge(maxBytes: number): TransportError {
  return new TransportError("limit", `header block larger than ${maxBytes / 1024} KiB in the answer`);
}
