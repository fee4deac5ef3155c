/**
 * Keeps user code that never waits for anything from starving the worker's event loop.
 *
 * @module
 */

import { nowMs, threadCpuMs, type Timer } from "../../../core/clock.ts";
import type { LoopUse } from "../../messages.ts";
import { threadWaitMs } from "./thread_load.ts";

/** How often the event loop is seen to turn, in milliseconds. */
const TURN_MS = 10;
/** Least lag whose cause is examined, in milliseconds: at full speed the engine itself causes up to 20. */
const NOTABLE_LAG_MS = 30;
/** Least time off core for which the wait for a core is read, which costs 8 µs. */
const NOTABLE_OFF_MS = 1;
/** How long it may stand still before users give way, in milliseconds. */
const MAX_STILL_MS = 50;
/** Reading the clock costs 0.1 µs: only one in this many iterations does. */
const LOOK_EVERY = 16;

/** Knows when this worker's event loop last turned. */
export class EventLoopWatch {
  readonly #timer: Timer;
  #lastTurnMs: number = nowMs();
  #calls = 0;
  #lastCpuMs: number | null = threadCpuMs();
  #lastWaitMs: number = threadWaitMs() ?? 0;
  #maxLagMs = 0;
  /** How long it had nothing to do in the last turn that was not late. */
  #idleMs = TURN_MS;
  #stoppedMs = 0;
  #takenAtMs: number = nowMs();

  /** Starts watching; {@linkcode EventLoopWatch.close} ends it. */
  constructor() {
    this.#timer = setInterval(() => this.#turn(), TURN_MS);
  }

  /** Returns how it turned since the last call. */
  take(): LoopUse {
    const now = nowMs();
    const stoppedShare = now > this.#takenAtMs ? this.#stoppedMs / (now - this.#takenAtMs) : 0;
    const use = { lagMs: this.#maxLagMs, stoppedShare };
    this.#maxLagMs = this.#stoppedMs = 0;
    this.#takenAtMs = now;
    return use;
  }

  /**
   * Returns whether the caller should give way with {@linkcode nextTurn}: promises alone have kept the worker busy for
   * so long that timers and messages wait.
   */
  shouldGiveWay(): boolean {
    return ++this.#calls % LOOK_EVERY === 0 && nowMs() - this.#lastTurnMs > MAX_STILL_MS;
  }

  #turn(): void {
    const [now, cpu] = [nowMs(), threadCpuMs()];
    const lagMs = now - this.#lastTurnMs - TURN_MS;
    this.#maxLagMs = Math.max(this.#maxLagMs, lagMs);
    if (cpu !== null && this.#lastCpuMs !== null) {
      const offMs = now - this.#lastTurnMs - (cpu - this.#lastCpuMs);
      const awayMs = offMs < NOTABLE_OFF_MS ? 0 : Math.max(0, offMs - this.#takeWaitMs());
      if (lagMs > NOTABLE_LAG_MS) this.#stoppedMs += Math.max(0, awayMs - this.#idleMs);
      else this.#idleMs = Math.min(awayMs, TURN_MS);
    }
    this.#lastTurnMs = now;
    this.#lastCpuMs = cpu;
  }

  /** Returns how long the thread has waited for a core since the last call. */
  #takeWaitMs(): number {
    const before = this.#lastWaitMs;
    this.#lastWaitMs = threadWaitMs() ?? before;
    return this.#lastWaitMs - before;
  }

  /** Stops watching. */
  close(): void {
    clearInterval(this.#timer);
  }
}

/** Gives timers, messages and I/O a turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
