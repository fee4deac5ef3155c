/**
 * Sends bodies within the server's flow-control windows.
 *
 * @module
 */

import type { WireSocket } from "../net/wire_socket.ts";
import type { Writer } from "../net/write_batch.ts";
import { ConnectionFailure, dataFrame, DEFAULT_WINDOW_BYTES, MAX_WINDOW_BYTES } from "./frames.ts";
import type { StreamExchange } from "./exchange.ts";
import type { PeerSettings } from "./peer_settings.ts";

/** Most written bytes that the system has not taken: more would only use memory. */
const MAX_UNFLUSHED_BYTES = 262_144;
/** Most bytes sent in one turn of the event loop, before others get a turn. */
const MAX_TURN_BYTES = 1_048_576;
/** Largest part sent in one frame, even if the server accepts more, since it is copied. */
const MAX_PART_BYTES = 65_536;

/** Sends the bodies of one connection, a frame of each in turn. */
export class BodyPump implements Writer {
  readonly #socket: WireSocket;
  readonly #settings: PeerSettings;
  readonly #onSent: (bytes: number) => void;
  /** Exchanges with bytes to send; the first one is next. */
  #waiting: StreamExchange[] = [];
  /** Bytes that the connection's flow-control window allows. */
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

  /** Bytes that the connection's flow-control window allows. */
  get window(): number {
    return this.#window;
  }

  /** Subtracts bytes sent elsewhere from the window. */
  use(bytes: number): void {
    this.#window -= bytes;
  }

  /** Enlarges the window; throws beyond the protocol's limit. */
  widen(bytes: number): void {
    this.#window += bytes;
    if (this.#window > MAX_WINDOW_BYTES) throw new ConnectionFailure("FLOW_CONTROL_ERROR", "HTTP/2: window too large");
  }

  /** Stops sending. */
  stop(): void {
    this.#isStopped = true;
    this.#waiting = [];
  }

  /** Sends the body of an exchange as far as possible; called whenever more of it may be sent. */
  add(exchange: StreamExchange): void {
    if (!this.#waiting.includes(exchange)) this.#waiting.push(exchange);
  }

  /** Sends as much as possible. */
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

  /** Sends a frame of the next body; returns its length in bytes, or 0 if there is nothing to send. */
  #sendPart(): number {
    for (let tries = this.#waiting.length; tries > 0; tries--) {
      const exchange = this.#waiting.shift()!;
      const { upload, isOver, host } = exchange;
      if (upload === null || isOver || host === null || !upload.isReady) continue;
      const room = Math.min(exchange.sendWindow, this.#window, MAX_PART_BYTES, this.#settings.maxFrameBytes);
      if (upload.needsWindow && room <= 0) {
        if (exchange.sendWindow > 0) this.#waiting.push(exchange); // else an update of its window queues it again
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
