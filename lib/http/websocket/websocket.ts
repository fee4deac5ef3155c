/**
 * One WebSocket connection of a user.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { nowMs } from "../../core/clock.ts";
import { type ClientContext, limitMs } from "../client/client_context.ts";
import { Judge } from "../client/judge.ts";
import { spanAround } from "../client/step_scope.ts";
import type { Span } from "../../spans/span.ts";
import type { UserTrace } from "../../spans/user_trace.ts";
import { SampleSpan } from "../spans/sample_span.ts";
import { TransportError } from "../transport.ts";
import { closeFailure, errorFor, failureOf, type WebSocketFailure } from "./websocket_failure.ts";
import type { Lateness } from "../../stats/lateness.ts";
import type {
  WebSocketClosure,
  WebSocketMessage,
  WebSocketReceiveOptions,
  WebSocketSendOptions,
} from "./websocket_options.ts";
import { Farewell, Reception } from "./websocket_waits.ts";

/** What a connection needs from the client that opened it. */
export interface WebSocketOwner {
  readonly context: ClientContext;
  /** Ends the judging of the last response: errors thrown from now on do not fail it. */
  endJudging(): void;
  /** How late the user's iteration started; its first sample takes it. */
  readonly lateness: Lateness;
  /** Number of the user; -1 if unknown. */
  readonly user: number;
  /** The trace of the user's iteration; `null` if the run has no traces. */
  readonly trace: UserTrace | null;
}

/** A sample of a WebSocket whose verdict is final. */
export interface WebSocketSample {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Bytes received. @default {0} */
  readonly bytes?: number;
  readonly failure?: WebSocketFailure;
  readonly latenessMs?: number;
  /** Its span, if it has begun. @default one of these times, if the iteration is sampled */
  readonly span?: Span | null;
}

/** Records a sample. */
export function recordSample(
  { context, user, trace }: WebSocketOwner,
  { name, startMs, endMs, bytes = 0, failure, latenessMs = 0, span }: WebSocketSample,
): void {
  const series = context.recorder.series("WS", name);
  const error = failure?.message ?? null;
  const judge = new Judge(context, series, startMs, endMs, endMs, bytes, error, null, latenessMs, 0, user);
  const own = span !== undefined || trace === null ? span : spanAround(trace)?.child({ name: "", kind: "client" });
  if (own !== undefined && own !== null) {
    own.startMs = startMs;
    own.name = `WS ${name}`;
    judge.span = new SampleSpan(own, series);
    judge.span.endMs = endMs;
    judge.span.kind = failure?.kind ?? null;
  }
  judge.settle();
}

/** A named message that was sent, until the next message arrives. */
interface Sent {
  readonly name: string;
  readonly atMs: number;
}

/** A received message that was not requested yet, and the named message before it. */
interface Arrived {
  readonly message: WebSocketMessage;
  readonly atMs: number;
  readonly sent: Sent | undefined;
}

/**
 * A WebSocket of one user, opened with `client.ws(url)`.
 *
 * Only named messages are measured: `send(data, { name })` starts a sample that ends when the next message arrives, and is
 * recorded when that message is received. Named messages may overlap; replies are assumed to arrive in order. Messages
 * are buffered until they are received. An error thrown after a message was received is counted as its own error and fails
 * no sample.
 */
export class LocustWebSocket implements AsyncIterable<WebSocketMessage>, AsyncDisposable {
  /** The URL of the connection, `ws:` or `wss:`. */
  readonly url: string;
  /** The subprotocol chosen by the server; empty if none. */
  readonly protocol: string;
  /** Resolves when the connection is closed by either side; never rejects. */
  readonly closed: Promise<WebSocketClosure>;
  readonly #socket: WebSocket;
  readonly #owner: WebSocketOwner;
  readonly #name: string;
  readonly #timeoutMs: number;
  readonly #sent: Sent[] = [];
  readonly #arrived: Arrived[] = [];
  readonly #receptions = new Set<Reception<WebSocketMessage | null>>();
  /** Why the connection has ended, or `null` while it is open. */
  #end: WebSocketFailure | null = null;
  #isEndQuiet = false;
  #isClosed = false;

  /**
   * Made by `client.ws()` only.
   *
   * @param socket An open socket without other listeners
   * @param name Name of the connection's row
   * @param timeoutMs Longest wait for a message, in milliseconds
   * @param quietCodes Codes of a close frame that are not a failure
   */
  constructor(
    owner: WebSocketOwner,
    socket: WebSocket,
    name: string,
    timeoutMs: number,
    quietCodes: ReadonlySet<number>,
  ) {
    this.url = socket.url;
    this.protocol = socket.protocol;
    this.#owner = owner;
    this.#socket = socket;
    this.#name = name;
    this.#timeoutMs = timeoutMs;
    let errorText: string | null = null;
    socket.onmessage = ({ data }) => this.#onMessage(typeof data === "string" ? data : new Uint8Array(data));
    socket.onerror = (event) => errorText ??= (event as ErrorEvent).message;
    const { promise, resolve } = Promise.withResolvers<WebSocketClosure>();
    this.closed = promise;
    socket.onclose = ({ code, reason }) => {
      this.#isClosed = true;
      this.#stop(closeFailure(code, errorText), errorText === null && quietCodes.has(code));
      resolve({ code: code === 0 ? 1006 : code, reason });
    };
  }

  /**
   * Sends a message; does not wait until it is on the wire.
   *
   * @param data A string, or bytes for a binary message
   * @param options.name Starts a sample with this name, which the next message ends
   * @throws {RequestError} if the connection is closed; counted as a failed sample
   */
  send(data: WebSocketMessage, options: WebSocketSendOptions = {}): void {
    this.#owner.endJudging();
    if (this.#end !== null) throw this.#failure(this.#end, options.name, undefined, nowMs());
    if (options.name !== undefined) this.#sent.push({ name: options.name, atMs: nowMs() });
    this.#socket.send(data as string | Uint8Array<ArrayBuffer>);
  }

  /**
   * Waits for the next message.
   *
   * @param options.name Row, instead of the one named by the send
   * @param options.timeout Longest wait; 0 means no limit
   * @returns The message: a string, or bytes if it is binary
   * @throws {RequestError} if none arrives in time (`timeout`), or the connection closes first; counted as a failed sample,
   * in the connection's row if nothing was named
   * @throws {RangeError} if the timeout cannot be parsed
   */
  async receive(options: WebSocketReceiveOptions = {}): Promise<WebSocketMessage> {
    return (await this.#next(options, false))!;
  }

  /**
   * Receives messages one by one, each as {@linkcode LocustWebSocket.receive} does. Ends when the connection is closed
   * without an error and no named message is pending. Leaving the loop early keeps the connection open.
   *
   * @throws {RequestError} as `receive` does
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<WebSocketMessage, void, undefined> {
    for (let message = await this.#next({}, true); message !== null; message = await this.#next({}, true)) {
      yield message;
    }
  }

  /**
   * Closes the connection; pending receives fail. Does nothing if it is closed.
   *
   * @param code 1000, or 3000–4999
   * @param reason At most 123 bytes
   * @returns A promise that resolves when the server has confirmed, or after 5 seconds without that
   * @throws {DOMException} if the code or the reason is not allowed
   */
  async close(code?: number, reason?: string): Promise<void> {
    if (this.#isClosed) return;
    this.#socket.close(code, reason);
    this.#stop(failureOf(new TransportError("aborted", "connection closed by the script")), true);
    const farewell = new Farewell(this.#owner.context.deadlines);
    await Promise.race([this.closed, farewell.promise]);
    this.#owner.context.deadlines.remove(farewell);
  }

  /** Closes the connection, as {@linkcode LocustWebSocket.close} does. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * Closes the connection because its user ends; pending receives are interrupted.
   *
   * @ignore
   */
  interrupt(reason: TransportError): void {
    this.#stop(failureOf(reason), false);
    this.#socket.close();
  }

  /** Resolves with `null` at a normal end, if `mayEnd` is set. */
  #next(options: WebSocketReceiveOptions, mayEnd: boolean): Promise<WebSocketMessage | null> {
    this.#owner.endJudging();
    const timeoutMs = options.timeout === undefined ? this.#timeoutMs : limitMs(options.timeout);
    const now = nowMs();
    const arrived = this.#arrived.shift();
    if (arrived !== undefined) {
      this.#record(arrived, options.name, now);
      return Promise.resolve(arrived.message);
    }
    const reception = new Reception<WebSocketMessage | null>(options.name, mayEnd, now, timeoutMs, (failure) => {
      this.#leave(reception);
      reception.reject(this.#failure(failure, options.name, this.#sent.shift(), now));
    });
    if (this.#end !== null) this.#finish(reception, this.#end);
    else {
      this.#receptions.add(reception);
      this.#owner.context.deadlines.add(reception, now, timeoutMs);
    }
    return reception.promise;
  }

  #onMessage(message: WebSocketMessage): void {
    const arrived = { message, atMs: nowMs(), sent: this.#sent.shift() };
    const [reception] = this.#receptions;
    if (reception === undefined) return void this.#arrived.push(arrived);
    this.#leave(reception);
    this.#record(arrived, reception.name, reception.startMs);
    reception.resolve(message);
  }

  /** Records a received message, if it or the message before it is named. */
  #record({ message, atMs, sent }: Arrived, name: string | undefined, receiveMs: number): void {
    const row = name ?? sent?.name;
    if (row === undefined) return;
    const startMs = sent?.atMs ?? receiveMs;
    const endMs = Math.max(atMs, startMs);
    const [bytes, latenessMs] = [Buffer.byteLength(message), this.#owner.lateness.take()];
    recordSample(this.#owner, { name: row, startMs, endMs, bytes, latenessMs });
  }

  /** Counts a failed sample and returns its error; an interruption by the end of the run is not a failure. */
  #failure(failure: WebSocketFailure, name: string | undefined, sent: Sent | undefined, callMs: number): Error {
    const row = name ?? sent?.name ?? this.#name;
    if (failure.kind === "interrupted") this.#owner.context.recorder.countInterruptedRequest();
    else recordSample(this.#owner, { name: row, startMs: sent?.atMs ?? callMs, endMs: nowMs(), failure });
    return errorFor(failure, row);
  }

  #stop(end: WebSocketFailure, isQuiet: boolean): void {
    if (this.#end !== null) return;
    this.#end = end;
    this.#isEndQuiet = isQuiet;
    for (const reception of this.#receptions) this.#finish(reception, end);
  }

  #finish(reception: Reception<WebSocketMessage | null>, end: WebSocketFailure): void {
    if (!reception.mayEnd || !this.#isEndQuiet || this.#sent.length > 0) return reception.fail(end);
    this.#leave(reception);
    reception.resolve(null);
  }

  #leave(reception: Reception<WebSocketMessage | null>): void {
    this.#receptions.delete(reception);
    this.#owner.context.deadlines.remove(reception);
  }
}
