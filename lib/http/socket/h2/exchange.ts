/**
 * A request under way as a stream.
 *
 * @module
 */

import { type ConnectPhases, type Exchange, type ExchangeListener, TransportError } from "../../transport.ts";
import { BodySink, copyOut } from "../body_sink.ts";
import { MAX_INFORMATIONAL_ANSWERS } from "../limits.ts";
import { SocketAnswer } from "../socket_answer.ts";
import { type AnswerHead, checkedTrailers } from "./answer_head.ts";
import type { HeaderLine } from "./hpack/static_table.ts";
import type { RequestPlan } from "./request_plan.ts";
import type { Upload } from "./upload.ts";

const EMPTY = new Uint8Array();

/** What serves an exchange at present. */
export interface ExchangeHost {
  /** Gives an exchange up: nothing that comes for it counts any more. */
  cancel(exchange: StreamExchange): void;
}

/** One exchange, and the answer to it as it arrives; outlives the connection it began on when that has to be replaced. */
export class StreamExchange implements Exchange {
  /** What is sent. */
  readonly plan: RequestPlan;
  /** Who is told the end; the caller sets `isOver` before. */
  readonly listener: ExchangeListener;
  /** The connection that serves it, `null` before and after. */
  host: ExchangeHost | null = null;
  /** Number of its stream; 0 before it is sent. */
  id = 0;
  /** Whether the listener has been told the end, or is about to be. */
  isOver = false;
  /** Whether it is sent a second time; the server may have seen it before. */
  isRepeated = false;
  /** How many bytes its connection had sent before it. */
  writtenAt = 0;
  /** How often it had to change the connection. */
  moves = 0;
  /** How many bytes of the body the server takes at present; below 0 after it has taken some back. */
  sendWindow = 0;
  /** What is left to be sent after the headers. */
  upload: Upload | null = null;
  /** Bytes received on this stream that the server has not been told are welcome again. */
  unreportedBytes = 0;
  /** What its connection cost, if it was made for this very request. */
  phases: ConnectPhases | null = null;
  /** Bytes received for it: frames of all kinds, whole. */
  bytesReceived = 0;
  /** The whole answer, once it is there. */
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
  #sink: BodySink | null = null;

  constructor(plan: RequestPlan, listener: ExchangeListener) {
    this.plan = plan;
    this.listener = listener;
  }

  /** Tells the listener that the request is on its way; only the first call counts. */
  start(atMs: number): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.listener.onStart(atMs);
  }

  /** Tells the listener that the server may see the request from now on, once more if it is repeated. */
  sent(): void {
    if (this.#isSent && !this.isRepeated) return;
    this.#isSent = true;
    this.listener.onSent();
  }

  /** Forgets what has come so far: it begins anew on another connection. */
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

  /** Prepares for being sent on a stream. */
  open(id: number, sendWindow: number, writtenAt: number): void {
    this.id = id;
    this.writtenAt = writtenAt;
    this.sendWindow = sendWindow;
  }

  /** Has another exchange take the place of this one, which is of no more use. */
  handOver(start: (listener: ExchangeListener) => Exchange): void {
    const { listener } = this;
    this.host = null;
    this.#successor = start({
      onStart: (atMs) => this.start(atMs),
      onSent: () => listener.onSent(),
      onResponse: (response) => listener.onResponse(response),
      onError: (error, bytesReceived) => listener.onError(error, bytesReceived),
    });
  }

  abort(reason: TransportError): void {
    if (this.#successor !== null) return this.#successor.abort(reason);
    if (this.isOver) return;
    this.isOver = true;
    const { bytesReceived } = this;
    this.host?.cancel(this);
    queueMicrotask(() => this.listener.onError(reason, bytesReceived));
  }

  /** Ends it without a whole answer; does nothing when it is over. */
  fail(error: TransportError): void {
    if (this.isOver) return;
    this.isOver = true;
    this.listener.onError(error, this.bytesReceived);
  }

  /** Whether the final answer has begun. */
  get hasHead(): boolean {
    return this.#head !== null;
  }

  /**
   * Takes the header lines of an informational or the final answer.
   *
   * @throws {TransportError} if they may not come like this
   */
  takeHead(head: AnswerHead, endsStream: boolean, nowMs: number): void {
    if (head.status >= 200) {
      this.#head = head;
      this.#firstByteMs = nowMs;
      return;
    }
    if (head.status === 101) throw new TransportError("protocol", "status 101 in an answer of HTTP/2");
    if (endsStream) throw new TransportError("protocol", "an informational answer (1xx) without a final one");
    if (++this.#informational > MAX_INFORMATIONAL_ANSWERS) {
      throw new TransportError("limit", "too many informational answers (1xx)");
    }
    this.upload?.begin();
  }

  /** Takes the lines after the body; throws `protocol` if they are not allowed there. */
  takeTrailers(lines: readonly HeaderLine[], endsStream: boolean): void {
    if (!endsStream) throw new TransportError("protocol", "header lines in the midst of an answer's body");
    this.#trailers = checkedTrailers(lines);
  }

  /**
   * Takes a part of the body.
   *
   * @throws {TransportError} if the answer has no body, or is larger than announced or allowed
   */
  takeData(bytes: Uint8Array, from: number, to: number, endsStream: boolean, maxBodyBytes: number): void {
    const head = this.#head;
    if (head === null) throw new TransportError("protocol", "a body before the header lines of the answer");
    if (to === from) return;
    if (this.#hasNoBody(head)) throw new TransportError("protocol", "an answer with a body where there can be none");
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
   * Makes the answer of what has come, now that no more will.
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
