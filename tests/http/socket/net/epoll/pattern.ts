// Bytes to be compared.

import { Buffer } from "node:buffer";

/** Returns bytes that tell where they belong: no part of some KB is like another. */
export function pattern(length: number): Buffer<ArrayBuffer> {
  const words = new Uint32Array((length + 3) >> 2);
  for (let at = 0; at < words.length; at++) words[at] = Math.imul(at + 1, 0x9e3779b1);
  return Buffer.from(words.buffer, 0, length);
}
