/**
 * Encodes header blocks.
 *
 * @module
 */

import { BlockWriter } from "./block_writer.ts";
import type { EncoderState } from "./encoder_state.ts";
import { type HeaderLine, staticLineIndex, staticNameIndex } from "./static_table.ts";

/** Names whose values differ from request to request: they would fill the table without being reused. */
const VARYING_NAMES: ReadonlySet<string> = new Set([
  ":path",
  "content-length",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "range",
  "traceparent",
]);
/** Names of secrets, never indexed: a short value could be guessed by the size of blocks (RFC 7541, 7.1.3). */
const SECRET_NAMES: ReadonlySet<string> = new Set(["authorization", "cookie", "proxy-authorization"]);
const MIN_INDEXED_SECRET_LENGTH = 20;

/** A block, and the encoder's next state. */
export interface EncodedBlock {
  /** The block. */
  readonly bytes: Uint8Array;
  /** The state of the connection's encoder once the block is sent. */
  readonly next: EncoderState;
}

const writer = new BlockWriter();

/**
 * Encodes header lines.
 *
 * @param state The encoder's state
 * @param lines In order; names in lower case, characters are bytes
 */
export function encodeBlock(state: EncoderState, lines: readonly HeaderLine[]): EncodedBlock {
  let next = state;
  for (const line of lines) next = writeLine(next, line);
  return { bytes: writer.take(), next };
}

/**
 * Returns the prefix of a block after the server has reduced the table, which empties it.
 *
 * @param maxBytes New size of the table, in bytes
 */
export function encodeResize(maxBytes: number): Uint8Array {
  writer.integer(5, 0x20, 0);
  if (maxBytes > 0) writer.integer(5, 0x20, maxBytes);
  return writer.take();
}

function writeLine(state: EncoderState, line: HeaderLine): EncoderState {
  const [name, value] = line;
  const index = staticLineIndex(name, value) || state.indexOf(name, value);
  if (index > 0) {
    writer.integer(7, 0x80, index);
    return state;
  }
  const nameIndex = staticNameIndex(name) || state.indexOfName(name);
  const isShortSecret = SECRET_NAMES.has(name) && value.length < MIN_INDEXED_SECRET_LENGTH;
  const next = isShortSecret || VARYING_NAMES.has(name) ? null : state.with(line);
  if (next !== null) writer.integer(6, 0x40, nameIndex);
  else writer.integer(4, isShortSecret ? 0x10 : 0, nameIndex);
  if (nameIndex === 0) writer.string(name);
  writer.string(value);
  return next ?? state;
}
