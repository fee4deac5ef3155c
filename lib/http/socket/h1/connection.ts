/**
 * One HTTP/1.1 connection, which serves one exchange at a time.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import { nowMs } from "../../../core/clock.ts";
import { type ConnectPhases, TransportError } from "../../transport.ts";
import type { AnswerHead } from "./answer_head.ts";
import { BodyWriter } from "./body_writer.ts";
import { Dial, type DialListener } from "../net/dial.ts";
import type { ExchangeServer, SocketExchange } from "./exchange.ts";
import { socketFailure } from "../failures.ts";
import type { KnownAnswer } from "./known_answer.ts";
import { DEFAULT_MAX_BODY_BYTES } from "../limits.ts";
import { PartSink } from "../part_sink.ts";
import { AnswerParser, type AnswerParts } from "./parser.ts";
import { READ_BUFFER } from "../net/read_buffer.ts";
import { SocketAnswer } from "../socket_answer.ts";
import type { Route } from "../net/route.ts";
import type { WireSocket } from "../net/wire_socket.ts";
import type { Writer } from "../net/write_batch.ts";

/** Owns connections and reuses them. */
export interface ConnectionOwner {
  /** Called when a connection has been established. */
  onConnected(phases: ConnectPhases): void;
  /** Called when a connection can serve another exchange. */
  onIdle(connection: Connection): void;
  /** Called once when a connection has closed. */
  onClosed(connection: Connection): void;
  /** Called when an exchange must move to a new connection. */
  onStale(exchange: SocketExchange): void;
}

/** A connection that was established elsewhere. */
export interface Dialed {
  readonly socket: WireSocket;
  readonly phases: ConnectPhases;
}

/**
 * A connection from its first exchange to its end.
 *
 * Allocates per exchange on the hot path: the answer, a view of its body, and the exchange; no closure, no timer. An idle
 * connection holds no buffer.
 */
export class Connection implements DialListener, ExchangeServer, Writer {
  /** Key of the server's origin. */
  readonly originKey: string;
  readonly #owner: ConnectionOwner;
  readonly #maxBodyBytes: number;
  #dial: Dial | null;
  #socket: WireSocket | null = null;
  #exchange: SocketExchange | null;
  #writer: BodyWriter | null = null;
  #isClosed = false;
  /** Whether it has served an exchange: only then can the server have closed it for being idle. */
  #isUsed = false;
  /** Whether the current request has been written, at least in part: only then can the server have seen it. */
  #isSent = false;
  /** Parses the current answer: `null` before its first byte, and for a known answer. */
  #parser: AnswerParser | null = null;
  /** Whether reading is stopped, since the script does not take the parts of the answer. */
  #isHeld = false;
  /** Set while an answer is parsed, and 0 before its first byte and between informational answers and it. */
  #firstByteMs = 0;
  #lastByteMs = 0;
  /** Until the first answer. */
  #phases: ConnectPhases | null = null;

  /**
   * Starts to connect.
   *
   * @param exchange Served once connected
   * @param route How this user connects
   * @param dialed An established connection to use instead of a new one
   */
  constructor(
    owner: ConnectionOwner,
    exchange: SocketExchange,
    route: Route,
    dialed: Dialed | null = null,
  ) {
    const { origin } = exchange.plan;
    this.#owner = owner;
    this.originKey = origin.key;
    this.#maxBodyBytes = route.options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;
    this.#exchange = exchange;
    exchange.server = this;
    this.#dial = dialed === null ? new Dial(origin, route, this) : null;
    if (dialed === null) return;
    dialed.socket.listener = this;
    this.onDialed(dialed.socket, dialed.phases);
  }

  /** Bytes received for the current exchange. */
  get bytesReceived(): number {
    return this.#parser === null ? 0 : this.#parser.bytesReceived;
  }

  /** Serves an exchange, at the end of this turn of the event loop; the connection must be idle. */
  serve(exchange: SocketExchange): void {
    exchange.server = this;
    this.#exchange = exchange;
    this.#isSent = false;
    this.#socket!.batch.add(this);
  }

  write(): void {
    const exchange = this.#exchange;
    if (exchange === null) return; // closed meanwhile
    const { plan } = exchange;
    exchange.start(nowMs());
    this.#isSent = true;
    exchange.sent();
    this.#socket!.writePayload(plan.payload);
    if (plan.rest !== null) this.#writer = new BodyWriter(this.#socket!, plan, (error) => this.#fail(error));
  }

  /** Closes the connection without notifying its exchange. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#exchange = null;
    this.#writer?.stop();
    this.#dial?.cancel();
    this.#socket?.destroy();
    this.#owner.onClosed(this);
  }

  /** Closes the connection; the exchange it serves ends with the given reason. */
  interrupt(reason: TransportError): void {
    const exchange = this.#exchange;
    if (exchange === null) this.close();
    else exchange.abort(reason);
  }

  hold(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    this.#socket?.hold(isHeld);
  }

  onDialing(atMs: number): void {
    this.#exchange!.start(atMs); // the wait before is not part of the request's time
  }

  onDialed(socket: WireSocket, phases: ConnectPhases): void {
    this.#dial = null;
    this.#socket = socket;
    this.#phases = phases;
    this.#owner.onConnected(phases);
    this.serve(this.#exchange!);
  }

  onDialFailed(error: TransportError): void {
    this.#fail(error);
  }

  onConnect(): void {}

  onSecure(): void {}

  onBytes(bytes: Buffer, length: number): void {
    const exchange = this.#exchange;
    if (exchange === null) return this.close(); // unsolicited bytes: they do not answer the next request
    const now = nowMs();
    const { plan } = exchange;
    const known = plan.lastAnswer;
    const isAlone = this.#parser === null && bytes === READ_BUFFER;
    if (known !== null && isAlone && known.isRead(length) && known.body.length <= this.#maxBodyBytes) {
      plan.countKnownAnswer();
      return this.#finish(exchange, known.head, known.body, length, now, now, known, true);
    }
    const parser = this.#parser ?? this.#beginParsing(exchange);
    if (this.#firstByteMs === 0) this.#firstByteMs = now;
    this.#lastByteMs = now;
    let taken;
    try {
      taken = parser.feed(bytes, length, plan.lastHead);
    } catch (error) {
      const failure = error instanceof TransportError ? error : socketFailure(error);
      return this.#fail(failure, parser.bytesReceived + length);
    }
    if (parser.isComplete) {
      const { head } = parser;
      const body = parser.takeBody();
      if (parser.isHeadOnTop) plan.rememberHead(head);
      const kept = isAlone && taken === length && exchange.listener.parts === undefined
        ? plan.rememberAnswer(head, body, length)
        : null;
      this.#finish(exchange, head, body, parser.bytesReceived, this.#firstByteMs, now, kept, taken === length);
    } else if (parser.isBeforeFinalAnswer) {
      this.#firstByteMs = 0;
      if (parser.informationalCount > 0) this.#writer?.begin();
    }
  }

  onEnd(): void {
    const exchange = this.#exchange;
    if (exchange === null) return this.close();
    const parser = this.#parser ?? this.#beginParsing(exchange);
    try {
      parser.end();
    } catch (error) {
      return this.#lose(exchange, error as TransportError, this.#isUnseen(exchange));
    }
    const [firstByteMs, lastByteMs] = [this.#firstByteMs, this.#lastByteMs];
    this.#finish(exchange, parser.head, parser.takeBody(), parser.bytesReceived, firstByteMs, lastByteMs, null, false);
  }

  onError(error: unknown): void {
    const exchange = this.#exchange;
    if (exchange === null) this.close();
    else this.#lose(exchange, socketFailure(error), this.#isUnseen(exchange));
  }

  #beginParsing({ plan, listener: { parts } }: SocketExchange): AnswerParser {
    this.#firstByteMs = 0;
    const receiver = parts === undefined ? null : this.#partsFor(new PartSink(parts));
    return this.#parser = new AnswerParser(this.#maxBodyBytes, plan.isHeadRequest, receiver);
  }

  #partsFor(sink: PartSink): AnswerParts {
    return { sink, onHead: (head) => sink.begin(head, this.#firstByteMs, this.#phases) };
  }

  /**
   * The connection has ended with no whole answer.
   *
   * @param isUnseen Whether the server has read nothing of the request
   */
  #lose(exchange: SocketExchange, error: TransportError, isUnseen: boolean): void {
    const canMove = this.#isUsed && this.bytesReceived === 0 && (isUnseen || this.#mayRepeat(exchange));
    if (!canMove) return this.#fail(error);
    this.close();
    if (!isUnseen) exchange.isRepeated = true;
    this.#owner.onStale(exchange);
  }

  /** Returns whether the server ended the connection before any of the request reached it. */
  #isUnseen({ plan }: SocketExchange): boolean {
    if (!this.#isSent) return true;
    return plan.rest === null && this.#socket!.unreceivedBytes >= plan.payload.text.length;
  }

  #mayRepeat({ plan, isRepeated }: SocketExchange): boolean {
    return plan.isIdempotent && !isRepeated && (this.#writer === null || this.#writer.isRepeatable);
  }

  #fail(error: TransportError, bytesReceived = this.bytesReceived): void {
    const exchange = this.#exchange;
    this.close();
    exchange?.fail(error, bytesReceived);
  }

  /** @param isClean Whether the connection is open and nothing was read beyond this answer */
  #finish(
    exchange: SocketExchange,
    head: AnswerHead,
    body: Uint8Array,
    sizeBytes: number,
    firstByteMs: number,
    lastByteMs: number,
    known: KnownAnswer | null,
    isClean: boolean,
  ): void {
    const text = known === null ? null : known.text;
    const answer = new SocketAnswer(head, body, sizeBytes, firstByteMs, lastByteMs, this.#phases, text);
    this.#phases = null;
    const isWritten = this.#writer === null || this.#writer.isDone;
    const listener = exchange.end();
    if (isClean && isWritten && head.isKeepAlive && exchange.plan.isKeepAlive) {
      if (this.#isHeld) this.hold(false);
      this.#isUsed = true;
      this.#exchange = null;
      this.#parser = null;
      this.#writer = null;
      this.#owner.onIdle(this);
    } else this.close();
    listener.onResponse(answer); // last: it may send, and so read into the shared buffer
  }
}
