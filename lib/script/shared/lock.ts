/**
 * A lock that threads share.
 *
 * @module
 */

/** How often a taken lock is tried before the thread sleeps; it is held for microseconds, unless its holder lost its core. */
const TRIES = 100;

/** Longest sleep in a long wait, in milliseconds; then the thread shows that it is alive. */
const LONG_WAIT_MS = 1000;

const FREE = 0;
const HELD = 1;
/** Held, and somebody may be asleep until it is free. */
const AWAITED = 2;

/** A lock of one 32-bit number in shared memory, which is 0 when it is free. */
export class SharedLock {
  readonly #numbers: Int32Array;
  readonly #at: number;

  /**
   * @param numbers A view of shared memory
   * @param at Index of the lock's number in it
   */
  constructor(numbers: Int32Array, at: number) {
    this.#numbers = numbers;
    this.#at = at;
  }

  /** Does what must not be done by two threads at once; never call it from inside of the work. */
  hold<T>(work: () => T): T {
    this.#take();
    try {
      return work();
    } finally {
      if (Atomics.exchange(this.#numbers, this.#at, FREE) === AWAITED) Atomics.notify(this.#numbers, this.#at, 1);
    }
  }

  /**
   * Does what takes longer than a moment, such as reading a file.
   *
   * @param onWait Called about every second while another thread holds the lock
   */
  holdLong<T>(work: () => T, onWait: () => void): T {
    while (Atomics.exchange(this.#numbers, this.#at, AWAITED) !== FREE) {
      if (Atomics.wait(this.#numbers, this.#at, AWAITED, LONG_WAIT_MS) === "timed-out") onWait();
    }
    try {
      return work();
    } finally {
      Atomics.store(this.#numbers, this.#at, FREE);
      Atomics.notify(this.#numbers, this.#at, 1);
    }
  }

  #take(): void {
    for (let tries = 0; tries < TRIES; tries++) {
      if (Atomics.compareExchange(this.#numbers, this.#at, FREE, HELD) === FREE) return;
    }
    // Whoever has slept takes it as awaited, since others may still sleep: at worst one notification in vain.
    while (Atomics.exchange(this.#numbers, this.#at, AWAITED) !== FREE) Atomics.wait(this.#numbers, this.#at, AWAITED);
  }
}
