/**
 * The load over time, from the options and the locustfile; it may change during the run.
 *
 * @module
 */

import type { ArrivalDeal } from "../../../load/arrival_deals.ts";
import { arrivalRate, expectedArrivals } from "../../../load/arrivals.ts";
import { cutShape, type LoadShape, mostUsers, shapeMs, stageAt } from "../../../load/shape.ts";
import { desiredUsers } from "../../../load/stages.ts";
import type { PlanMessage, ScenarioPlan } from "../../messages.ts";
import { endMs, mostUsersOf, type Scenario } from "./scenarios.ts";

/** How far ahead arrivals are dealt to another number of users, so that every worker knows in time, in milliseconds. */
const DEAL_LEAD_MS = 250;

/** The plan of a run. */
export class LoadPlan {
  readonly #scenarios: readonly Scenario[];
  readonly #plans: PlanMessage[];
  #mostUsers: number;

  /** @param scenarios What runs side by side */
  constructor(scenarios: readonly Scenario[]) {
    this.#scenarios = scenarios;
    this.#mostUsers = mostUsersOf(scenarios);
    this.#plans = scenarios.map(({ shape, capacity }, scenario) => ({
      type: "plan",
      scenario,
      startMs: 0,
      shape,
      extraUsers: 0,
      deal: shape.model === "open" ? { from: 0, users: Math.min(shape.mostUsers, capacity) } : null,
    }));
  }

  /** Length of the plan in milliseconds; `Infinity` for no end. */
  get plannedMs(): number {
    return endMs(this.#scenarios);
  }

  /** Most users asked for so far. */
  get mostUsers(): number {
    return this.#mostUsers;
  }

  /** Most users the first scenario takes, the one that may change. */
  get capacity(): number {
    return this.#scenarios[0]!.capacity;
  }

  /** The plan of the first scenario. */
  get first(): PlanMessage {
    return this.#plans[0]!;
  }

  /** Places of the classes that run among the script's. */
  get classes(): readonly number[] {
    return this.#scenarios.flatMap(({ classes }) => classes);
  }

  /** Whether iterations have a schedule, in any scenario. */
  get isOpen(): boolean {
    return this.#plans.some(({ shape }) => shape.model === "open");
  }

  /** Sets the instant at which the load begins; returns what workers are to run. */
  startAt(startMs: number): ScenarioPlan[] {
    return this.#scenarios.map(({ classes, startTimeMs, capacity }, index) => {
      const plan = this.#plans[index] = { ...this.#plans[index]!, startMs: startMs + startTimeMs };
      return { classes, capacity, plan };
    });
  }

  /** Returns how many users are wanted at an instant, in the open model at most; 0 after the end. */
  desired(atMs: number): number {
    return this.#plans.reduce((sum, plan) => sum + this.#usersOf(plan, atMs), 0);
  }

  /** Returns how many iterations per second are planned at an instant; `null` if none have a schedule. */
  askedRate(atMs: number): number | null {
    return this.#sumOpen((stages, startMs) => arrivalRate(stages, atMs - startMs));
  }

  /** Returns how many iterations were planned by an instant; `null` if none have a schedule. */
  askedArrivals(atMs: number): number | null {
    return this.#sumOpen((stages, startMs) => expectedArrivals(stages, atMs - startMs));
  }

  /** Returns which of several stages an instant is in; `null` for several scenarios or a single stage. */
  stage(atMs: number): { readonly number: number; readonly count: number } | null {
    const [only, ...others] = this.#plans;
    return only === undefined || others.length > 0 ? null : stageAt(only.shape, atMs - only.startMs);
  }

  /**
   * Changes the number of users of the first scenario from an instant on.
   *
   * @param count Users to reach; no more than its capacity are
   * @param ratePerSecond Users started or ended per second on the way; `null` for all at once
   * @param atMs The instant
   * @returns How long it takes to reach them, in milliseconds
   */
  change(count: number, ratePerSecond: number | null, atMs: number): number {
    const users = Math.min(count, this.capacity);
    const present = this.desired(atMs);
    const rampMs = ratePerSecond === null ? 0 : Math.abs(users - present) / ratePerSecond * 1000;
    const stages = [
      { durationMs: 0, target: present },
      { durationMs: rampMs, target: users },
      { durationMs: Infinity, target: users },
    ];
    this.#plans[0] = {
      ...this.#plans[0]!,
      startMs: atMs,
      shape: { model: "closed", stages },
      extraUsers: 0,
      deal: null,
    };
    this.#mostUsers = Math.max(this.#mostUsers, users);
    return rampMs;
  }

  /**
   * Adds users to the first scenario, or takes some away, for the rest of its load; in the open model, users that may
   * run at once.
   *
   * @param users How many to add, up to its capacity, or to remove if negative; one is always left
   * @param atMs The present
   */
  addUsers(users: number, atMs: number): void {
    const present = this.#usersOf(this.first, atMs);
    const extraUsers = this.first.extraUsers + Math.min(Math.max(users, 1 - present), this.capacity - present);
    this.#plans[0] = { ...this.first, extraUsers, deal: dealOf(this.first, extraUsers, this.capacity, atMs) };
    const [first, ...others] = this.#scenarios;
    const most = Math.min(mostUsers(this.first.shape) + extraUsers, first!.capacity);
    this.#mostUsers = Math.max(this.#mostUsers, most + mostUsersOf(others));
  }

  /**
   * Changes the arrival rate of the first scenario for the rest of its load; arrivals that are due before stay as planned.
   *
   * @param perSecond Iterations started per second, 0 or more
   * @param atMs The present; the new rate holds from a quarter of a second later on, when every worker knows of it
   * @returns Whether it has one: users of the closed model have none
   */
  changeArrivals(perSecond: number, atMs: number): boolean {
    const { shape, startMs } = this.first;
    if (shape.model === "closed") return false;
    const fromMs = Math.max(0, atMs - startMs) + DEAL_LEAD_MS;
    const leftMs = shapeMs(shape) - fromMs;
    if (leftMs <= 0) return true; // it is as good as over
    const before = cutShape(shape, fromMs) as typeof shape;
    const after = [
      { durationMs: 0, targetPerSecond: perSecond },
      { durationMs: leftMs, targetPerSecond: perSecond },
    ];
    this.#plans[0] = { ...this.first, shape: { ...shape, stages: [...before.stages, ...after] } };
    return true;
  }

  /** Returns how many users a scenario wants at an instant; 0 before its load and after it. */
  #usersOf({ shape, startMs, extraUsers, scenario }: PlanMessage, atMs: number): number {
    if (atMs < startMs) return 0;
    const users = shape.model === "open" ? shape.mostUsers : desiredUsers(shape.stages, atMs - startMs);
    if (users === null) return 0;
    return Math.min(Math.max(0, users + extraUsers), this.#scenarios[scenario]!.capacity);
  }

  #sumOpen(
    figure: (stages: Extract<LoadShape, { model: "open" }>["stages"], startMs: number) => number,
  ): number | null {
    if (!this.isOpen) return null;
    return this.#plans.reduce(
      (sum, { shape, startMs }) => shape.model === "open" ? sum + figure(shape.stages, startMs) : sum,
      0,
    );
  }
}

/** Returns the deal of arrivals to all users, in force soon after an instant. */
function dealOf(
  { shape, startMs }: PlanMessage,
  extraUsers: number,
  capacity: number,
  atMs: number,
): ArrivalDeal | null {
  if (shape.model === "closed") return null;
  const from = Math.ceil(expectedArrivals(shape.stages, atMs - startMs + DEAL_LEAD_MS));
  return { from, users: Math.min(shape.mostUsers + extraUsers, capacity) };
}
