/**
 * Frames of HTTP/2 (RFC 9113, 4 and 6) as bytes.
 *
 * @module
 */

import { type FailureKind, TransportError } from "../../transport.ts";

/** The client's connection preface. */
const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/** Length of a frame's header, in bytes. */
export const FRAME_HEAD_BYTES = 9;
/** Default largest payload, in bytes: our limit, and the least that servers accept. */
export const DEFAULT_MAX_FRAME_BYTES = 16_384;
/** Default flow-control window, in bytes. */
export const DEFAULT_WINDOW_BYTES = 65_535;
/** Largest flow-control window, in bytes. */
export const MAX_WINDOW_BYTES: number = 2 ** 31 - 1;
/** Largest stream number. */
export const MAX_STREAM_ID: number = 2 ** 31 - 1;

/** Types of frames. */
export const FrameType = {
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
} as const;

/** Flags of frames; `END_STREAM` and `ACK` are the same bit. */
export const Flag = { END_STREAM: 0x1, ACK: 0x1, END_HEADERS: 0x4, PADDED: 0x8, PRIORITY: 0x20 } as const;

/** Identifiers of settings. */
export const Setting = {
  HEADER_TABLE_SIZE: 1,
  ENABLE_PUSH: 2,
  MAX_CONCURRENT_STREAMS: 3,
  INITIAL_WINDOW_SIZE: 4,
  MAX_FRAME_SIZE: 5,
  MAX_HEADER_LIST_SIZE: 6,
} as const;

/** Why a stream or connection is ended; a code is its index. */
export const ERROR_NAMES = [
  "NO_ERROR",
  "PROTOCOL_ERROR",
  "INTERNAL_ERROR",
  "FLOW_CONTROL_ERROR",
  "SETTINGS_TIMEOUT",
  "STREAM_CLOSED",
  "FRAME_SIZE_ERROR",
  "REFUSED_STREAM",
  "CANCEL",
  "COMPRESSION_ERROR",
  "CONNECT_ERROR",
  "ENHANCE_YOUR_CALM",
  "INADEQUATE_SECURITY",
  "HTTP_1_1_REQUIRED",
] as const;

/** Name of an error code. */
export type ErrorName = typeof ERROR_NAMES[number];

/** Returns the name of a code, or the code itself if it is unknown. */
export function errorName(code: number): string {
  return ERROR_NAMES[code] ?? `error ${code}`;
}

/** A protocol violation that ends the whole connection; a GOAWAY sends the reason. */
export class ConnectionFailure extends TransportError {
  /** The reason sent to the server. */
  readonly reason: ErrorName;

  /**
   * @param reason The reason sent to the server
   * @param message The message for users
   */
  constructor(reason: ErrorName, message: string, kind: FailureKind = "protocol", options?: ErrorOptions) {
    super(kind, message, options);
    this.reason = reason;
  }
}

/** Writes a frame's header. */
export function writeFrameHead(
  target: Uint8Array,
  at: number,
  length: number,
  type: number,
  flags: number,
  streamId: number,
): void {
  target[at] = length >>> 16;
  target[at + 1] = length >>> 8;
  target[at + 2] = length;
  target[at + 3] = type;
  target[at + 4] = flags;
  writeUint32(target, at + 5, streamId);
}

/** Writes a number, the most significant byte first. */
export function writeUint32(target: Uint8Array, at: number, value: number): void {
  target[at] = value >>> 24;
  target[at + 1] = value >>> 16;
  target[at + 2] = value >>> 8;
  target[at + 3] = value;
}

/** Reads a number of 32 bits, the most significant byte first. */
export function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

function frame(length: number, type: number, flags: number, streamId: number): Uint8Array {
  const bytes = new Uint8Array(FRAME_HEAD_BYTES + length);
  writeFrameHead(bytes, 0, length, type, flags, streamId);
  return bytes;
}

/**
 * Returns the start of a connection: preface, settings and window.
 *
 * @param settings Names and values
 * @param windowBytes The connection's receive window, in bytes
 */
export function connectionStart(settings: readonly (readonly [name: number, value: number])[], windowBytes: number) {
  const announced = frame(6 * settings.length, FrameType.SETTINGS, 0, 0);
  settings.forEach(([name, value], index) => {
    const at = FRAME_HEAD_BYTES + 6 * index;
    announced[at + 1] = name;
    writeUint32(announced, at + 2, value);
  });
  const update = windowUpdateFrame(0, windowBytes - DEFAULT_WINDOW_BYTES);
  return new Uint8Array([...new TextEncoder().encode(PREFACE), ...announced, ...update]);
}

/** Returns the acknowledgement of settings. */
export function settingsAckFrame(): Uint8Array {
  return frame(0, FrameType.SETTINGS, Flag.ACK, 0);
}

/** Returns the answer to a PING whose 8 bytes start at `at`. */
export function pingAckFrame(bytes: Uint8Array, at: number): Uint8Array {
  const answer = frame(8, FrameType.PING, Flag.ACK, 0);
  answer.set(bytes.subarray(at, at + 8), FRAME_HEAD_BYTES);
  return answer;
}

/** Returns a window update; stream 0 is the connection. */
export function windowUpdateFrame(streamId: number, bytes: number): Uint8Array {
  const update = frame(4, FrameType.WINDOW_UPDATE, 0, streamId);
  writeUint32(update, FRAME_HEAD_BYTES, bytes);
  return update;
}

/** Returns a frame that resets a stream. */
export function resetFrame(streamId: number, reason: ErrorName): Uint8Array {
  const reset = frame(4, FrameType.RST_STREAM, 0, streamId);
  writeUint32(reset, FRAME_HEAD_BYTES, ERROR_NAMES.indexOf(reason));
  return reset;
}

/** Returns a frame that ends the connection: no stream of the server was processed. */
export function goAwayFrame(reason: ErrorName): Uint8Array {
  const goAway = frame(8, FrameType.GOAWAY, 0, 0);
  writeUint32(goAway, FRAME_HEAD_BYTES + 4, ERROR_NAMES.indexOf(reason));
  return goAway;
}

/** Returns the frames of a header block: HEADERS, and CONTINUATION if it is long. */
export function headerFrames(streamId: number, block: Uint8Array, endsStream: boolean): Uint8Array {
  const maxFrameBytes = DEFAULT_MAX_FRAME_BYTES;
  const count = Math.max(1, Math.ceil(block.length / maxFrameBytes));
  const bytes = new Uint8Array(count * FRAME_HEAD_BYTES + block.length);
  for (let index = 0, at = 0; index < count; index++) {
    const part = block.subarray(index * maxFrameBytes, (index + 1) * maxFrameBytes);
    const flags = (index === count - 1 ? Flag.END_HEADERS : 0) | (index === 0 && endsStream ? Flag.END_STREAM : 0);
    writeFrameHead(bytes, at, part.length, index === 0 ? FrameType.HEADERS : FrameType.CONTINUATION, flags, streamId);
    bytes.set(part, at + FRAME_HEAD_BYTES);
    at += FRAME_HEAD_BYTES + part.length;
  }
  return bytes;
}

/** Returns a frame with a part of a body. */
export function dataFrame(streamId: number, data: Uint8Array, endsStream: boolean): Uint8Array {
  const bytes = frame(data.length, FrameType.DATA, endsStream ? Flag.END_STREAM : 0, streamId);
  bytes.set(data, FRAME_HEAD_BYTES);
  return bytes;
}
