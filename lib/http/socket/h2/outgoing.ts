/**
 * The sending side of a connection.
 *
 * @module
 */

import type { TransportError } from "../../transport.ts";
import { CONNECTION_WINDOW_BYTES, MAX_HEAD_BYTES, STREAM_WINDOW_BYTES } from "../limits.ts";
import type { WireSocket } from "../net/wire_socket.ts";
import { BodyPump } from "./body_pump.ts";
import type { StreamExchange } from "./exchange.ts";
import {
  ConnectionFailure,
  connectionStart,
  Flag,
  FRAME_HEAD_BYTES,
  FrameType,
  MAX_STREAM_ID,
  MAX_WINDOW_BYTES,
  readUint32,
  Setting,
  settingsAckFrame,
  writeFrameHead,
  writeUint32,
} from "./frames.ts";
import { EncoderState } from "./hpack/encoder_state.ts";
import { encodeResize } from "./hpack/header_encoder.ts";
import type { OpenStreams } from "./open_streams.ts";
import { PeerSettings } from "./peer_settings.ts";
import { Upload } from "./upload.ts";

/** The start of every connection. */
const START = connectionStart([
  [Setting.ENABLE_PUSH, 0],
  [Setting.INITIAL_WINDOW_SIZE, STREAM_WINDOW_BYTES],
  [Setting.MAX_HEADER_LIST_SIZE, MAX_HEAD_BYTES],
], CONNECTION_WINDOW_BYTES);

/** Gathers the frames of one turn; shared by all connections of a worker. */
const GATHERED = new Uint8Array(65_536);
/** Longest body sent together with its headers, in bytes. */
const MAX_JOINED_BODY_BYTES = 16_384;

/** Opens streams and sends bodies within the limits that the server has set. */
export class Outgoing {
  readonly settings: PeerSettings = new PeerSettings();
  readonly #socket: WireSocket;
  readonly #streams: OpenStreams<StreamExchange>;
  readonly #pump: BodyPump;
  readonly #onUploadFailed: (exchange: StreamExchange, error: TransportError) => void;
  #encoder: EncoderState = EncoderState.empty(this.settings.tableBytes);
  /** Prefix of the next header block, after the server has reduced the table. */
  #resize: Uint8Array | null = null;
  #nextId = 1;
  /** Used bytes of {@linkcode GATHERED}. */
  #gathered = 0;
  #isStarted = false;
  #isStopped = false;
  /** Frames received in a row without progress; sending resets it. */
  idleFrames = 0;
  /** Bytes written so far. */
  writtenBytes = 0;

  /**
   * @param streams Opened streams are added here
   * @param onUploadFailed Called when the script's stream fails
   */
  constructor(
    socket: WireSocket,
    streams: OpenStreams<StreamExchange>,
    onUploadFailed: (exchange: StreamExchange, error: TransportError) => void,
  ) {
    this.#socket = socket;
    this.#streams = streams;
    this.#onUploadFailed = onUploadFailed;
    this.#pump = new BodyPump(socket, this.settings, (bytes) => {
      this.idleFrames = 0;
      this.writtenBytes += bytes;
    });
  }

  /** Whether all stream numbers are used. */
  get isExhausted(): boolean {
    return this.#nextId > MAX_STREAM_ID;
  }

  /** Returns whether a stream has been opened, even if it is closed again. */
  wasOpened(id: number): boolean {
    return (id & 1) === 1 && id < this.#nextId;
  }

  /** Opens a stream for each queued exchange, as many as the server accepts, and removes them from the queue. */
  open(queue: StreamExchange[], now: number): void {
    this.#start();
    let opened = 0;
    for (const exchange of queue) {
      if (this.#streams.size >= this.settings.maxStreams || this.isExhausted) break;
      exchange.start(now);
      this.#open(exchange);
      opened++;
    }
    // To wait for the server is part of a request's time. The last ones are new, those before them have been started.
    for (let at = queue.length - 1; at >= opened && !queue[at]!.isStarted; at--) queue[at]!.start(now);
    if (opened === queue.length) queue.length = 0;
    else queue.splice(0, opened);
    this.#flush();
    this.#pump.write();
  }

  /** Sends a frame other than those of requests. */
  control(frame: Uint8Array): void {
    if (this.#isStopped) return;
    this.#start();
    this.#flush();
    this.#write(frame);
  }

  /** Sends a last frame and stops. */
  stop(last: Uint8Array): void {
    this.control(last);
    this.#isStopped = true;
    this.#pump.stop();
  }

  /** Applies a SETTINGS frame that is not an acknowledgement; throws at invalid values. */
  takeSettings(bytes: Uint8Array, from: number, to: number): void {
    const { settings } = this;
    const { windowBytes, tableBytes } = settings;
    settings.take(bytes, from, to);
    const grown = settings.windowBytes - windowBytes;
    if (grown !== 0) {
      for (const exchange of this.#streams.all()) this.#widen(exchange, grown);
    }
    if (settings.tableBytes < tableBytes) {
      this.#encoder = EncoderState.empty(settings.tableBytes);
      this.#resize = encodeResize(this.#encoder.maxBytes);
    }
    this.control(settingsAckFrame());
    this.#pump.write();
  }

  /** Applies a window update of the connection or a stream; throws beyond the protocol's limit. */
  takeWindow(exchange: StreamExchange | null, bytes: number): void {
    if (exchange === null) this.#pump.widen(bytes);
    else this.#widen(exchange, bytes);
    this.#pump.write();
  }

  /** The start of the connection precedes everything. */
  #start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#gather(START);
  }

  #widen(exchange: StreamExchange, bytes: number): void {
    exchange.sendWindow += bytes;
    if (exchange.sendWindow > MAX_WINDOW_BYTES) {
      throw new ConnectionFailure("FLOW_CONTROL_ERROR", "HTTP/2: window too large");
    }
    if (exchange.upload !== null) this.#pump.add(exchange);
  }

  #open(exchange: StreamExchange): void {
    const id = this.#nextId;
    this.#nextId += 2;
    const { plan } = exchange;
    exchange.open(id, this.settings.windowBytes, this.writtenBytes + this.#gathered);
    exchange.sent();
    this.#streams.add(exchange);
    this.idleFrames = 0;
    const encoded = plan.encoded(this.#encoder, this.#resize);
    this.#encoder = encoded.next;
    this.#resize = null;
    this.#gatherFrames(encoded.bytes, id);
    if (plan.body !== null) this.#beginBody(exchange, plan.body);
  }

  #beginBody(exchange: StreamExchange, body: Uint8Array | ReadableStream<Uint8Array>): void {
    const isJoined = body instanceof Uint8Array && !exchange.plan.shouldAwaitContinue &&
      body.length <= Math.min(MAX_JOINED_BODY_BYTES, exchange.sendWindow, this.#pump.window);
    if (isJoined) {
      exchange.sendWindow -= body.length;
      this.#pump.use(body.length);
      this.#reserve(FRAME_HEAD_BYTES);
      writeFrameHead(GATHERED, this.#gathered, body.length, FrameType.DATA, Flag.END_STREAM, exchange.id);
      this.#gathered += FRAME_HEAD_BYTES;
      return this.#gather(body);
    }
    exchange.upload = new Upload(exchange.plan, {
      onReady: () => {
        if (this.#isStopped || exchange.upload === null) return;
        this.#pump.add(exchange);
        this.#pump.write();
      },
      onFailed: (error) => this.#onUploadFailed(exchange, error),
    });
    this.#pump.add(exchange);
  }

  /** Sends HEADERS, and CONTINUATION if needed, with the stream's number in each. */
  #gatherFrames(bytes: Uint8Array, id: number): void {
    for (let at = 0; at < bytes.length;) {
      writeUint32(bytes, at + 5, id);
      at += FRAME_HEAD_BYTES + (readUint32(bytes, at) >>> 8);
    }
    this.#gather(bytes);
  }

  #gather(bytes: Uint8Array): void {
    if (bytes.length > GATHERED.length) {
      this.#flush();
      return this.#write(bytes);
    }
    this.#reserve(bytes.length);
    GATHERED.set(bytes, this.#gathered);
    this.#gathered += bytes.length;
  }

  #reserve(length: number): void {
    if (this.#gathered + length > GATHERED.length) this.#flush();
  }

  #flush(): void {
    const length = this.#gathered;
    this.#gathered = 0;
    if (length > 0) this.#write(GATHERED.subarray(0, length));
  }

  #write(bytes: Uint8Array): void {
    this.writtenBytes += bytes.length;
    this.#socket.writeCopy(bytes);
  }
}
