/**
 * A cap on a rate that all workers keep together.
 *
 * @module
 */

/** How late an instant may be used, in milliseconds: timers are a few milliseconds late, which is made up for. */
const CATCH_UP_MS = 10;
/** Bytes of the memory that workers share. */
const CLOCK_BYTES = 8;

/** Returns the memory of one cap. */
export function createCapClock(): SharedArrayBuffer {
  return new SharedArrayBuffer(CLOCK_BYTES);
}

/**
 * Grants instants that are `1 / rate` apart, each once, over all workers: the generic cell rate algorithm (ITU-T
 * I.371) with one number in shared memory, the next free instant. An instant may be used up to {@linkcode CATCH_UP_MS}
 * late; what was not used by then does not add up, not even at the start. So any `t` milliseconds have at most
 * `rate · (t + 10 ms) + 1` requests: 0.5 % more than the rate in two seconds, and one.
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
    const earliestNs = Math.max(0, (nowMs - this.#startMs - CATCH_UP_MS) * 1e6);
    for (;;) {
      const seen = Atomics.load(this.#clock, 0);
      const takenNs = Math.max(Number(seen), earliestNs);
      const free = BigInt(Math.round(takenNs + this.#periodNs));
      if (Atomics.compareExchange(this.#clock, 0, seen, free) === seen) return this.#startMs + takenNs / 1e6;
    }
  }

  /** Returns whether an instant is too long ago to be used: another one has to be taken in its place. */
  isMissed(instantMs: number, nowMs: number): boolean {
    return instantMs < nowMs - CATCH_UP_MS;
  }
}
