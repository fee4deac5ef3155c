// Bytes for comparisons.

import { Buffer } from "node:buffer";

/** Returns bytes in which no two parts of some KB are equal. */
export function pattern(length: number): Buffer<ArrayBuffer> {
  const words = new Uint32Array((length + 3) >> 2);
  for (let at = 0; at < words.length; at++) words[at] = Math.imul(at + 1, 0x9e3779b1);
  return Buffer.from(words.buffer, 0, length);
}
