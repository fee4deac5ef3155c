/**
 * The receiving side of a connection.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import { TransportError } from "../../transport.ts";
import {
  CONNECTION_WINDOW_BYTES,
  MAX_HEAD_BYTES,
  MAX_HEADER_LINES,
  MAX_IDLE_FRAMES,
  STREAM_WINDOW_BYTES,
} from "../limits.ts";
import { AnswerHead } from "./answer_head.ts";
import type { StreamExchange } from "./exchange.ts";
import type { FrameHandler } from "./frame_reader.ts";
import {
  ConnectionFailure,
  type ErrorName,
  errorName,
  Flag,
  FRAME_HEAD_BYTES,
  FrameType,
  pingAckFrame,
  readUint32,
  windowUpdateFrame,
} from "./frames.ts";
import { type DecodedBlock, HeaderDecoder } from "./hpack/header_decoder.ts";
import { KnownBlock } from "./known_block.ts";
import type { OpenStreams } from "./open_streams.ts";
import type { Outgoing } from "./outgoing.ts";

const LIMITS = { maxListBytes: MAX_HEAD_BYTES, maxLines: MAX_HEADER_LINES };
/** Misses in a row after which blocks of a request are no longer cached: its answers all differ. */
const MAX_MISSES = 32;

/** What the receiving side needs of a connection. */
export interface IncomingHost {
  /** Exchanges in flight, by stream number. */
  readonly streams: Pick<OpenStreams<StreamExchange>, "get">;
  readonly outgoing: Outgoing;
  /** Resets a stream. */
  reset(exchange: StreamExchange, reason: ErrorName): void;
  /** Removes an exchange whose stream has ended. */
  remove(exchange: StreamExchange): void;
  /** Schedules the waiting exchanges. */
  schedule(): void;
  /** Called when the server accepts no more streams and has not processed those above `lastId`. */
  goAway(lastId: number, code: number): void;
  /** Moves an exchange that the server has not processed to another connection, or fails it if that is not allowed. */
  move(exchange: StreamExchange, failure: TransportError): void;
}

/** Dispatches the frames of one connection to its exchanges. */
export class Incoming implements FrameHandler {
  readonly #connection: IncomingHost;
  readonly #maxBodyBytes: number;
  readonly #decoder = new HeaderDecoder(LIMITS);
  /** The last block that is only valid for this connection. */
  #lastBlock: KnownBlock | null = null;
  /** Exchanges with a whole answer. Notified once everything is read, since they may send and so cause a read. */
  readonly #finished: StreamExchange[] = [];
  /** How many of them have been notified. */
  #delivered = 0;
  /** Other work for that time. */
  #after: (() => void)[] = [];
  #unreportedBytes = 0;
  #nowMs = 0;

  /** @param maxBodyBytes Largest body in bytes */
  constructor(connection: IncomingHost, maxBodyBytes: number) {
    this.#connection = connection;
    this.#maxBodyBytes = maxBodyBytes;
  }

  /** Prepares for bytes received at an instant. */
  begin(nowMs: number): void {
    this.#nowMs = nowMs;
  }

  /** Whether an answer is complete and not delivered yet. */
  get hasAnswers(): boolean {
    return this.#finished.length > 0;
  }

  /** Notifies all exchanges of their results. */
  deliver(): void {
    const after = this.#after;
    if (after.length > 0) {
      this.#after = [];
      for (const action of after) action();
    }
    const finished = this.#finished;
    while (this.#delivered < finished.length) {
      const exchange = finished[this.#delivered++]!;
      exchange.listener.onResponse(exchange.answer!);
    }
    finished.length = this.#delivered = 0;
  }

  onHeaderBlock(streamId: number, bytes: Buffer, from: number, to: number, endsStream: boolean): void {
    const exchange = this.#connection.streams.get(streamId);
    if (exchange === undefined) { // abandoned, but its changes of the table count
      this.#checkOpened(streamId);
      this.#countIdle();
      this.#decode(bytes, from, to);
      return;
    }
    exchange.bytesReceived += FRAME_HEAD_BYTES + to - from;
    try {
      if (exchange.hasHead) {
        this.#connection.outgoing.idleFrames = 0;
        exchange.takeTrailers(this.#decode(bytes, from, to).lines, endsStream);
      } else {
        const head = this.#head(exchange, bytes, from, to);
        if (head.status >= 200) this.#connection.outgoing.idleFrames = 0;
        exchange.takeHead(head, endsStream, this.#nowMs);
      }
      if (endsStream) this.#finish(exchange);
    } catch (error) {
      this.#failStream(exchange, error);
    }
  }

  onData(streamId: number, bytes: Buffer, from: number, to: number, overhead: number, endsStream: boolean): void {
    const isWholeFrame = overhead > 0;
    // Everything except the frame's header counts, padding included.
    const flowBytes = to - from + (isWholeFrame ? overhead - FRAME_HEAD_BYTES : 0);
    this.#unreportedBytes += flowBytes;
    if (this.#unreportedBytes >= CONNECTION_WINDOW_BYTES / 2) {
      this.#connection.outgoing.control(windowUpdateFrame(0, this.#unreportedBytes));
      this.#unreportedBytes = 0;
    }
    const exchange = this.#connection.streams.get(streamId);
    if (exchange === undefined) {
      this.#checkOpened(streamId);
      if (to === from) this.#countIdle();
      return;
    }
    if (to > from || endsStream) this.#connection.outgoing.idleFrames = 0;
    else this.#countIdle();
    exchange.bytesReceived += to - from + overhead;
    exchange.unreportedBytes += flowBytes;
    try {
      exchange.takeData(bytes, from, to, endsStream, this.#maxBodyBytes);
      if (endsStream) this.#finish(exchange);
      else this.resume(exchange);
    } catch (error) {
      this.#failStream(exchange, error);
    }
  }

  /** Tells the server that it may send more of a body, if much of its window is used. */
  resume(exchange: StreamExchange): void {
    if (exchange.isHeld || exchange.unreportedBytes < STREAM_WINDOW_BYTES / 2) return;
    this.#reportBytes(exchange);
  }

  onControl(type: number, flags: number, streamId: number, bytes: Buffer, from: number, to: number): void {
    const { outgoing } = this.#connection;
    if (type !== FrameType.GOAWAY && type !== FrameType.RST_STREAM) this.#countIdle();
    switch (type) {
      case FrameType.SETTINGS:
        if ((flags & Flag.ACK) !== 0) return;
        outgoing.takeSettings(bytes, from, to);
        return this.#connection.schedule(); // there may be room for more streams
      case FrameType.PING:
        if ((flags & Flag.ACK) === 0) outgoing.control(pingAckFrame(bytes, from));
        return;
      case FrameType.WINDOW_UPDATE:
        return this.#takeWindow(streamId, readUint32(bytes, from) & 0x7fffffff);
      case FrameType.RST_STREAM:
        return this.#takeReset(streamId, readUint32(bytes, from));
      case FrameType.GOAWAY: {
        const [lastId, code] = [readUint32(bytes, from) & 0x7fffffff, readUint32(bytes, from + 4)];
        this.#after.push(() => this.#connection.goAway(lastId, code));
        return;
      }
      case FrameType.PUSH_PROMISE:
        throw new ConnectionFailure("PROTOCOL_ERROR", "HTTP/2: a push without permission");
    }
  }

  #head(exchange: StreamExchange, bytes: Buffer, from: number, to: number): AnswerHead {
    const { plan } = exchange;
    const decoder = this.#decoder;
    if (plan.lastBlock?.isRead(bytes, from, to, decoder)) {
      plan.misses = 0;
      return plan.lastBlock.head;
    }
    if (this.#lastBlock?.isRead(bytes, from, to, decoder)) return this.#lastBlock.head;
    const { version } = decoder;
    const block = this.#decode(bytes, from, to);
    const isSame = plan.lastHead !== null && plan.lastHead.isOf(block.lines);
    const head = isSame ? plan.lastHead! : new AnswerHead(block.lines);
    plan.lastHead = head;
    if (!block.isSelfContained) {
      if (decoder.version === version) this.#lastBlock = KnownBlock.of(bytes, from, to, head, block, decoder);
    } else if (plan.misses <= MAX_MISSES) {
      plan.misses++;
      plan.lastBlock = KnownBlock.of(bytes, from, to, head, block, decoder);
    }
    return head;
  }

  #decode(bytes: Buffer, from: number, to: number): DecodedBlock {
    try {
      return this.#decoder.decode(bytes, from, to);
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      throw new ConnectionFailure("COMPRESSION_ERROR", error.message, error.kind, { cause: error });
    }
  }

  #finish(exchange: StreamExchange): void {
    exchange.complete(this.#nowMs);
    // The answer came before the whole body was sent: the server does not need the rest.
    if (exchange.upload !== null && !exchange.upload.isDone) this.#connection.reset(exchange, "CANCEL");
    else this.#connection.remove(exchange);
    exchange.isOver = true;
    this.#finished.push(exchange);
  }

  #failStream(exchange: StreamExchange, error: unknown): void {
    if (error instanceof ConnectionFailure || !(error instanceof TransportError)) throw error;
    this.#fail(exchange, error, error.kind === "protocol" ? "PROTOCOL_ERROR" : "CANCEL");
  }

  #fail(exchange: StreamExchange, error: TransportError, reason: ErrorName): void {
    this.#connection.reset(exchange, reason);
    this.#after.push(() => exchange.fail(error));
  }

  #reportBytes(exchange: StreamExchange): void {
    this.#connection.outgoing.control(windowUpdateFrame(exchange.id, exchange.unreportedBytes));
    exchange.unreportedBytes = 0;
  }

  #takeWindow(streamId: number, bytes: number): void {
    const exchange = streamId === 0 ? null : this.#connection.streams.get(streamId);
    if (exchange === undefined) return this.#checkOpened(streamId);
    if (bytes > 0) return this.#connection.outgoing.takeWindow(exchange, bytes);
    const message = "HTTP/2: a window update of 0";
    if (exchange === null) throw new ConnectionFailure("PROTOCOL_ERROR", message);
    this.#fail(exchange, new TransportError("protocol", message), "PROTOCOL_ERROR");
  }

  #takeReset(streamId: number, code: number): void {
    const exchange = this.#connection.streams.get(streamId);
    if (exchange === undefined) {
      this.#countIdle();
      return this.#checkOpened(streamId);
    }
    this.#connection.remove(exchange);
    const name = errorName(code);
    const error = new TransportError(
      name === "HTTP_1_1_REQUIRED" ? "protocol" : "reset",
      `stream ended by the server (${name})`,
    );
    const isRefused = name === "REFUSED_STREAM";
    this.#after.push(() => isRefused ? this.#connection.move(exchange, error) : exchange.fail(error));
  }

  #checkOpened(streamId: number): void {
    if (this.#connection.outgoing.wasOpened(streamId)) return;
    throw new ConnectionFailure("PROTOCOL_ERROR", "HTTP/2: a frame on a stream that was never opened");
  }

  /** Counts a frame that makes no progress. */
  #countIdle(): void {
    if (++this.#connection.outgoing.idleFrames <= MAX_IDLE_FRAMES) return;
    throw new ConnectionFailure(
      "ENHANCE_YOUR_CALM",
      `HTTP/2: more than ${MAX_IDLE_FRAMES} frames in a row that bring no answer further`,
    );
  }
}
