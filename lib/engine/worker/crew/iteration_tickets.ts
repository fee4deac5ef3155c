/**
 * An exact limit on iterations over all workers.
 *
 * @module
 */

/** Grants the right to start an iteration, over any number of workers, exactly as often as the limit allows. */
export class IterationTickets {
  readonly #counter: Int32Array | null;
  #limit: number;
  #isExhausted = false;

  /**
   * @param buffer The counter shared by all workers, at least 4 bytes
   * @param limit Iterations in total, at most 2^31 − 1 less the number of users; `null` for no limit
   */
  constructor(buffer: SharedArrayBuffer, limit: number | null) {
    this.#counter = limit === null ? null : new Int32Array(buffer);
    this.#limit = limit ?? Infinity;
  }

  /** Changes the limit; to be called before the first ticket is taken. Without a limit, there is still none. */
  limitTo(limit: number): void {
    this.#limit = limit;
  }

  /** Whether the last ticket has been taken, on any worker. */
  get areAllOut(): boolean {
    return this.#counter !== null && Atomics.load(this.#counter, 0) >= this.#limit;
  }

  /** Takes a ticket; returns false when there is none left, on any worker. */
  take(): boolean {
    if (this.#counter === null) return true;
    if (this.#isExhausted || Atomics.add(this.#counter, 0, 1) >= this.#limit) this.#isExhausted = true;
    return !this.#isExhausted;
  }
}
