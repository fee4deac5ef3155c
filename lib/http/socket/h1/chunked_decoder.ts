/**
 * The chunked transfer coding (RFC 9112, 7.1).
 *
 * @module
 */

import { TransportError } from "../../transport.ts";
import type { Sink } from "../body_sink.ts";
import { MAX_CHUNK_LINE_BYTES, MAX_HEAD_BYTES, MAX_HEADER_LINES } from "../limits.ts";

type Step = "size" | "padding" | "extension" | "data" | "data-end" | "trailer" | "done";

/** Decodes one chunked body as it arrives, in parts of any size. Skips extensions and trailers. */
export class ChunkedDecoder {
  readonly #sink: Sink;
  #step: Step = "size";
  /** Bytes of the chunk's data still to come. */
  #remaining = 0;
  #digits = 0;
  #lineBytes = 0;
  /** Whether the last byte was a carriage return: only a line feed may follow. */
  #isAfterReturn = false;
  #trailerBytes = 0;
  #trailerLines = 0;

  /**
   * @param sink Receives the data
   */
  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** Whether the body and its trailers are complete. */
  get isDone(): boolean {
    return this.#step === "done";
  }

  /**
   * Reads bytes up to the end of the body.
   *
   * @returns Where it stopped: `end`, or the index after the body
   * @throws {TransportError} `protocol` if the framing is broken, `limit` if a line, the trailers or the body are too
   * large
   */
  feed(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && this.#step !== "done") {
      if (this.#step === "data") {
        const to = Math.min(end, at + this.#remaining);
        this.#sink.append(bytes, at, to);
        this.#remaining -= to - at;
        at = to;
        if (this.#remaining === 0) this.#begin("data-end");
      } else {
        const byte = bytes[at++]!;
        this.#lineBytes++;
        if (this.#isAfterReturn && byte !== 10) throw malformed();
        this.#isAfterReturn = byte === 13;
        if (this.#step === "size") this.#size(byte);
        else if (this.#step === "padding") this.#padding(byte);
        else if (this.#step === "extension") this.#extension(byte);
        else if (this.#step === "data-end") this.#dataEnd(byte);
        else this.#trailer(byte);
      }
    }
    return at;
  }

  #begin(step: Step): void {
    this.#step = step;
    this.#lineBytes = 0;
  }

  #size(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.#remaining = this.#remaining * 16 + digit;
      this.#digits++;
      if (this.#remaining > Number.MAX_SAFE_INTEGER) {
        throw new TransportError("limit", "chunk size too large in the answer");
      }
      if (this.#lineBytes > MAX_CHUNK_LINE_BYTES) throw longLine();
      return;
    }
    if (this.#digits === 0) throw malformed();
    this.#step = "padding";
    this.#padding(byte);
  }

  /** Reads what may follow the size: blanks, which some servers add, a semicolon, or the end of the line. */
  #padding(byte: number): void {
    if (byte === 10) this.#endSizeLine();
    else if (byte === 59) this.#step = "extension";
    else if (byte !== 32 && byte !== 9 && byte !== 13) throw malformed();
    else if (this.#lineBytes > MAX_CHUNK_LINE_BYTES) throw longLine();
  }

  #extension(byte: number): void {
    if (byte === 10) this.#endSizeLine();
    else if (this.#lineBytes > MAX_CHUNK_LINE_BYTES) throw longLine();
  }

  #endSizeLine(): void {
    this.#digits = 0;
    this.#begin(this.#remaining === 0 ? "trailer" : "data");
  }

  #dataEnd(byte: number): void {
    if (byte === 10) this.#begin("size");
    else if (byte !== 13) throw malformed();
  }

  #trailer(byte: number): void {
    if (++this.#trailerBytes > MAX_HEAD_BYTES) {
      throw new TransportError("limit", "trailers larger than 64 KiB in the answer");
    }
    if (byte === 10) {
      if (this.#lineBytes === 1) return this.#begin("done");
      if (++this.#trailerLines > MAX_HEADER_LINES) {
        throw new TransportError("limit", `more than ${MAX_HEADER_LINES} trailer lines in the answer`);
      }
      this.#lineBytes = 0;
    } else if (byte === 13 && this.#lineBytes === 1) this.#lineBytes = 0; // the blank line's own carriage return
    else if (byte === 0) throw malformed();
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

function malformed(): TransportError {
  return new TransportError("protocol", "malformed chunk in the answer");
}

function longLine(): TransportError {
  return new TransportError("limit", `chunk line longer than ${MAX_CHUNK_LINE_BYTES} bytes in the answer`);
}
