/**
 * How long a run was paused.
 *
 * @module
 */

/** Adds up pauses. */
export class PauseClock {
  #sinceMs: number | null = null;
  #doneMs = 0;

  /** Whether there is a pause now. */
  get isPaused(): boolean {
    return this.#sinceMs !== null;
  }

  /** All pauses that have ended, in milliseconds. */
  get totalMs(): number {
    return this.#doneMs;
  }

  /** Begins or ends a pause; does nothing if the state is unchanged. */
  set(isPaused: boolean, atMs: number): void {
    if (isPaused === this.isPaused) return;
    if (this.#sinceMs !== null) this.#doneMs += atMs - this.#sinceMs;
    this.#sinceMs = isPaused ? atMs : null;
  }
}
