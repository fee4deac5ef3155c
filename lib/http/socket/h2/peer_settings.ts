/**
 * The settings of a server.
 *
 * @module
 */

import {
  ConnectionFailure,
  DEFAULT_MAX_FRAME_BYTES,
  DEFAULT_WINDOW_BYTES,
  MAX_WINDOW_BYTES,
  readUint32,
  Setting,
} from "./frames.ts";
import { ENCODER_TABLE_BYTES } from "./hpack/encoder_state.ts";

/** Most open streams until the server's settings arrive: the least that the protocol recommends. */
const FIRST_MAX_STREAMS = 100;
const MAX_FRAME_BYTES_LIMIT = 2 ** 24 - 1;

/** A server's settings; the protocol's defaults until they arrive. */
export class PeerSettings {
  /** Most streams open at once. */
  maxStreams: number = FIRST_MAX_STREAMS;
  /** Initial flow-control window of each stream, in bytes. */
  windowBytes: number = DEFAULT_WINDOW_BYTES;
  /** Largest payload of a frame in bytes. */
  maxFrameBytes: number = DEFAULT_MAX_FRAME_BYTES;
  /** Size of the dynamic table that an encoder uses, in bytes. */
  tableBytes: number = ENCODER_TABLE_BYTES;
  #isFirst = true;

  /**
   * Applies the payload of a SETTINGS frame, whose length is valid.
   *
   * @throws {ConnectionFailure} at an invalid value
   */
  take(bytes: Uint8Array, from: number, to: number): void {
    if (this.#isFirst) this.maxStreams = Infinity; // without the setting there is no limit
    this.#isFirst = false;
    for (let at = from; at < to; at += 6) this.#set((bytes[at]! << 8) | bytes[at + 1]!, readUint32(bytes, at + 2));
  }

  #set(name: number, value: number): void {
    // A table may be smaller than allowed, so the smallest value ever received is always valid.
    if (name === Setting.HEADER_TABLE_SIZE) this.tableBytes = Math.min(value, this.tableBytes);
    else if (name === Setting.MAX_CONCURRENT_STREAMS) this.maxStreams = value;
    else if (name === Setting.ENABLE_PUSH && value !== 0) throw invalid("PROTOCOL_ERROR");
    else if (name === Setting.INITIAL_WINDOW_SIZE) {
      if (value > MAX_WINDOW_BYTES) throw invalid("FLOW_CONTROL_ERROR");
      this.windowBytes = value;
    } else if (name === Setting.MAX_FRAME_SIZE) {
      if (value < DEFAULT_MAX_FRAME_BYTES || value > MAX_FRAME_BYTES_LIMIT) throw invalid("PROTOCOL_ERROR");
      this.maxFrameBytes = value;
    }
  }
}

function invalid(reason: "PROTOCOL_ERROR" | "FLOW_CONTROL_ERROR"): ConnectionFailure {
  return new ConnectionFailure(reason, "HTTP/2: an invalid setting");
}
