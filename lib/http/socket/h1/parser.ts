/**
 * Parses HTTP/1.x answers as their bytes arrive.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { TransportError } from "../../transport.ts";
import { type AnswerHead, parseHead } from "./answer_head.ts";
import { BodySink, copyOut, type Sink } from "../body_sink.ts";
import { ChunkedDecoder } from "./chunked_decoder.ts";
import { headEnd, startFailure } from "./header_bytes.ts";
import { MAX_HEAD_BYTES, MAX_INFORMATIONAL_ANSWERS } from "../limits.ts";
import { READ_BUFFER } from "../net/read_buffer.ts";

type Step = "head" | "fixed" | "chunked" | "until-close" | "done";

const EMPTY = new Uint8Array();

/** Receives an answer in parts. */
export interface AnswerParts {
  /** Receives the body. */
  readonly sink: Sink;
  /** Called with the header block, before the body. */
  onHead(head: AnswerHead): void;
}

/**
 * Parses one answer, with any informational ones before it.
 *
 * An answer that arrives whole with a `content-length` costs one comparison of its header block with the request's last
 * one, or one scan if they differ, and one copy of its body. Everything else is off that path.
 */
export class AnswerParser {
  readonly #maxBodyBytes: number;
  readonly #isHeadRequest: boolean;
  readonly #parts: AnswerParts | null;
  #step: Step = "head";
  #head: AnswerHead | null = null;
  #body: Uint8Array = EMPTY;
  #bytesReceived = 0;
  #informational = 0;
  #isHeadOnTop = false;
  /** Bytes of empty lines before a status line. */
  #emptyBytes = 0;
  /** Whether the last of these bytes was a carriage return. */
  #isAfterReturn = false;
  /** The start of an incomplete header block, with spare room behind it; `null` outside of one. */
  #partialHead: Buffer | null = null;
  #partialLength = 0;
  #sink: Sink | null = null;
  #chunks: ChunkedDecoder | null = null;
  /** Bytes still to come of a body of announced length. */
  #remaining = 0;

  /**
   * @param maxBodyBytes Largest body in bytes, as on the wire
   * @param isHeadRequest Whether the request's method is `HEAD`
   * @param parts Receives the answer in parts; by default it is collected
   */
  constructor(maxBodyBytes: number, isHeadRequest: boolean, parts: AnswerParts | null = null) {
    this.#maxBodyBytes = maxBodyBytes;
    this.#isHeadRequest = isHeadRequest;
    this.#parts = parts;
  }

  /** Whether the answer has arrived whole. */
  get isComplete(): boolean {
    return this.#step === "done";
  }

  /** Whether no byte of the final answer has been read yet, though informational ones may have. */
  get isBeforeFinalAnswer(): boolean {
    return this.#step === "head" && this.#partialHead === null;
  }

  /** How many informational answers (1xx) came before this one. */
  get informationalCount(): number {
    return this.#informational;
  }

  /** Bytes read for this answer so far: informational answers, header block, framing and body. */
  get bytesReceived(): number {
    return this.#bytesReceived;
  }

  /** The header block; only available once it is complete. */
  get head(): AnswerHead {
    return this.#head!;
  }

  /** Whether the header block is at the start of the read buffer: only right after the `feed` that read it. */
  get isHeadOnTop(): boolean {
    return this.#isHeadOnTop;
  }

  /** Returns the body of a complete answer and releases it. */
  takeBody(): Uint8Array {
    const body = this.#body;
    this.#body = EMPTY;
    return body;
  }

  /**
   * Reads bytes up to the end of the answer.
   *
   * @param bytes The bytes read; not used after the call
   * @param end How many of them are valid
   * @param known The last header block of the same request, compared before parsing, or `null`
   * @returns How many bytes belong to the answer; fewer than `end` only if it is complete and more bytes follow
   * @throws {TransportError} if the answer is invalid or exceeds a limit; the parser cannot be used afterwards
   */
  feed(bytes: Buffer, end: number, known: AnswerHead | null): number {
    let at = 0;
    this.#isHeadOnTop = false;
    while (at < end && this.#step !== "done") {
      if (this.#step === "head") at = this.#readHead(bytes, at, end, known);
      else if (this.#step === "fixed") at = this.#readFixed(bytes, at, end);
      else if (this.#step === "chunked") {
        at = this.#chunks!.feed(bytes, at, end);
        if (this.#chunks!.isDone) this.#finishSink();
      } else {
        this.#sink!.append(bytes, at, end);
        at = end;
      }
    }
    this.#bytesReceived += at;
    return at;
  }

  /**
   * Handles the end of the connection, which completes a body of unknown length.
   *
   * @throws {TransportError} `truncated` if the answer is not complete
   */
  end(): void {
    if (this.#step === "until-close") this.#finishSink();
    else if (this.#step !== "done") {
      throw new TransportError(
        "truncated",
        this.#bytesReceived === 0
          ? "connection closed before an answer"
          : "connection closed before the answer was complete",
      );
    }
  }

  #readHead(bytes: Buffer, at: number, end: number, known: AnswerHead | null): number {
    if (this.#partialHead !== null) return this.#continueHead(bytes, at, end);
    if (known !== null && at === 0 && bytes === READ_BUFFER && known.isRead(end) && !this.#isAfterReturn) {
      this.#isHeadOnTop = true;
      this.#beginBody(known, end - known.sizeBytes);
      return known.sizeBytes;
    }
    if (bytes[at]! <= 13 || this.#isAfterReturn) {
      const start = this.#skipEmptyLines(bytes, at, end);
      if (start > at) return start;
    }
    const after = headEnd(bytes, at, at, end);
    if (after === -1) {
      this.#partialHead = Buffer.alloc(1024);
      this.#partialLength = 0;
      this.#keepHead(bytes, at, end);
      return end;
    }
    this.#isHeadOnTop = at === 0 && bytes === READ_BUFFER;
    this.#acceptHead(bytes, at, after, end - after);
    return after;
  }

  /** Returns where a status line may begin: some servers send an empty line after a body (RFC 9112, 2.2). */
  #skipEmptyLines(bytes: Buffer, start: number, end: number): number {
    let at = start;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === 10) this.#isAfterReturn = false;
      else if (byte === 13 && !this.#isAfterReturn) this.#isAfterReturn = true;
      else break;
    }
    if (at < end && this.#isAfterReturn) throw new TransportError("protocol", "not an HTTP answer");
    this.#emptyBytes += at - start;
    if (this.#emptyBytes > MAX_HEAD_BYTES) throw tooLargeHead();
    return at;
  }

  #continueHead(bytes: Buffer, at: number, end: number): number {
    const before = this.#partialLength;
    this.#keepHead(bytes, at, Math.min(end, at + MAX_HEAD_BYTES + 1 - before));
    // The end of the block may start up to 3 bytes before the new ones.
    const partial = this.#partialHead!;
    const after = headEnd(partial, 0, Math.max(0, before - 3), this.#partialLength);
    if (after === -1) {
      if (this.#partialLength > MAX_HEAD_BYTES) throw tooLargeHead();
      return end;
    }
    this.#partialHead = null;
    const next = at + after - before;
    this.#acceptHead(partial, 0, after, end - next);
    return next;
  }

  /** Buffers an incomplete header block; rejects at once what does not start like an answer. */
  #keepHead(bytes: Buffer, from: number, to: number): void {
    const length = this.#partialLength + to - from;
    if (length > this.#partialHead!.length) {
      const larger = Buffer.alloc(Math.max(length, 2 * this.#partialHead!.length));
      larger.set(this.#partialHead!.subarray(0, this.#partialLength));
      this.#partialHead = larger;
    }
    this.#partialHead!.set(bytes.subarray(from, to), this.#partialLength);
    this.#partialLength = length;
    const failure = startFailure(this.#partialHead!, 0, length);
    if (failure !== null) throw failure;
    if (length > MAX_HEAD_BYTES + 1) throw tooLargeHead();
  }

  #acceptHead(source: Buffer, from: number, to: number, available: number): void {
    if (to - from > MAX_HEAD_BYTES) throw tooLargeHead();
    const head = parseHead(source.toString("latin1", from, to));
    if (head.status >= 200) return this.#beginBody(head, available);
    if (head.status === 101) {
      throw new TransportError("protocol", "the server switched protocols (101) without being asked");
    }
    if (++this.#informational > MAX_INFORMATIONAL_ANSWERS) {
      throw new TransportError("limit", "too many informational answers (1xx)");
    }
  }

  /** @param available How many bytes after the header block have arrived */
  #beginBody(head: AnswerHead, available: number): void {
    this.#head = head;
    const { status, contentLength } = head;
    this.#parts?.onHead(head);
    if (this.#isHeadRequest || status === 204 || status === 304) this.#step = "done";
    else if (head.isChunked) {
      this.#sink = this.#newSink();
      this.#chunks = new ChunkedDecoder(this.#sink);
      this.#step = "chunked";
    } else if (contentLength === -1) {
      this.#sink = this.#newSink();
      this.#step = "until-close";
    } else if (contentLength === 0) this.#step = "done";
    else if (contentLength <= available && contentLength <= this.#maxBodyBytes && this.#parts === null) {
      this.#remaining = contentLength;
      this.#step = "fixed";
    } else {
      this.#sink = this.#newSink();
      this.#sink.expect(contentLength);
      this.#remaining = contentLength;
      this.#step = "fixed";
    }
  }

  #readFixed(bytes: Buffer, at: number, end: number): number {
    const to = Math.min(end, at + this.#remaining);
    if (this.#sink === null) {
      this.#body = copyOut(bytes, at, to);
      this.#step = "done";
      return to;
    }
    this.#sink.append(bytes, at, to);
    this.#remaining -= to - at;
    if (this.#remaining === 0) this.#finishSink();
    return to;
  }

  #newSink(): Sink {
    return this.#parts === null ? new BodySink(this.#maxBodyBytes) : this.#parts.sink;
  }

  #finishSink(): void {
    this.#body = this.#sink!.take();
    this.#sink = null;
    this.#chunks = null;
    this.#step = "done";
  }
}

function tooLargeHead(): TransportError {
  return new TransportError("limit", "header block larger than 64 KiB in the answer");
}
