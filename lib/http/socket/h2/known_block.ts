/**
 * Recognises repeated header blocks without decoding them.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { AnswerHead } from "./answer_head.ts";
import type { DecodedBlock, HeaderDecoder } from "./hpack/header_decoder.ts";

/** Longest block cached, in bytes; comparing a longer one costs more than it saves. */
const MAX_KNOWN_BLOCK_BYTES = 1024;

/**
 * A header block with its decoded form. The same bytes have the same meaning on any connection if they do not refer to the
 * dynamic table, and otherwise on the same connection while its table is unchanged.
 */
export class KnownBlock {
  /** The decoded block. */
  readonly head: AnswerHead;
  readonly #bytes: Buffer;
  readonly #block: DecodedBlock;
  readonly #decoder: HeaderDecoder;
  readonly #version: number;

  private constructor(bytes: Buffer, head: AnswerHead, block: DecodedBlock, decoder: HeaderDecoder) {
    this.#bytes = bytes;
    this.head = head;
    this.#block = block;
    this.#decoder = decoder;
    this.#version = decoder.version;
  }

  /**
   * Caches a block that was just decoded and has changed the decoder's table only by additions.
   *
   * @returns `null` if the block is too long
   */
  static of(
    bytes: Buffer,
    from: number,
    to: number,
    head: AnswerHead,
    block: DecodedBlock,
    decoder: HeaderDecoder,
  ): KnownBlock | null {
    if (to - from > MAX_KNOWN_BLOCK_BYTES) return null;
    return new KnownBlock(Buffer.from(bytes.subarray(from, to)), head, block, decoder);
  }

  /** Returns whether bytes are this block for a decoder; if so, applies its changes to the decoder's table. */
  isRead(bytes: Buffer, from: number, to: number, decoder: HeaderDecoder): boolean {
    const own = this.#bytes;
    if (to - from !== own.length) return false;
    const { isSelfContained, additions } = this.#block;
    if (!isSelfContained && (decoder !== this.#decoder || decoder.version !== this.#version)) return false;
    for (let at = 0; at < own.length; at++) {
      if (own[at] !== bytes[from + at]) return false;
    }
    if (additions.length > 0) decoder.apply(additions);
    return true;
  }
}
