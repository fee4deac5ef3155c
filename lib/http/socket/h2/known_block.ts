/**
 * Header blocks recognised without being decoded.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { AnswerHead } from "./answer_head.ts";
import type { DecodedBlock, HeaderDecoder } from "./hpack/header_decoder.ts";

/** Longest block remembered, in bytes; comparing a longer one costs more than it saves. */
const MAX_KNOWN_BLOCK_BYTES = 1024;

/**
 * A header block with what was made of it. The same bytes mean the same once more on any connection if they refer to
 * nothing that a connection remembers, else on the same connection as long as it remembers the same.
 */
export class KnownBlock {
  /** What the block says. */
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
   * Keeps a block that was just decoded, and has not changed the decoder's table but by additions.
   *
   * @returns `null` when the block is too long to be worth it
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

  /** Returns whether bytes are this very block to a decoder; if so, the decoder has taken in what it does to the table. */
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
