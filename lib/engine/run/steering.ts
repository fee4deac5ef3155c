/**
 * Changing the users of a run while its load goes on, by key or by code.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import type { LoadPlan } from "./plan/load_plan.ts";
import type { RunLog } from "./run_log.ts";
import { cappedText } from "./plan/scenarios.ts";
import type { Fleet } from "./fleet/fleet.ts";

/** Changes the plan of the first scenario, and has the workers follow it. */
export class Steering {
  readonly #plan: LoadPlan;
  readonly #pool: Fleet;
  readonly #log: RunLog;

  /** Makes the steering of a load that has begun. */
  constructor(plan: LoadPlan, pool: Fleet, log: RunLog) {
    this.#plan = plan;
    this.#pool = pool;
    this.#log = log;
  }

  /** Adds or removes users. */
  addUsers(users: number): void {
    this.#plan.addUsers(users, nowMs());
    this.#pool.follow(this.#plan.first);
    this.#log.write("debug", `Users wanted: ${this.#plan.desired(nowMs())}`);
  }

  /**
   * Sets how many users run; logs a warning if the classes take fewer.
   *
   * @param count Users to reach
   * @param ratePerSecond Users started or ended per second on the way; `null` for all at once
   * @returns How long it takes, in milliseconds
   */
  setUsers(count: number, ratePerSecond: number | null): number {
    const { capacity } = this.#plan;
    if (count > capacity) this.#log.write("warning", cappedText(count, capacity));
    const rampMs = this.#plan.change(count, ratePerSecond, nowMs());
    this.#pool.follow(this.#plan.first);
    return rampMs;
  }

  /**
   * Sets how many users run from now on; in the open model, how many may run at once.
   *
   * @param count Users, 1 or more; no more than the classes take
   */
  reachUsers(count: number): void {
    const nowAtMs = nowMs();
    if (this.#plan.first.shape.model === "closed") return void this.setUsers(count, null);
    this.addUsers(count - this.#plan.desired(nowAtMs));
  }

  /** Sets the arrival rate from now on; returns whether there is one. */
  setArrivalRate(perSecond: number): boolean {
    if (!this.#plan.changeArrivals(perSecond, nowMs())) return false;
    this.#pool.follow(this.#plan.first);
    this.#log.write("debug", `Arrival rate wanted: ${perSecond}/s`);
    return true;
  }
}
