/** Turns that a thread got: what was late because the machine had no time for it is told from what was late by itself. */

/** How often a thread that is not held up gets its turn, in milliseconds. */
const TURN_MS = 5;

/**
 * Source for a locustfile: `turns` has the instants at which this worker got a turn, one every 5 ms where nothing holds
 * it up, and `instant()` is the present one.
 */
export const TURNS = `
  const instant = () => performance.timeOrigin + performance.now();
  const turns = [];
  setInterval(() => turns.push(instant()), ${TURN_MS});`;

/**
 * Returns how many turns of 5 ms a thread got while something was due and had not begun yet.
 *
 * @param turns When it got them
 * @param dueMs When it should have begun
 * @param begunMs When it did
 */
export function turnsMissed(turns: readonly number[], dueMs: number, begunMs: number): number {
  return turns.filter((ms) => ms > dueMs && ms < begunMs).length;
}

/** How late a turn may be before the thread counts as stalled, in milliseconds. */
const STALL_MS = 10;

/** Adds up how long this thread got no turn, where that was for longer than timers are late by. */
export class StallMeter implements Disposable {
  /** All of it so far, in milliseconds; a test may set it to 0. */
  stalledMs = 0;
  #lastMs = performance.now();
  readonly #timer = setInterval(() => {
    const now = performance.now();
    const lateMs = now - this.#lastMs - TURN_MS;
    if (lateMs > STALL_MS) this.stalledMs += lateMs;
    this.#lastMs = now;
  }, TURN_MS);

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
