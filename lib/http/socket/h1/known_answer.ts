/**
 * Recognises repeated answers without parsing them.
 *
 * @module
 */

import type { SharedText } from "../../transport.ts";
import type { AnswerHead } from "./answer_head.ts";
import { copyOfTop, isOnTop } from "../net/read_buffer.ts";

/** Longest answer remembered, in bytes; comparing a longer one costs more than it saves. */
export const MAX_KNOWN_ANSWER_BYTES = 4096;

/**
 * A whole answer that came in one read, with its parsed form: the same bytes again are the same answer. Saves parsing,
 * copying the body and, if the script reads it, decoding its text.
 */
export class KnownAnswer {
  /** The header block. */
  readonly head: AnswerHead;
  /** The body; shared, so callers only get copies of it. */
  readonly body: Uint8Array;
  /** Length of the answer in bytes. */
  readonly sizeBytes: number;
  /** Caches the decoded body. */
  readonly text: SharedText = { promise: null };
  readonly #words: Int32Array;

  /** @param sizeBytes Size of the answer, which is at the start of the read buffer */
  constructor(head: AnswerHead, body: Uint8Array, sizeBytes: number) {
    this.head = head;
    this.body = body.slice(); // a view would keep the block alive that it shares with other bodies
    this.sizeBytes = sizeBytes;
    this.#words = copyOfTop(sizeBytes);
  }

  /**
   * Returns whether the read buffer holds exactly this answer.
   *
   * @param length How many bytes of the read buffer are valid
   */
  isRead(length: number): boolean {
    return length === this.sizeBytes && isOnTop(this.#words, length);
  }
}
