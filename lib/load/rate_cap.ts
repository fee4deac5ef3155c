/**
 * A cap on a rate that all workers keep together.
 *
 * @module
 */

/** How far in the past the next free instant may lie: timers are a few milliseconds late, which is made up for. */
const CATCH_UP_MS = 10;
/** Time after the start in which all lateness is made up for: a worker's first requests are late by its start. */
const START_MS = 100;
/** Bytes of the memory that workers share. */
const CLOCK_BYTES = 8;

/** Returns the memory of one cap. */
export function createCapClock(): SharedArrayBuffer {
  return new SharedArrayBuffer(CLOCK_BYTES);
}

/**
 * Grants instants that are `1 / rate` apart, each once, over all workers: the generic cell rate algorithm (ITU-T
 * I.371) with one number in shared memory, the next free instant. What was not used does not add up, but for
 * {@linkcode CATCH_UP_MS}: over any second there are at most `rate · 1.01 + 1`, and since the start never more than
 * the rate allows.
 */
export class RateCap {
  readonly #clock: BigInt64Array;
  readonly #startMs: number;
  #periodNs: number;

  /**
   * @param clock Of {@linkcode createCapClock}
   * @param startMs When it begins, the same for all workers
   * @param perSecond Instants per second, more than 0
   */
  constructor(clock: SharedArrayBuffer, startMs: number, perSecond: number) {
    this.#clock = new BigInt64Array(clock);
    this.#startMs = startMs;
    this.#periodNs = 1e9 / perSecond;
  }

  /** Changes the rate from the next instant on; more than 0. To be called on every worker. */
  setRate(perSecond: number): void {
    this.#periodNs = 1e9 / perSecond;
  }

  /** Takes the next free instant; returns it, at most a few milliseconds before now. Costs about 0.3 µs. */
  take(nowMs: number): number {
    const elapsedMs = nowMs - this.#startMs;
    const nowNs = elapsedMs < START_MS ? 0 : (elapsedMs - CATCH_UP_MS) * 1e6;
    for (;;) {
      const seen = Atomics.load(this.#clock, 0);
      const takenNs = Math.max(Number(seen), nowNs);
      const free = BigInt(Math.round(takenNs + this.#periodNs));
      if (Atomics.compareExchange(this.#clock, 0, seen, free) === seen) return this.#startMs + takenNs / 1e6;
    }
  }
}
