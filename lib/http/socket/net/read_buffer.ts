/**
 * The one buffer all connections of a worker read into.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** Bytes taken in by one read; the size Deno itself reads with. */
const READ_BUFFER_BYTES = 65_536;

/**
 * Bytes just read. Whoever is called with it must be done with it before calling anybody else: sending on any
 * connection may cause the next read. Sharing one buffer is what keeps an idle connection small.
 */
export const READ_BUFFER: Buffer<ArrayBuffer> = Buffer.from(new ArrayBuffer(READ_BUFFER_BYTES));

/** The same bytes, four at a time: comparing them costs a third of comparing bytes. */
const READ_WORDS: Int32Array = new Int32Array(READ_BUFFER.buffer);

/** Returns a copy of the first bytes of the read buffer, for {@linkcode isOnTop}. */
export function copyOfTop(sizeBytes: number): Int32Array {
  return READ_WORDS.slice(0, (sizeBytes + 3) >> 2);
}

/**
 * Returns whether the read buffer begins with bytes that it held before. Costs about 0.04 µs for 240 bytes.
 *
 * @param words Of {@linkcode copyOfTop}
 * @param sizeBytes How many bytes they are
 */
export function isOnTop(words: Int32Array, sizeBytes: number): boolean {
  const whole = sizeBytes >> 2;
  for (let at = 0; at < whole; at++) {
    if (words[at] !== READ_WORDS[at]) return false;
  }
  const rest = (sizeBytes & 3) * 8;
  return rest === 0 || ((words[whole]! ^ READ_WORDS[whole]!) & ((1 << rest) - 1)) === 0;
}
