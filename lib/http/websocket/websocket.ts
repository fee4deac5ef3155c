/**
 * One WebSocket connection of a user.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { nowMs } from "../../core/clock.ts";
import { type ClientContext, limitMs } from "../client/client_context.ts";
import { Judge } from "../client/judge.ts";
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

/** What a connection needs of the client that opened it. */
export interface WebSocketOwner {
  readonly context: ClientContext;
  /** Ends the judging of the last response: what is thrown from here on is not its fault. */
  endJudging(): void;
  /** How late the user's iteration began; its first sample takes it. */
  readonly lateness: Lateness;
}

/** A named message on its way, until the next message arrives. */
interface Sent {
  readonly name: string;
  readonly atMs: number;
}

/** A message nobody has asked for yet, with the named message it came after. */
interface Arrived {
  readonly message: WebSocketMessage;
  readonly atMs: number;
  readonly sent: Sent | undefined;
}

/**
 * A WebSocket of one user, opened with `client.ws(url)`.
 *
 * Only what is named is measured: `send(data, { name })` begins a sample that ends when the next message arrives, and is
 * recorded once that message is received. Named messages may overlap; answers are taken to come in the order of the
 * questions. Messages wait in memory until they are received. An error thrown after a message was received is counted
 * as an error of its own and fails no sample.
 */
export class LocustWebSocket implements AsyncIterable<WebSocketMessage>, AsyncDisposable {
  /** The URL connected to, `ws:` or `wss:`. */
  readonly url: string;
  /** The subprotocol the server chose; empty without one. */
  readonly protocol: string;
  /** Fulfilled when the connection is closed, by whomever; never rejected. */
  readonly closed: Promise<WebSocketClosure>;
  readonly #socket: WebSocket;
  readonly #owner: WebSocketOwner;
  readonly #name: string;
  readonly #timeoutMs: number;
  readonly #sent: Sent[] = [];
  readonly #arrived: Arrived[] = [];
  readonly #receptions = new Set<Reception<WebSocketMessage | null>>();
  /** Why nothing more is sent or received, once that is so. */
  #end: WebSocketFailure | null = null;
  #isEndQuiet = false;
  #isClosed = false;

  /**
   * Made by `client.ws()` only.
   *
   * @param socket An open socket nobody else listens to
   * @param name Name of the connection's row
   * @param timeoutMs Longest wait for a message, in milliseconds
   * @param quietCodes Codes of a close frame that are no failure
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
   * @param data Text, or bytes for a binary message
   * @param options.name Begins a sample of this name, which the next message ends
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
   * @param options.name Row in place of the one the send named
   * @param options.timeout Longest wait; 0 means no limit
   * @returns The message: text, or bytes where it is binary
   * @throws {RequestError} if none came in time (`timeout`), or the connection closed first; counted as a failed sample,
   * in the connection's row where nothing was named
   * @throws {RangeError} if the timeout cannot be parsed
   */
  async receive(options: WebSocketReceiveOptions = {}): Promise<WebSocketMessage> {
    return (await this.#next(options, false))!;
  }

  /**
   * Receives message after message, each as {@linkcode LocustWebSocket.receive} does. Ends when the connection is closed
   * without an error and no named message waits for an answer; leaving the loop early closes nothing.
   *
   * @throws {RequestError} as `receive` does
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<WebSocketMessage, void, undefined> {
    for (let message = await this.#next({}, true); message !== null; message = await this.#next({}, true)) {
      yield message;
    }
  }

  /**
   * Closes the connection; pending receives fail. Does nothing once it is closed.
   *
   * @param code 1000, or 3000–4999
   * @param reason At most 123 bytes
   * @returns A promise fulfilled when the server has agreed, or has not done so within 5 seconds
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

  /** Resolves with `null` where a quiet end is no failure. */
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

  /** Counts a message that was received, where it or what it answers is named. */
  #record({ message, atMs, sent }: Arrived, name: string | undefined, receiveMs: number): void {
    const row = name ?? sent?.name;
    if (row === undefined) return;
    const startMs = sent?.atMs ?? receiveMs;
    const endMs = Math.max(atMs, startMs);
    const { context, lateness } = this.#owner;
    const [series, bytes] = [context.recorder.series("WS", row), Buffer.byteLength(message)];
    new Judge(context, series, startMs, endMs, endMs, bytes, null, null, lateness.take()).settle();
  }

  /** Counts a failed sample and returns its error; what the end of the run cut off is no failure. */
  #failure(failure: WebSocketFailure, name: string | undefined, sent: Sent | undefined, callMs: number): Error {
    const { context } = this.#owner;
    const row = name ?? sent?.name ?? this.#name;
    if (failure.kind === "interrupted") context.recorder.countInterruptedRequest();
    else {
      const now = nowMs();
      const series = context.recorder.series("WS", row);
      new Judge(context, series, sent?.atMs ?? callMs, now, now, 0, failure.message).settle();
    }
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
