/**
 * A lock that threads share.
 *
 * @module
 */

/** Attempts before the thread sleeps: locks are held for microseconds, unless the holder loses its core. */
const TRIES = 100;

/** How often a thread in a long wait calls `onWait`, in milliseconds. */
const LONG_WAIT_MS = 1000;

const FREE = 0;
const HELD = 1;
/** Held, and other threads may be waiting. */
const AWAITED = 2;

/** A lock stored in one 32-bit number of shared memory; 0 means free. */
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

  /** Runs work while holding the lock. Not reentrant: the work must not call it. */
  hold<T>(work: () => T): T {
    this.#take();
    try {
      return work();
    } finally {
      if (Atomics.exchange(this.#numbers, this.#at, FREE) === AWAITED) Atomics.notify(this.#numbers, this.#at, 1);
    }
  }

  /**
   * Runs work that may take seconds, such as reading a file, while holding the lock.
   *
   * @param onWait Called repeatedly while another thread holds the lock
   * @param everyMs Interval of these calls
   */
  holdLong<T>(work: () => T, onWait: () => void, everyMs = LONG_WAIT_MS): T {
    while (Atomics.exchange(this.#numbers, this.#at, AWAITED) !== FREE) {
      if (Atomics.wait(this.#numbers, this.#at, AWAITED, everyMs) === "timed-out") onWait();
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
    // After a sleep it is taken as awaited, as other threads may still sleep: at worst one notification is wasted.
    while (Atomics.exchange(this.#numbers, this.#at, AWAITED) !== FREE) Atomics.wait(this.#numbers, this.#at, AWAITED);
  }
}
