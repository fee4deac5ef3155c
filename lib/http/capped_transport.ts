/**
 * Holds requests back, so that no more are sent per second than the run allows.
 *
 * @module
 */

import { MAX_TIMER_MS, nowMs, type Timer } from "../core/clock.ts";
import type { RateCap } from "../load/rate_cap.ts";
import type { Histogram } from "../stats/histogram.ts";
import { currentStep, type StepScope } from "./client/step_scope.ts";
import {
  type Exchange,
  type ExchangeListener,
  type Transport,
  TransportError,
  type Turn,
  type Turns,
  type WireRequest,
} from "./transport.ts";

/**
 * All requests of one worker that wait for their turn. They are sent in the order in which they came, each at an instant
 * of the cap. Instants that are missed, since the thread was busy, are replaced: sent together afterwards, they would
 * exceed the cap.
 */
export class CapQueue implements Turns {
  readonly #cap: RateCap;
  readonly #waits: Histogram;
  readonly #now: () => number;
  #waiting: Turn[] = [];
  /** Instants at which the turns that wait are sent, in order; as many. */
  #instants: number[] = [];
  #timer: Timer | undefined = undefined;

  /**
   * @param cap Decides when a request may be sent
   * @param waits Records how long each request was held back, in microseconds
   * @param now Clock in milliseconds, the cap's. @default nowMs
   */
  constructor(cap: RateCap, waits: Histogram, now: () => number = nowMs) {
    this.#cap = cap;
    this.#waits = waits;
    this.#now = now;
  }

  /** Sends a request at the next free instant, or at once if that has passed. */
  enter(turn: Turn): void {
    const now = this.#now();
    const instantMs = this.#cap.take(now);
    turn.askedMs = now;
    if (instantMs <= now && this.#waiting.length === 0) return this.#send(turn, now);
    this.#waiting.push(turn);
    this.#instants.push(instantMs);
    if (this.#timer === undefined) this.#arm(now);
  }

  /** Sends every request whose instant has come: timers are coarse, so one wake-up serves them all. */
  #release(): void {
    const now = this.#now();
    this.#replaceMissed(now);
    let due = 0;
    while (due < this.#instants.length && this.#instants[due]! <= now) due++;
    const released = this.#waiting.slice(0, due);
    this.#waiting = this.#waiting.slice(due);
    this.#instants = this.#instants.slice(due);
    this.#timer = undefined;
    if (this.#waiting.length > 0) this.#arm(now);
    for (const turn of released) this.#send(turn, now);
  }

  #replaceMissed(now: number): void {
    let missed = 0;
    while (missed < this.#instants.length && this.#cap.isMissed(this.#instants[missed]!, now)) missed++;
    if (missed === 0) return;
    this.#instants = this.#instants.slice(missed);
    for (; missed > 0; missed--) this.#instants.push(this.#cap.take(now));
  }

  #send(turn: Turn, now: number): void {
    if (turn.isOver) return;
    this.#waits.record((now - turn.askedMs) * 1000);
    turn.send();
  }

  #arm(now: number): void {
    this.#timer = setTimeout(
      () => this.#release(),
      Math.min(Math.max(0, this.#instants[0]! - now), MAX_TIMER_MS),
    );
  }
}

/** A request that waits for its instant and is then in flight. */
class CappedExchange implements Exchange, Turn {
  askedMs = 0;
  isOver = false;
  /** The step whose time excludes the wait; `null` if there is none. */
  step: StepScope | null = null;
  readonly #transport: Transport;
  readonly #request: WireRequest;
  readonly #listener: ExchangeListener;
  readonly #onSent: (exchange: CappedExchange) => void;
  #exchange: Exchange | null = null;

  constructor(
    transport: Transport,
    request: WireRequest,
    listener: ExchangeListener,
    onSent: (exchange: CappedExchange) => void,
  ) {
    this.#transport = transport;
    this.#request = request;
    this.#listener = listener;
    this.#onSent = onSent;
  }

  send(): void {
    this.#onSent(this);
    this.#exchange = this.#transport.send(this.#request, this.#listener);
  }

  hold(isHeld: boolean): void {
    this.#exchange?.hold(isHeld);
  }

  abort(reason: TransportError): void {
    if (this.#exchange !== null) return this.#exchange.abort(reason);
    if (this.isOver) return;
    this.isOver = true;
    this.#onSent(this);
    queueMicrotask(() => this.#listener.onError(reason, 0));
  }
}

/** A transport that keeps to a cap shared by all users of all workers; no measured time includes the wait. */
export class CappedTransport implements Transport {
  readonly turns: CapQueue;
  readonly #inner: Transport;
  readonly #waiting = new Set<CappedExchange>();

  /**
   * @param inner Sends the requests
   * @param queue The worker's queue
   */
  constructor(inner: Transport, queue: CapQueue) {
    this.#inner = inner;
    this.turns = queue;
  }

  send(request: WireRequest, listener: ExchangeListener): Exchange {
    const exchange = new CappedExchange(this.#inner, request, listener, (one) => {
      this.#waiting.delete(one);
      one.step?.endHold();
    });
    this.#waiting.add(exchange);
    this.turns.enter(exchange);
    if (this.#waiting.has(exchange)) {
      exchange.step = currentStep();
      exchange.step?.beginHold();
    }
    return exchange;
  }

  close(): void {
    for (const exchange of this.#waiting) {
      exchange.abort(new TransportError("interrupted", "interrupted by the end of the run"));
    }
    this.#inner.close();
  }
}
