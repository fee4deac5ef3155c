/**
 * Pending waits on a WebSocket: for a turn, a message or the close. The end of the run interrupts each of them.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import { formatDuration } from "../../core/units.ts";
import { Deadlined, type Deadlines } from "../deadlines.ts";
import { TransportError, type Turn } from "../transport.ts";
import { failureOf, type WebSocketFailure } from "./websocket_failure.ts";

/** How long a close waits for the server's own close frame, in milliseconds. */
const CLOSE_LIMIT_MS = 5000;

/** Returns the error for a time limit that has passed. */
export function timeoutError(limitMs: number): TransportError {
  return new TransportError("timeout", `timeout after ${formatDuration(limitMs)}`);
}

/** A pending receive. */
export class Reception<T> extends Deadlined {
  readonly promise: Promise<T>;
  readonly resolve: (message: T) => void;
  readonly reject: (error: Error) => void;
  readonly name: string | undefined;
  readonly mayEnd: boolean;
  readonly startMs: number;
  /** Ends the wait as a failure. */
  readonly fail: (failure: WebSocketFailure) => void;
  readonly #limitMs: number;

  /**
   * @param name Row for the sample, if the receive names one
   * @param mayEnd Whether a normal end of the connection ends the wait without an error
   * @param startMs When the wait started, on {@linkcode nowMs}' clock
   * @param limitMs Longest wait
   * @param fail Ends the wait as a failure
   */
  constructor(
    name: string | undefined,
    mayEnd: boolean,
    startMs: number,
    limitMs: number,
    fail: (failure: WebSocketFailure) => void,
  ) {
    super();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.promise = promise;
    this.resolve = resolve;
    this.reject = reject;
    this.name = name;
    this.mayEnd = mayEnd;
    this.startMs = startMs;
    this.#limitMs = limitMs;
    this.fail = fail;
  }

  override onDeadline(): void {
    this.abort(timeoutError(this.#limitMs));
  }

  /** Ends the wait early; also called at the end of a run. */
  abort(reason: TransportError): void {
    this.fail(failureOf(reason));
  }
}

/** A connection that waits for its turn under the cap on requests; its timeout does not run yet. */
export class Admission extends Deadlined implements Turn {
  askedMs = 0;
  isOver = false;
  /** Resolves with `null` at its turn, or with the reason why that never comes. */
  readonly promise: Promise<TransportError | null>;
  readonly #resolve: (reason: TransportError | null) => void;

  constructor() {
    super();
    const { promise, resolve } = Promise.withResolvers<TransportError | null>();
    this.promise = promise;
    this.#resolve = resolve;
  }

  send(): void {
    this.#resolve(null);
  }

  override onDeadline(): void {
    this.abort(timeoutError(this.limitMs));
  }

  /** Gives up the turn; also called at the end of a run. */
  abort(reason: TransportError): void {
    this.isOver = true;
    this.#resolve(reason);
  }
}

/** A pending close: waits up to 5 s for the server to confirm. */
export class Farewell extends Deadlined {
  readonly promise: Promise<void>;
  readonly #resolve: () => void;

  /** Starts the wait. */
  constructor(deadlines: Deadlines) {
    super();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.promise = promise;
    this.#resolve = resolve;
    deadlines.add(this, nowMs(), CLOSE_LIMIT_MS);
  }

  override onDeadline(): void {
    this.#resolve();
  }

  /** Ends the wait early; called at the end of a run. */
  abort(): void {
    this.#resolve();
  }
}
