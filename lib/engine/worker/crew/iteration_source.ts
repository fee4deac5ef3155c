/**
 * Sources of iterations.
 *
 * @module
 */

import { nowMs } from "../../../core/clock.ts";
import type { Lateness } from "../../../stats/lateness.ts";
import type { IterationTickets } from "./iteration_tickets.ts";

/** Decides when a user may begin its next iteration. */
export interface IterationSource {
  /**
   * Waits until an iteration may begin.
   *
   * @param lateness Receives how much later than scheduled it begins
   * @param user Asked, after a pause, whether it is still to go on: else it would use up an iteration of the run's limit
   * @returns `true` to begin, at once or later; `false` when there will be none for this user any more
   */
  next(lateness: Lateness, user: { readonly isRunning: boolean }): boolean | Promise<boolean>;
}

/** A gate at which users wait while the load is paused. */
export class Gate {
  #opened: PromiseWithResolvers<void> | null = null;
  #knocked: PromiseWithResolvers<void> | null = null;

  /** Whether users have to wait. */
  get isClosed(): boolean {
    return this.#opened !== null;
  }

  /** Has users wait from now on. */
  close(): void {
    this.#opened ??= Promise.withResolvers<void>();
  }

  /** Lets them go on. */
  open(): void {
    this.#opened?.resolve();
    this.#opened = null;
    this.#knocked?.resolve();
    this.#knocked = null;
  }

  /** Makes waiting users check whether they still have to wait. */
  knock(): void {
    const isClosed = this.isClosed;
    this.open();
    if (isClosed) this.close();
  }

  /** Waits for the next knock, or until it is opened. */
  knocked(): Promise<void> {
    return (this.#knocked ??= Promise.withResolvers<void>()).promise;
  }

  /** Waits until it is open or the user is to end. */
  async passed(user: { readonly isRunning: boolean }): Promise<void> {
    while (this.#opened !== null && user.isRunning) await this.#opened.promise;
  }
}

/** The closed model: a user begins its next iteration as soon as it is ready for it. */
export class ReadySource implements IterationSource {
  readonly #tickets: IterationTickets;
  readonly #gate: Gate;

  /**
   * @param tickets The run's limit on iterations
   * @param gate Closed while the load is paused
   */
  constructor(tickets: IterationTickets, gate: Gate) {
    this.#tickets = tickets;
    this.#gate = gate;
  }

  /** On the hot path: no promise unless the load is paused. */
  next(_lateness: Lateness, user: { readonly isRunning: boolean }): boolean | Promise<boolean> {
    if (this.#gate.isClosed) return this.#takeLater(user);
    return this.#tickets.take() || this.#tickets.isHeld && this.#takeLater(user);
  }

  /** Waits for the end of a pause, and for a raised limit. */
  async #takeLater(user: { readonly isRunning: boolean }): Promise<boolean> {
    for (;;) {
      await this.#gate.passed(user);
      if (!user.isRunning) return false;
      if (this.#tickets.take()) return true;
      if (!this.#tickets.isHeld) return false;
      this.#tickets.heldAtMs = nowMs();
      await this.#gate.knocked();
    }
  }
}
