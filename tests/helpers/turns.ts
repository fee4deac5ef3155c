/** Turns of a thread's event loop: tells delays by a busy machine from delays by the code. */

/** Interval of the turns of an idle thread, in milliseconds. */
const TURN_MS = 5;

/**
 * Source for a locustfile: `turns` has the times of this worker's turns, every 5 ms when idle; `instant()` is the current
 * time.
 */
export const TURNS = `
  const instant = () => performance.timeOrigin + performance.now();
  const turns = [];
  setInterval(() => turns.push(instant()), ${TURN_MS});`;

/**
 * Returns the number of turns that a thread had while something was due but had not started.
 *
 * @param turns Times of the turns
 * @param dueMs When it was due
 * @param begunMs When it started
 */
export function turnsMissed(turns: readonly number[], dueMs: number, begunMs: number): number {
  return turns.filter((ms) => ms > dueMs && ms < begunMs).length;
}

/** Delay of a turn above which the thread counts as stalled, in milliseconds. */
const STALL_MS = 10;

/** Sums up the time that this thread was stalled. */
export class StallMeter implements Disposable {
  /** The total so far, in milliseconds; a test may reset it. */
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
