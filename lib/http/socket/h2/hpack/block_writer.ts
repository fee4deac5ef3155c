/**
 * Writes the integers and strings of header blocks.
 *
 * @module
 */

import { encodeHuffman, huffmanLength } from "./huffman.ts";

/** Most bytes of an integer with its prefix. */
const MAX_INTEGER_BYTES = 6;

/** A growing byte buffer. */
export class BlockWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  /** Returns a copy of the bytes written, and resets the writer. */
  take(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return bytes;
  }

  /**
   * Writes an integer (RFC 7541, 5.1).
   *
   * @param flags The bits of the first byte above the prefix
   * @param value 0 to 2 ** 31 - 1
   */
  integer(prefixBits: number, flags: number, value: number): void {
    this.#reserve(MAX_INTEGER_BYTES);
    const mask = (1 << prefixBits) - 1;
    if (value < mask) {
      this.#bytes[this.#length++] = flags | value;
      return;
    }
    this.#bytes[this.#length++] = flags | mask;
    let rest = value - mask;
    for (; rest >= 128; rest >>>= 7) this.#bytes[this.#length++] = 128 | (rest & 127);
    this.#bytes[this.#length++] = rest;
  }

  /** Writes a string of byte characters, Huffman-coded if that is shorter. */
  string(text: string): void {
    const coded = huffmanLength(text);
    if (coded < text.length) {
      this.integer(7, 0x80, coded);
      this.#reserve(coded);
      encodeHuffman(text, this.#bytes, this.#length);
      this.#length += coded;
      return;
    }
    this.integer(7, 0, text.length);
    this.#reserve(text.length);
    for (let at = 0; at < text.length; at++) this.#bytes[this.#length++] = text.charCodeAt(at);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
