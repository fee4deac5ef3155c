/**
 * A request in flight on a socket.
 *
 * @module
 */

import type { Exchange, ExchangeListener, TransportError } from "../../transport.ts";
import type { RequestPlan } from "./request_plan.ts";

/** The connection that serves an exchange. */
export interface ExchangeServer {
  /** Bytes received for the exchange so far. */
  readonly bytesReceived: number;
  /** Closes the connection without notifying the exchange. */
  close(): void;
  /** Stops or continues reading. */
  hold(isHeld: boolean): void;
}

/** One exchange; it outlives its connection if that has to be replaced. */
export class SocketExchange implements Exchange {
  #listener: ExchangeListener | null;
  #isStarted = false;
  #isSent = false;
  /** What is sent. */
  readonly plan: RequestPlan;
  /** The connection that serves it; `null` before and after. */
  server: ExchangeServer | null = null;
  /** Whether the listener has been notified of the end, or is about to be. */
  isOver = false;
  /** Whether it is sent a second time; the server may have seen it before. */
  isRepeated = false;

  constructor(plan: RequestPlan, listener: ExchangeListener) {
    this.plan = plan;
    this.#listener = listener;
  }

  /** Reports that the request is being written: the first time, and again if that is a repetition. */
  sent(): void {
    if (this.#isSent && !this.isRepeated) return;
    this.#isSent = true;
    this.listener.onSent();
  }

  /** Reports the start of the request; only the first call counts. */
  start(atMs: number): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.listener.onStart(atMs);
  }

  /** Receives the events; only until {@linkcode SocketExchange.end}. */
  get listener(): ExchangeListener {
    return this.#listener!;
  }

  /**
   * Ends it with a whole answer, and lets go of the listener: with 1,000 users, V8 otherwise keeps ended requests so long, in
   * some runs, that collecting them costs as much as a third of the program's own time.
   *
   * @returns The listener, which the caller passes the answer to
   */
  end(): ExchangeListener {
    const { listener } = this;
    this.isOver = true;
    this.server = null;
    this.#listener = null;
    return listener;
  }

  hold(isHeld: boolean): void {
    this.server?.hold(isHeld);
  }

  abort(reason: TransportError): void {
    if (this.isOver) return;
    this.isOver = true;
    const bytesReceived = this.server?.bytesReceived ?? 0;
    this.server?.close();
    queueMicrotask(() => this.listener.onError(reason, bytesReceived));
  }

  /** Ends it without a whole answer, of which `bytesReceived` bytes have come; does nothing if it is over. */
  fail(error: TransportError, bytesReceived: number): void {
    if (this.isOver) return;
    this.isOver = true;
    this.listener.onError(error, bytesReceived);
  }
}

/** Returns an exchange that fails before it starts; notifies the listener in a microtask. */
export function failedExchange(listener: ExchangeListener, error: TransportError): Exchange {
  queueMicrotask(() => listener.onError(error, 0));
  return { abort(): void {}, hold(): void {} };
}
