/**
 * How late an iteration started.
 *
 * @module
 */

/**
 * The delay of one user's iteration against its schedule. In the open model, the first sample of an iteration counts
 * from the instant the iteration was scheduled for, so that a stall shows in the response times of all iterations that
 * were due during it (ignoring it is known as coordinated omission, a term of Gil Tene's). Later samples of the
 * iteration count from their own start.
 */
export class Lateness {
  /** Delay in milliseconds, 0 or more, until the first sample takes it. */
  ms = 0;

  /** Returns the delay on the first call, then 0. */
  take(): number {
    const { ms } = this;
    this.ms = 0;
    return ms;
  }
}
