/**
 * How many users are wanted, from the start of the load on.
 *
 * @module
 */

import { desiredUsers, maxTarget, type Stage, stagesFor, totalMs } from "../load/stages.ts";
import type { RunOptions } from "./options.ts";

/** A plan as workers get it: every worker takes its own share of it. */
export interface PlanMessage {
  readonly type: "plan";
  /** When the stages begin, on `nowMs`' clock. */
  readonly startMs: number;
  /** Users wanted over time, for all workers together. */
  readonly stages: readonly Stage[];
}

/** The plan of a run: fixed from its options, or changed while it runs. */
export class LoadPlan {
  #stages: readonly Stage[];
  #startMs = 0;
  #mostUsers: number;

  /**
   * Makes the plan that the options ask for.
   *
   * @param options The run's options
   * @param isControlled Whether code asks for users while the run goes on, so that there are none at first
   */
  constructor(options: RunOptions, isControlled: boolean) {
    this.#stages = isControlled
      ? [{ durationMs: options.durationMs ?? Infinity, target: 0 }]
      : options.stages ?? stagesFor(options);
    this.#mostUsers = maxTarget(this.#stages);
  }

  /** Length of the plan in milliseconds; `Infinity` when it has no end. */
  get plannedMs(): number {
    return totalMs(this.#stages);
  }

  /** Most users asked for so far. */
  get mostUsers(): number {
    return this.#mostUsers;
  }

  /** The plan for the workers. */
  get message(): PlanMessage {
    return { type: "plan", startMs: this.#startMs, stages: this.#stages };
  }

  /** Sets the instant at which the stages begin. */
  startAt(startMs: number): void {
    this.#startMs = startMs;
  }

  /** Returns how many users are wanted at an instant; 0 after the end. */
  desired(atMs: number): number {
    return desiredUsers(this.#stages, Math.max(0, atMs - this.#startMs)) ?? 0;
  }

  /**
   * Changes the number of users from an instant on.
   *
   * @param users Users to reach
   * @param ratePerSecond Users started or ended per second on the way; `null` for all at once
   * @param atMs The instant
   * @returns How long it takes to reach them, in milliseconds
   */
  change(users: number, ratePerSecond: number | null, atMs: number): number {
    const present = this.desired(atMs);
    const rampMs = ratePerSecond === null ? 0 : Math.abs(users - present) / ratePerSecond * 1000;
    this.#stages = [
      { durationMs: 0, target: present },
      { durationMs: rampMs, target: users },
      { durationMs: Infinity, target: users },
    ];
    this.#startMs = atMs;
    this.#mostUsers = Math.max(this.#mostUsers, users);
    return rampMs;
  }
}
