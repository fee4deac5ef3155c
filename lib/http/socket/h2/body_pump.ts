/**
 * Sending bodies within the server's flow control windows.
 *
 * @module
 */

import type { WireSocket } from "../net/wire_socket.ts";
import type { Writer } from "../net/write_batch.ts";
import { ConnectionFailure, dataFrame, DEFAULT_WINDOW_BYTES, MAX_WINDOW_BYTES } from "./frames.ts";
import type { StreamExchange } from "./exchange.ts";
import type { PeerSettings } from "./peer_settings.ts";

/** Most bytes given to the system that it has not taken: more would only lie in memory. */
const MAX_UNFLUSHED_BYTES = 262_144;
/** Most bytes sent in one turn of the event loop; then it is others' turn. */
const MAX_TURN_BYTES = 1_048_576;
/** Largest part sent in one frame, even where the server takes more: what is sent is copied. */
const MAX_PART_BYTES = 65_536;

/** Sends the bodies of one connection, a frame of each in turn. */
export class BodyPump implements Writer {
  readonly #socket: WireSocket;
  readonly #settings: PeerSettings;
  readonly #onSent: (bytes: number) => void;
  /** Those with something to send; the first one is next. */
  #waiting: StreamExchange[] = [];
  /** How many bytes of bodies the server takes at present, whatever the stream. */
  #window = DEFAULT_WINDOW_BYTES;
  #unflushed = 0;
  #isPumping = false;
  #isStopped = false;

  /** @param onSent Called for each frame that is sent, with its length in bytes */
  constructor(socket: WireSocket, settings: PeerSettings, onSent: (bytes: number) => void) {
    this.#socket = socket;
    this.#settings = settings;
    this.#onSent = onSent;
  }

  /** How many bytes the server takes at present. */
  get window(): number {
    return this.#window;
  }

  /** Takes note that so many bytes are sent by somebody else. */
  use(bytes: number): void {
    this.#window -= bytes;
  }

  /** Takes note that the server takes more; throws at more than there may be. */
  widen(bytes: number): void {
    this.#window += bytes;
    if (this.#window > MAX_WINDOW_BYTES) throw new ConnectionFailure("FLOW_CONTROL_ERROR", "HTTP/2: window too large");
  }

  /** Sends no more. */
  stop(): void {
    this.#isStopped = true;
    this.#waiting = [];
  }

  /** Has the body of an exchange sent as far as that can be done; called whenever more of it may be. */
  add(exchange: StreamExchange): void {
    if (!this.#waiting.includes(exchange)) this.#waiting.push(exchange);
  }

  /** Sends what can be sent. */
  write(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    let left = MAX_TURN_BYTES;
    while (left > 0 && this.#unflushed < MAX_UNFLUSHED_BYTES) {
      const sent = this.#sendPart();
      if (sent === 0) break;
      left -= sent;
    }
    this.#isPumping = false;
    if (left <= 0) this.#socket.batch.add(this);
  }

  /** Sends a frame of the next body; returns its length in bytes, or 0 if there is none to be sent. */
  #sendPart(): number {
    for (let tries = this.#waiting.length; tries > 0; tries--) {
      const exchange = this.#waiting.shift()!;
      const { upload, isOver, host } = exchange;
      if (upload === null || isOver || host === null || !upload.isReady) continue;
      const room = Math.min(exchange.sendWindow, this.#window, MAX_PART_BYTES, this.#settings.maxFrameBytes);
      if (upload.needsWindow && room <= 0) {
        if (exchange.sendWindow > 0) this.#waiting.push(exchange); // else the window of its stream brings it back
        continue;
      }
      const { bytes, isLast } = upload.take(Math.max(0, room));
      exchange.sendWindow -= bytes.length;
      this.#window -= bytes.length;
      if (upload.isReady) this.#waiting.push(exchange);
      this.#send(dataFrame(exchange.id, bytes, isLast));
      return bytes.length + 1;
    }
    return 0;
  }

  #send(frame: Uint8Array): void {
    this.#unflushed += frame.length;
    this.#onSent(frame.length);
    this.#socket.writeBytes(frame, (error) => {
      this.#unflushed -= frame.length;
      if (!error && !this.#isStopped) this.write();
    });
  }
}
