/**
 * How late an iteration began.
 *
 * @module
 */

/**
 * What one user's iteration owes its schedule. In the open model, the iteration's first sample counts from the instant
 * the iteration was scheduled for, so that a stall shows in the response times of all who should have come meanwhile
 * (what leaving it out hides is known as coordinated omission, after Gil Tene). Later samples of the iteration follow
 * from what the user did, so they count from their own start.
 */
export class Lateness {
  /** Milliseconds, 0 or more, until the first sample takes them. */
  ms = 0;

  /** Returns the lateness once, then 0. */
  take(): number {
    const { ms } = this;
    this.ms = 0;
    return ms;
  }
}
