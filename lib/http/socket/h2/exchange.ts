/**
 * A request in flight on a stream.
 *
 * @module
 */

import { type ConnectPhases, type Exchange, type ExchangeListener, TransportError } from "../../transport.ts";
import { BodySink, copyOut, type Sink } from "../body_sink.ts";
import { MAX_INFORMATIONAL_ANSWERS } from "../limits.ts";
import { PartSink } from "../part_sink.ts";
import { SocketAnswer } from "../socket_answer.ts";
import { type AnswerHead, checkedTrailers } from "./answer_head.ts";
import type { HeaderLine } from "./hpack/static_table.ts";
import type { RequestPlan } from "./request_plan.ts";
import type { Upload } from "./upload.ts";

const EMPTY = new Uint8Array();

/** The connection that serves an exchange. */
export interface ExchangeHost {
  /** Abandons an exchange; later frames for it are ignored. */
  cancel(exchange: StreamExchange): void;
  /** Continues to receive the body of an exchange that was held. */
  resume(exchange: StreamExchange): void;
}

/** One exchange, and its answer as it arrives; it outlives its connection if that has to be replaced. */
export class StreamExchange implements Exchange {
  /** What is sent. */
  readonly plan: RequestPlan;
  /** Receives the result; the caller sets `isOver` first. */
  readonly listener: ExchangeListener;
  /** The connection that serves it; `null` before and after. */
  host: ExchangeHost | null = null;
  /** Number of its stream; 0 before it is sent. */
  id = 0;
  /** Whether the listener has been notified of the end, or is about to be. */
  isOver = false;
  /** Whether it is sent a second time; the server may have seen it before. */
  isRepeated = false;
  /** Bytes that its connection had sent before it. */
  writtenAt = 0;
  /** How often it has moved to another connection. */
  moves = 0;
  /** Bytes that the stream's flow-control window allows; negative after the server has reduced it. */
  sendWindow = 0;
  /** The rest of the body, after the headers. */
  upload: Upload | null = null;
  /** Bytes received on this stream that no window update has returned yet. */
  unreportedBytes = 0;
  /** The phases of its connection, if that was established for this request. */
  phases: ConnectPhases | null = null;
  /** Bytes received for it: frames of all kinds, whole. */
  bytesReceived = 0;
  /** The whole answer, once complete. */
  answer: SocketAnswer | null = null;
  #isStarted = false;
  #isSent = false;
  #successor: Exchange | null = null;
  #head: AnswerHead | null = null;
  #trailers: readonly HeaderLine[] | null = null;
  #firstByteMs = 0;
  #informational = 0;
  #bodyBytes = 0;
  #body: Uint8Array = EMPTY;
  #sink: Sink | null = null;
  /** Whether the server is not to be told that more is welcome, since the script does not take the parts. */
  isHeld = false;

  constructor(plan: RequestPlan, listener: ExchangeListener) {
    this.plan = plan;
    this.listener = listener;
  }

  /** Whether the listener has been told that the request is on its way. */
  get isStarted(): boolean {
    return this.#isStarted;
  }

  /** Reports the start of the request; only the first call counts. */
  start(atMs: number): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.listener.onStart(atMs);
  }

  /** Reports that the server may see the request: the first time, and again if it is repeated. */
  sent(): void {
    if (this.#isSent && !this.isRepeated) return;
    this.#isSent = true;
    this.listener.onSent();
  }

  /** Resets the answer, before the request is sent on another connection. */
  rewind(): void {
    this.id = 0;
    this.upload = null;
    this.phases = null;
    this.bytesReceived = 0;
    this.unreportedBytes = 0;
    this.#head = null;
    this.#trailers = null;
    this.#informational = 0;
    this.#bodyBytes = 0;
    this.#sink = null;
  }

  /** Prepares for sending on a stream. */
  open(id: number, sendWindow: number, writtenAt: number): void {
    this.id = id;
    this.writtenAt = writtenAt;
    this.sendWindow = sendWindow;
  }

  /** Hands over to another exchange, which replaces this one. */
  handOver(start: (listener: ExchangeListener) => Exchange): void {
    const { listener } = this;
    this.host = null;
    this.#successor = start({
      parts: listener.parts,
      onStart: (atMs) => this.start(atMs),
      onSent: () => listener.onSent(),
      onResponse: (response) => listener.onResponse(response),
      onError: (error, bytesReceived) => listener.onError(error, bytesReceived),
    });
  }

  hold(isHeld: boolean): void {
    if (this.#successor !== null) return this.#successor.hold(isHeld);
    this.isHeld = isHeld;
    if (!isHeld) this.host?.resume(this);
  }

  abort(reason: TransportError): void {
    if (this.#successor !== null) return this.#successor.abort(reason);
    if (this.isOver) return;
    this.isOver = true;
    const { bytesReceived } = this;
    this.host?.cancel(this);
    queueMicrotask(() => this.listener.onError(reason, bytesReceived));
  }

  /** Ends it without a whole answer; does nothing if it is over. */
  fail(error: TransportError): void {
    if (this.isOver) return;
    this.isOver = true;
    this.listener.onError(error, this.bytesReceived);
  }

  /** Whether the final answer has started. */
  get hasHead(): boolean {
    return this.#head !== null;
  }

  /**
   * Reads the header lines of an informational or the final answer.
   *
   * @throws {TransportError} if they are invalid at this point
   */
  takeHead(head: AnswerHead, endsStream: boolean, nowMs: number): void {
    if (head.status >= 200) {
      this.#head = head;
      this.#firstByteMs = nowMs;
      const { parts } = this.listener;
      if (parts !== undefined) {
        const sink = new PartSink(parts);
        this.#sink = sink;
        sink.begin(head, nowMs, this.phases);
      }
      return;
    }
    if (head.status === 101) throw new TransportError("protocol", "status 101 in an HTTP/2 answer");
    if (endsStream) throw new TransportError("protocol", "an informational answer (1xx) without a final one");
    if (++this.#informational > MAX_INFORMATIONAL_ANSWERS) {
      throw new TransportError("limit", "too many informational answers (1xx)");
    }
    this.upload?.begin();
  }

  /** Reads the trailers; throws `protocol` if they are not allowed. */
  takeTrailers(lines: readonly HeaderLine[], endsStream: boolean): void {
    if (!endsStream) throw new TransportError("protocol", "header lines in the middle of an answer's body");
    this.#trailers = checkedTrailers(lines);
  }

  /**
   * Reads a part of the body.
   *
   * @throws {TransportError} if the answer has no body, or is larger than announced or allowed
   */
  takeData(bytes: Uint8Array, from: number, to: number, endsStream: boolean, maxBodyBytes: number): void {
    const head = this.#head;
    if (head === null) throw new TransportError("protocol", "a body before the header lines of the answer");
    if (to === from) return;
    if (this.#hasNoBody(head)) throw new TransportError("protocol", "an answer with a body that must not have one");
    this.#bodyBytes += to - from;
    if (head.contentLength !== -1 && this.#bodyBytes > head.contentLength) throw wrongLength();
    if (this.#sink === null && endsStream && to - from <= maxBodyBytes) {
      this.#body = this.plan.knownBody(bytes, from, to)?.bytes ?? copyOut(bytes, from, to);
      return;
    }
    if (this.#sink === null) {
      this.#sink = new BodySink(maxBodyBytes);
      if (head.contentLength !== -1) this.#sink.expect(head.contentLength);
    }
    this.#sink.append(bytes, from, to);
  }

  /**
   * Completes the answer at the end of the stream.
   *
   * @throws {TransportError} `protocol` if something is missing
   */
  complete(nowMs: number): void {
    const head = this.#head;
    if (head === null) throw new TransportError("protocol", "a stream that ended without an answer");
    if (head.contentLength !== -1 && head.contentLength !== this.#bodyBytes && !this.#hasNoBody(head)) {
      throw wrongLength();
    }
    const body = this.#sink === null ? this.#body : this.#sink.take();
    const known = this.plan.knownBody(body, 0, body.length);
    const text = known === null ? this.plan.rememberBody(body) : known.text;
    this.answer = new SocketAnswer(
      head,
      known === null ? body : known.bytes,
      this.bytesReceived,
      this.#firstByteMs,
      nowMs,
      this.phases,
      text,
    );
    if (this.#trailers !== null) this.answer.trailers = this.#trailers;
  }

  #hasNoBody({ status }: AnswerHead): boolean {
    return this.plan.isHeadRequest || status === 204 || status === 304;
  }
}

function wrongLength(): TransportError {
  return new TransportError("protocol", "content-length does not fit the body of the answer");
}
