/**
 * The closed model: a number of users runs, started and retired by the plan.
 *
 * @module
 */

import { nowMs, type Timer } from "../../../core/clock.ts";
import { desiredUsers, nextChangeMs, type Stage, totalMs } from "../../../load/stages.ts";
import type { Crew, CrewOptions } from "./crew.ts";
import { type Gate, ReadySource } from "./iteration_source.ts";
import type { IterationTickets } from "./iteration_tickets.ts";
import type { PlanMessage } from "../../messages.ts";
import { Roster } from "./roster.ts";

/** Longest sleep of the scheduler, in milliseconds: timers take no more than 2^31 − 1. */
const MAX_SLEEP_MS = 60_000;

/** Additional options of a crew of the closed model. */
export interface UserCrewOptions extends CrewOptions {
  /** Where users wait while the load is paused. */
  readonly gate: Gate;
  /** The run's limit on iterations; no further user is started once it is reached. */
  readonly tickets: IterationTickets;
}

/**
 * Runs this worker's share of the users. Every worker works out the whole plan by itself from the agreed start instant,
 * and takes the users whose number is its own.
 */
export class UserCrew implements Crew {
  readonly #options: UserCrewOptions;
  readonly #roster: Roster;
  #plan: PlanMessage;
  #reached = 0;
  #isOver = false;
  #isFinished = false;
  #timer: Timer | undefined = undefined;

  /** Makes a crew and starts its first users when the plan begins. */
  constructor(options: UserCrewOptions, plan: PlanMessage) {
    this.#options = options;
    const source = new ReadySource(options.tickets, options.gate);
    this.#roster = new Roster({
      ...options,
      startUser: (userClass, user) => options.startUser(userClass, user, source),
      onEnded: (user) => this.#onEnded(user),
    });
    this.#plan = plan;
    this.#sleepUntil(plan.startMs);
  }

  get size(): number {
    return this.#roster.size;
  }

  get isInIteration(): boolean {
    return this.#roster.isInIteration;
  }

  follow(plan: PlanMessage): void {
    if (this.#isOver) return;
    this.#plan = plan;
    this.#tick();
  }

  inherit(lost: readonly number[]): void {
    this.#options.heirs.add(lost);
    if (this.#isOver) return;
    for (let user = 0; user < this.#reached; user++) {
      if (this.#roster.isMine(user) && this.#roster.get(user) === undefined) this.#roster.start(user);
    }
  }

  onLimitRaised(): void {
    this.#options.gate.knock();
  }

  setPaused(isPaused: boolean): void {
    if (isPaused && !this.#isOver) this.#options.gate.close();
    else this.#options.gate.open();
  }

  endAtLimit(): void {
    this.#roster.endPauses();
    this.#close();
  }

  stop(): void {
    this.#roster.retireAll();
    this.#close();
  }

  interrupt(): void {
    this.stop();
    this.#roster.interruptAll();
  }

  get #stages(): readonly Stage[] {
    const { shape } = this.#plan;
    return shape.model === "closed" ? shape.stages : [];
  }

  #tick(): void {
    const { startMs, extraUsers } = this.#plan;
    const now = nowMs();
    if (now < startMs) return this.#sleepUntil(startMs);
    const elapsedMs = now - startMs;
    const desired = desiredUsers(this.#stages, elapsedMs);
    if (desired === null) return this.stop();
    if (this.#options.tickets.areAllOut) return this.endAtLimit();
    this.#adjust(Math.max(0, desired + extraUsers));
    const changeMs = Math.min(nextChangeMs(this.#stages, elapsedMs) ?? Infinity, totalMs(this.#stages));
    this.#sleepUntil(startMs + changeMs);
  }

  #sleepUntil(atMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tick(), Math.min(Math.max(atMs - nowMs(), 0), MAX_SLEEP_MS));
  }

  #adjust(desired: number): void {
    for (; this.#reached < desired; this.#reached++) {
      if (!this.#roster.isMine(this.#reached)) continue;
      const life = this.#roster.get(this.#reached);
      if (life === undefined) this.#roster.start(this.#reached);
      else life.revive();
    }
    while (this.#reached > desired) {
      this.#reached--;
      this.#roster.get(this.#reached)?.retire();
    }
    this.#options.gate.knock();
  }

  #onEnded(user: number): void {
    if (this.#options.tickets.areAllOut) return this.endAtLimit();
    // A user revived after its loop had ended is still wanted.
    if (!this.#isOver && user < this.#reached) this.#roster.start(user);
    this.#checkFinished();
  }

  #close(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#options.gate.open();
    this.#checkFinished();
  }

  #checkFinished(): void {
    if (!this.#isOver || this.#roster.size > 0 || this.#isFinished) return;
    this.#isFinished = true;
    this.#options.onFinished();
  }
}
