/**
 * When a worker has been silent for too long.
 *
 * @module
 */

/** How often it is looked whether a worker has said anything, in milliseconds; a worker does so four times a second. */
export const CHECK_EVERY_MS = 500;
/** A worker that says nothing for so long is taken for dead, in milliseconds. */
export const MAX_SILENCE_MS = 10_000;

/**
 * The silence of one worker, counted in checks rather than by a clock: a program that was suspended, or had no core for
 * itself, hears nothing meanwhile, and has not listened either.
 */
export class Silence {
  /** Checks since the last word; `null` before the first, as a module may take its time to be fetched and compiled. */
  #checks: number | null = null;

  /** Notes that the worker has said something. */
  end(): void {
    this.#checks = 0;
  }

  /**
   * Notes that it is time to look, {@linkcode CHECK_EVERY_MS} after the last time or later.
   *
   * @returns Whether the worker has been silent for {@linkcode MAX_SILENCE_MS}
   */
  check(): boolean {
    if (this.#checks === null) return false;
    this.#checks++;
    return this.#checks * CHECK_EVERY_MS > MAX_SILENCE_MS;
  }
}
