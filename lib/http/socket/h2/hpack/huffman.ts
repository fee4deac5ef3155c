/**
 * HPACK's Huffman code for strings.
 *
 * @module
 */

import { TransportError } from "../../../transport.ts";
import { canonicalCodes, CODE_LENGTHS } from "./huffman_code.ts";

const EOS = 256;
const LENGTHS = Uint8Array.from(CODE_LENGTHS);
const CODE_BITS = new Uint32Array(CODE_LENGTHS.length);

/** Bits of an entry of {@linkcode STEPS}: the next state, the symbol, and whether there is one or none can be. */
const STATE_MASK = 0xff;
const SYMBOL_SHIFT = 8;
const EMITS = 1 << 16;
const FAILS = 1 << 17;

/** What four more bits do in each state, which is a node of the code's tree: at index `state * 16 + bits`. */
const STEPS = new Int32Array(256 * 16);
/** Whether a string may end in a state: with fewer than 8 bits left over, all of them ones. */
const MAY_END = new Uint8Array(256);

/** Whether the tables are filled in: that takes some milliseconds, and threads without HTTP/2 do without. */
let isReady = false;

function prepare(): void {
  isReady = true;
  CODE_BITS.set(canonicalCodes());
  buildSteps();
}

/** Builds the decoder's table: every state takes four bits at once, which never complete more than one symbol. */
function buildSteps(): void {
  const nodes: [number, number][] = [[0, 0]]; // a child: a node's number if above 0, else a symbol as -1 - symbol
  for (let symbol = 0; symbol <= EOS; symbol++) {
    let node = 0;
    for (let bit = LENGTHS[symbol]! - 1; bit > 0; bit--) {
      const side = (CODE_BITS[symbol]! >>> bit) & 1;
      if (nodes[node]![side] === 0) nodes[node]![side] = nodes.push([0, 0]) - 1;
      node = nodes[node]![side]!;
    }
    nodes[node]![CODE_BITS[symbol]! & 1] = -1 - symbol;
  }
  for (let state = 0; state < nodes.length; state++) {
    for (let bits = 0; bits < 16; bits++) STEPS[state * 16 + bits] = step(nodes, state, bits);
  }
  for (let state = 0, depth = 0; depth < 8; depth++, state = nodes[state]![1]) MAY_END[state] = 1;
}

function step(nodes: readonly (readonly [number, number])[], state: number, bits: number): number {
  let flags = 0;
  let node = state;
  for (let bit = 3; bit >= 0; bit--) {
    node = nodes[node]![((bits >>> bit) & 1) as 0 | 1];
    if (node >= 0) continue;
    const symbol = -1 - node;
    if (symbol === EOS) return FAILS;
    flags |= EMITS | (symbol << SYMBOL_SHIFT);
    node = 0;
  }
  return flags | node;
}

/**
 * Decodes a string. Costs about 2 ns a byte.
 *
 * @param to Index after the last byte to decode
 * @param target Takes the decoded bytes, from its beginning
 * @returns How many bytes it decoded to
 * @throws {TransportError} `protocol` if this is not a valid coding, `limit` if `target` is too small for the string
 */
export function decodeHuffman(bytes: Uint8Array, from: number, to: number, target: Uint8Array): number {
  if (!isReady) prepare();
  const limit = target.length;
  let state = 0;
  let length = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    let result = STEPS[(state << 4) | (byte >>> 4)]!;
    if ((result & (EMITS | FAILS)) !== 0) {
      if ((result & FAILS) !== 0) throw invalidCoding();
      if (length === limit) throw tooLong();
      target[length++] = result >>> SYMBOL_SHIFT;
    }
    result = STEPS[((result & STATE_MASK) << 4) | (byte & 15)]!;
    if ((result & (EMITS | FAILS)) !== 0) {
      if ((result & FAILS) !== 0) throw invalidCoding();
      if (length === limit) throw tooLong();
      target[length++] = result >>> SYMBOL_SHIFT;
    }
    state = result & STATE_MASK;
  }
  if (MAY_END[state] === 0) throw invalidCoding();
  return length;
}

/** Returns how many bytes a string takes coded; its characters are bytes. */
export function huffmanLength(text: string): number {
  let bits = 0;
  for (let at = 0; at < text.length; at++) bits += LENGTHS[text.charCodeAt(at) & 255]!;
  return (bits + 7) >>> 3;
}

/**
 * Writes a string coded.
 *
 * @param text Its characters are bytes
 * @param target Has room for {@linkcode huffmanLength} bytes from `start` on
 */
export function encodeHuffman(text: string, target: Uint8Array, start: number): void {
  if (!isReady) prepare();
  let at = start;
  let pending = 0; // only the lowest `count` bits count
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const symbol = text.charCodeAt(index) & 255;
    let code = CODE_BITS[symbol]!;
    let length = LENGTHS[symbol]!;
    if (length > 16) { // in two parts, so that all of it fits in 32 bits
      length -= 16;
      pending = (pending << length) | (code >>> 16);
      for (count += length; count >= 8;) target[at++] = pending >>> (count -= 8);
      code &= 0xffff;
      length = 16;
    }
    pending = (pending << length) | code;
    for (count += length; count >= 8;) target[at++] = pending >>> (count -= 8);
  }
  if (count > 0) target[at] = (pending << (8 - count)) | (0xff >>> count);
}

function invalidCoding(): TransportError {
  return new TransportError("protocol", "invalid Huffman coding in a header block of the answer");
}

function tooLong(): TransportError {
  return new TransportError("limit", "header block larger than 64 KiB in the answer");
}
