/**
 * The shared read buffer of a worker's connections.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** Largest read, in bytes; the same as Deno's own. */
const READ_BUFFER_BYTES = 65_536;

/**
 * The bytes just read. A callee must finish with them before it calls anything that may send, since sending on any
 * connection may cause the next read. Sharing one buffer keeps idle connections small.
 */
export const READ_BUFFER: Buffer<ArrayBuffer> = Buffer.from(new ArrayBuffer(READ_BUFFER_BYTES));

/** The same memory as 32-bit words: comparing them costs a third of comparing bytes. */
const READ_WORDS: Int32Array = new Int32Array(READ_BUFFER.buffer);

/** Returns a copy of the first bytes of the read buffer, for {@linkcode isOnTop}. */
export function copyOfTop(sizeBytes: number): Int32Array {
  return READ_WORDS.slice(0, (sizeBytes + 3) >> 2);
}

/**
 * Returns whether the read buffer starts with the copied bytes. Costs about 0.04 µs for 240 bytes.
 *
 * @param words The result of {@linkcode copyOfTop}
 * @param sizeBytes Their number
 */
export function isOnTop(words: Int32Array, sizeBytes: number): boolean {
  const whole = sizeBytes >> 2;
  for (let at = 0; at < whole; at++) {
    if (words[at] !== READ_WORDS[at]) return false;
  }
  const rest = (sizeBytes & 3) * 8;
  return rest === 0 || ((words[whole]! ^ READ_WORDS[whole]!) & ((1 << rest) - 1)) === 0;
}
