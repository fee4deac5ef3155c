/**
 * An exact limit on iterations over all workers.
 *
 * @module
 */

/** Grants the right to start an iteration, over any number of workers, exactly as often as the limit allows. */
export class IterationTickets {
  readonly #counter: Int32Array | null;
  #limit: number;
  /** Whether the limit will not be raised. */
  #isFinal = true;
  #isExhausted = false;
  /**
   * When a user on this worker was last found without a ticket while there might have been more later, on `nowMs`' clock:
   * the end of the last iteration here, rather than the time at which the limit was made final. 0 before, `null` if the
   * limit was final all along.
   */
  heldAtMs: number | null = null;

  /**
   * @param buffer The counter shared by all workers, at least 4 bytes
   * @param limit Iterations in total, at most 2^31 − 1 less the number of users; `null` for no limit
   */
  constructor(buffer: SharedArrayBuffer, limit: number | null) {
    this.#counter = limit === null ? null : new Int32Array(buffer);
    this.#limit = limit ?? Infinity;
  }

  /**
   * Changes the limit. Without a limit, there is still none.
   *
   * @param limit Iterations in total, no fewer than before once a ticket has been taken
   * @param isFinal Whether it will not be raised
   */
  limitTo(limit: number, isFinal: boolean): void {
    this.#limit = limit;
    this.#isFinal = isFinal;
    this.#isExhausted = false;
    if (!isFinal) this.heldAtMs ??= 0;
  }

  /** Whether the last ticket has been taken, on any worker, and there will be no more. */
  get areAllOut(): boolean {
    return this.#isFinal && this.#isSpent;
  }

  /** Whether no ticket is left, on any worker, but there may be more later. */
  get isHeld(): boolean {
    return !this.#isFinal && this.#isSpent;
  }

  get #isSpent(): boolean {
    return this.#counter !== null && Atomics.load(this.#counter, 0) >= this.#limit;
  }

  /** Takes a ticket; returns false when there is none left, on any worker. */
  take(): boolean {
    if (this.#counter === null) return true;
    if (this.#isExhausted) return false;
    if (Atomics.add(this.#counter, 0, 1) < this.#limit) return true;
    Atomics.sub(this.#counter, 0, 1);
    this.#isExhausted = true;
    return false;
  }
}
