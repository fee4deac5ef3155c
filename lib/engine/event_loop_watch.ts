/**
 * Keeps user code that never waits for anything from starving the worker's event loop.
 *
 * @module
 */

import { nowMs, type Timer } from "../core/clock.ts";

/** How often the event loop is seen to turn, in milliseconds. */
const TURN_MS = 10;
/** How long it may stand still before users give way, in milliseconds. */
const MAX_STILL_MS = 50;
/** Looking at the clock costs 0.1 µs: only one in this many iterations does. */
const LOOK_EVERY = 16;

/** Knows when this worker's event loop last turned. */
export class EventLoopWatch {
  readonly #timer: Timer;
  #lastTurnMs: number = nowMs();
  #calls = 0;
  #maxLagMs = 0;

  /** Starts watching; {@linkcode EventLoopWatch.close} ends it. */
  constructor() {
    this.#timer = setInterval(() => this.#turn(), TURN_MS);
  }

  /** Returns the longest the event loop was late since the last call, in milliseconds. */
  takeMaxLagMs(): number {
    const lag = this.#maxLagMs;
    this.#maxLagMs = 0;
    return lag;
  }

  /**
   * Returns whether the caller should give way with {@linkcode nextTurn}: promises alone have kept the worker busy for
   * so long that timers and messages wait.
   */
  shouldGiveWay(): boolean {
    return ++this.#calls % LOOK_EVERY === 0 && nowMs() - this.#lastTurnMs > MAX_STILL_MS;
  }

  #turn(): void {
    const now = nowMs();
    this.#maxLagMs = Math.max(this.#maxLagMs, now - this.#lastTurnMs - TURN_MS);
    this.#lastTurnMs = now;
  }

  /** Stops watching. */
  close(): void {
    clearInterval(this.#timer);
  }
}

/** Lets timers, messages and I/O have a turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
