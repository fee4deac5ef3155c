/**
 * Parses frames as their bytes arrive.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { NO_HTTP2 } from "../../transport.ts";
import { MAX_HEADER_BLOCK_BYTES, MAX_IDLE_FRAMES } from "../limits.ts";
import { ConnectionFailure, DEFAULT_MAX_FRAME_BYTES, Flag, FRAME_HEAD_BYTES, FrameType, readUint32 } from "./frames.ts";

/** Receives frames; an error it throws ends the connection. Bytes are only valid during the call. */
export interface FrameHandler {
  /** Called with a whole header block, CONTINUATION frames included. */
  onHeaderBlock(streamId: number, bytes: Buffer, from: number, to: number, endsStream: boolean): void;
  /**
   * Called with a part of a DATA frame.
   *
   * @param overhead Bytes of the frame besides data; 0 except for a frame's first part
   * @param endsStream Whether it is the frame's last part and ends the stream
   */
  onData(streamId: number, bytes: Buffer, from: number, to: number, overhead: number, endsStream: boolean): void;
  /** Called with a frame of another type, whose length and stream are valid for it. */
  onControl(type: number, flags: number, streamId: number, bytes: Buffer, from: number, to: number): void;
}

/** Lengths that frames of a type must have. */
const FIXED_LENGTHS: Readonly<Record<number, number>> = {
  [FrameType.PRIORITY]: 5,
  [FrameType.RST_STREAM]: 4,
  [FrameType.PING]: 8,
  [FrameType.WINDOW_UPDATE]: 4,
};
/** Types whose frames belong to a stream, and those whose frames belong to the connection. */
const OF_STREAM: ReadonlySet<number> = new Set([
  FrameType.DATA,
  FrameType.HEADERS,
  FrameType.PRIORITY,
  FrameType.RST_STREAM,
  FrameType.CONTINUATION,
]);
const OF_CONNECTION: ReadonlySet<number> = new Set([FrameType.SETTINGS, FrameType.PING, FrameType.GOAWAY]);

const HTTP1_START = 0x485454; // "HTT", read as a frame's length

/**
 * Parses the bytes that one connection reads. Passes data on as it comes; buffers other frames until they are complete: at
 * most {@linkcode DEFAULT_MAX_FRAME_BYTES}, and {@linkcode MAX_HEADER_BLOCK_BYTES} for header blocks.
 */
export class FrameReader {
  readonly #handler: FrameHandler;
  /** The start of an incomplete frame, or `null`. */
  #partial: Buffer | null = null;
  #partialLength = 0;
  /** The start of a header block that continues in CONTINUATION frames. */
  #blockParts: Buffer[] | null = null;
  #blockLength = 0;
  #blockStreamId = 0;
  #blockEndsStream = false;
  /** Bytes still to come of the current DATA frame: data, and padding. */
  #dataLeft = 0;
  #padLeft = 0;
  #overhead = 0;
  #dataStreamId = 0;
  #dataEndsStream = false;
  #isFirst = true;

  constructor(handler: FrameHandler) {
    this.#handler = handler;
  }

  /** Whether the bytes so far end inside a frame. */
  get isInFrame(): boolean {
    return this.#partial !== null || this.#dataLeft + this.#padLeft > 0 || this.#blockParts !== null;
  }

  /**
   * Reads bytes.
   *
   * @param end How many of them are valid
   * @throws {ConnectionFailure} if they violate the protocol; the reader cannot be used afterwards
   */
  feed(bytes: Buffer, end: number): void {
    let at = this.#partial === null ? 0 : this.#continueFrame(bytes, end);
    while (at < end) {
      if (this.#dataLeft + this.#padLeft > 0) at = this.#readData(bytes, at, end);
      else if (end - at < FRAME_HEAD_BYTES) return this.#keep(bytes, at, end);
      else {
        const length = this.#checkHead(bytes, at);
        const from = at + FRAME_HEAD_BYTES;
        // For padded data, the padding's length is needed, too.
        const isData = bytes[at + 3] === FrameType.DATA;
        const needed = isData ? (bytes[at + 4]! & Flag.PADDED) >>> 3 : length;
        if (end - from < needed) return this.#keep(bytes, at, end);
        at = isData ? this.#beginData(bytes, at, length) : this.#take(bytes, at, length);
      }
    }
  }

  /** Completes a partial frame; returns where it ends. */
  #continueFrame(bytes: Buffer, end: number): number {
    const partial = this.#partial!;
    let at = 0;
    const fillTo = (length: number) => {
      const to = Math.min(end, at + Math.max(0, length - this.#partialLength));
      bytes.copy(partial, this.#partialLength, at, to);
      this.#partialLength += to - at;
      at = to;
      return this.#partialLength >= length;
    };
    if (!fillTo(FRAME_HEAD_BYTES)) return at;
    const length = this.#checkHead(partial, 0);
    const isData = partial[3] === FrameType.DATA;
    const needed = isData ? (partial[4]! & Flag.PADDED) >>> 3 : length;
    if (!fillTo(FRAME_HEAD_BYTES + needed)) return at;
    this.#partial = null;
    if (isData) this.#beginData(partial, 0, length);
    else this.#take(partial, 0, length);
    return at;
  }

  #keep(bytes: Buffer, from: number, to: number): void {
    const length = to - from < FRAME_HEAD_BYTES ? DEFAULT_MAX_FRAME_BYTES : this.#checkHead(bytes, from);
    this.#partial = Buffer.allocUnsafeSlow(FRAME_HEAD_BYTES + length);
    bytes.copy(this.#partial, 0, from, to);
    this.#partialLength = to - from;
  }

  /** Returns the length of a payload, after checking the frame's header. */
  #checkHead(bytes: Buffer, at: number): number {
    const length = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
    const type = bytes[at + 3]!;
    const streamId = readUint32(bytes, at + 5) & 0x7fffffff;
    if (this.#isFirst) {
      if (length === HTTP1_START) throw notHttp2(NO_HTTP2[1]);
      if (type !== FrameType.SETTINGS || (bytes[at + 4]! & Flag.ACK) !== 0) throw notHttp2("not an HTTP/2 answer");
      this.#isFirst = false;
    }
    if (length > DEFAULT_MAX_FRAME_BYTES) throw wrongSize();
    if (this.#blockParts !== null && (type !== FrameType.CONTINUATION || streamId !== this.#blockStreamId)) {
      throw broken("a frame within a header block");
    }
    if ((OF_STREAM.has(type) && streamId === 0) || (OF_CONNECTION.has(type) && streamId !== 0)) {
      throw broken("a frame on the wrong stream");
    }
    const fixed = FIXED_LENGTHS[type];
    if (fixed !== undefined && length !== fixed) throw wrongSize();
    if (length === 0 && type === FrameType.DATA && (bytes[at + 4]! & Flag.PADDED) !== 0) throw wrongSize();
    return length;
  }

  #take(bytes: Buffer, at: number, length: number): number {
    const type = bytes[at + 3]!;
    const flags = bytes[at + 4]!;
    const streamId = readUint32(bytes, at + 5) & 0x7fffffff;
    const from = at + FRAME_HEAD_BYTES;
    const to = from + length;
    if (type === FrameType.HEADERS) this.#takeHeaders(flags, streamId, bytes, from, to);
    else if (type === FrameType.CONTINUATION) this.#takeContinuation(flags, bytes, from, to);
    else {
      if (type === FrameType.SETTINGS && length % 6 !== 0) throw wrongSize();
      if (type === FrameType.SETTINGS && (flags & Flag.ACK) !== 0 && length !== 0) throw wrongSize();
      if (type === FrameType.GOAWAY && length < 8) throw wrongSize();
      this.#handler.onControl(type, flags, streamId, bytes, from, to);
    }
    return to;
  }

  #takeHeaders(flags: number, streamId: number, bytes: Buffer, start: number, end: number): void {
    let from = start;
    let to = end;
    if ((flags & Flag.PADDED) !== 0) {
      if (from === to) throw wrongSize();
      to -= bytes[from++]!;
    }
    if ((flags & Flag.PRIORITY) !== 0) from += 5;
    if (from > to) throw broken("padding longer than its frame");
    const endsStream = (flags & Flag.END_STREAM) !== 0;
    if ((flags & Flag.END_HEADERS) !== 0) {
      return this.#handler.onHeaderBlock(streamId, bytes, from, to, endsStream);
    }
    this.#blockParts = [Buffer.from(bytes.subarray(from, to))];
    this.#blockLength = to - from;
    this.#blockStreamId = streamId;
    this.#blockEndsStream = endsStream;
  }

  #takeContinuation(flags: number, bytes: Buffer, from: number, to: number): void {
    const parts = this.#blockParts;
    if (parts === null) throw broken("a CONTINUATION without a header block");
    this.#blockLength += to - from;
    if (this.#blockLength > MAX_HEADER_BLOCK_BYTES || parts.length > MAX_IDLE_FRAMES) {
      throw new ConnectionFailure("ENHANCE_YOUR_CALM", "header block larger than 256 KiB in the answer", "limit");
    }
    parts.push(Buffer.from(bytes.subarray(from, to)));
    if ((flags & Flag.END_HEADERS) === 0) return;
    this.#blockParts = null;
    const block = Buffer.concat(parts, this.#blockLength);
    this.#handler.onHeaderBlock(this.#blockStreamId, block, 0, block.length, this.#blockEndsStream);
  }

  /** Starts a DATA frame; returns where its data starts. */
  #beginData(bytes: Buffer, at: number, length: number): number {
    const flags = bytes[at + 4]!;
    this.#dataStreamId = readUint32(bytes, at + 5) & 0x7fffffff;
    this.#dataEndsStream = (flags & Flag.END_STREAM) !== 0;
    let from = at + FRAME_HEAD_BYTES;
    this.#dataLeft = length;
    this.#padLeft = 0;
    this.#overhead = FRAME_HEAD_BYTES;
    if ((flags & Flag.PADDED) !== 0) {
      this.#padLeft = bytes[from++]!;
      this.#dataLeft -= 1 + this.#padLeft;
      if (this.#dataLeft < 0) throw broken("padding longer than its frame");
      this.#overhead += 1 + this.#padLeft;
    }
    if (this.#dataLeft === 0) {
      this.#handler.onData(this.#dataStreamId, bytes, from, from, this.#overhead, this.#dataEndsStream);
    }
    return from;
  }

  #readData(bytes: Buffer, at: number, end: number): number {
    const to = Math.min(end, at + this.#dataLeft);
    if (to > at) {
      this.#dataLeft -= to - at;
      const isEnd = this.#dataEndsStream && this.#dataLeft === 0;
      const overhead = this.#overhead;
      this.#overhead = 0;
      this.#handler.onData(this.#dataStreamId, bytes, at, to, overhead, isEnd);
    }
    const after = Math.min(end, to + this.#padLeft);
    if (this.#dataLeft === 0) this.#padLeft -= after - to;
    return this.#dataLeft === 0 ? after : to;
  }
}

function broken(what: string): ConnectionFailure {
  return new ConnectionFailure("PROTOCOL_ERROR", `HTTP/2: ${what}`);
}

function notHttp2(message: string): ConnectionFailure {
  return new ConnectionFailure("PROTOCOL_ERROR", message);
}

function wrongSize(): ConnectionFailure {
  return new ConnectionFailure("FRAME_SIZE_ERROR", "HTTP/2: a frame of invalid size");
}
