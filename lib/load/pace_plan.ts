/**
 * One user's iterations at even distances.
 *
 * @module
 */

/** Fractional part of the golden ratio: multiples of it fall evenly between those before, however many there are. */
const GOLDEN_RATIO = 0.6180339887498949;

/**
 * Returns where in its period a user begins, 0–1, so that users who start together do not stay in lock-step: for any
 * number of users from 0 on, their phases are spread almost evenly (a Kronecker sequence).
 */
export function phaseOf(user: number): number {
  return (user * GOLDEN_RATIO) % 1;
}

/**
 * An absolute plan: iteration k is due at `begin + k · period`, regardless of how long earlier ones took, so that the mean
 * distance is exact. An iteration that takes longer than its period makes the next one late, which is made up for; a
 * user more than a whole period behind skips what it has missed and goes on with the plan.
 */
export class PacePlan {
  readonly #everyMs: number;
  readonly #phase: number;
  #beginMs = 0;
  #count = 0;

  /**
   * @param everyMs Period in milliseconds, more than 0
   * @param phase Which part of a period the first iteration waits, 0–1
   */
  constructor(everyMs: number, phase: number) {
    this.#everyMs = everyMs;
    this.#phase = phase;
  }

  /** Begins the plan now; returns when the first iteration is due. */
  begin(nowMs: number): number {
    this.#count = 0;
    return this.#beginMs = nowMs + this.#phase * this.#everyMs;
  }

  /** Returns when the next iteration is due; now at the latest if the user is behind. */
  next(nowMs: number): number {
    this.#count++;
    const behind = Math.floor((nowMs - this.#beginMs) / this.#everyMs);
    if (behind > this.#count) this.#count = behind;
    return this.#beginMs + this.#count * this.#everyMs;
  }
}
