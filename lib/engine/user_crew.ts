/**
 * The users of one worker: started and retired as the plan says.
 *
 * @module
 */

import { nowMs, type Timer } from "../core/clock.ts";
import { assignClasses, workerOf } from "../load/shares.ts";
import { desiredUsers, nextChangeMs, totalMs } from "../load/stages.ts";
import type { UserClass } from "../script/user.ts";
import type { PlanMessage } from "./load_plan.ts";

/** Longest sleep of the scheduler, in milliseconds: timers take no more than 2^31 − 1. */
const MAX_SLEEP_MS = 60_000;

/** A user that has been started. */
export interface Life {
  live(): Promise<void>;
  retire(): void;
  revive(): void;
  interrupt(): void;
}

/** What a crew needs to know and do. */
export interface CrewOptions {
  readonly userClasses: readonly UserClass[];
  /** This worker's number, from 0. */
  readonly index: number;
  /** How many workers share the users. */
  readonly workers: number;
  /** Makes a user; throwing counts as that user's failure. */
  startUser(userClass: UserClass, id: number): Life;
  /** Whether no further user should be started since there is nothing left to do. */
  isExhausted(): boolean;
  /** Called once, when no user is left and none will start. */
  onFinished(): void;
}

/**
 * Runs this worker's share of the users. Every worker works out the whole plan by itself from the agreed start instant,
 * and takes the users whose number is its own, so the shares add up exactly and no messages are needed.
 */
export class UserCrew {
  readonly #options: CrewOptions;
  readonly #lives = new Map<number, Life>();
  #classOfUser: readonly number[] = [];
  #plan: PlanMessage;
  #reached = 0;
  #isOver = false;
  #isFinished = false;
  #timer: Timer | undefined = undefined;

  /** Makes a crew and starts its first users when the plan begins. */
  constructor(options: CrewOptions, plan: PlanMessage) {
    this.#options = options;
    this.#plan = plan;
    this.#timer = setTimeout(() => this.#tick(), Math.max(0, plan.startMs - nowMs()));
  }

  /** Users running. */
  get size(): number {
    return this.#lives.size;
  }

  /** Goes on with another plan. */
  follow(plan: PlanMessage): void {
    if (this.#isOver) return;
    this.#plan = plan;
    clearTimeout(this.#timer);
    this.#tick();
  }

  /** Starts no more users and lets running iterations end. */
  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    for (const life of this.#lives.values()) life.retire();
    this.#checkFinished();
  }

  /** Cuts running iterations off; the lives end as soon as what they wait for has been ended. */
  interrupt(): void {
    this.stop();
    for (const life of this.#lives.values()) life.interrupt();
  }

  #tick(): void {
    const { startMs, stages } = this.#plan;
    const elapsedMs = Math.max(0, nowMs() - startMs);
    const desired = desiredUsers(stages, elapsedMs);
    if (desired === null) return this.stop();
    if (this.#options.isExhausted()) return this.#checkFinished();
    this.#adjust(desired);
    const changeMs = Math.min(nextChangeMs(stages, elapsedMs) ?? Infinity, totalMs(stages));
    this.#timer = setTimeout(() => this.#tick(), Math.min(Math.max(changeMs - elapsedMs, 0), MAX_SLEEP_MS));
  }

  #adjust(desired: number): void {
    for (; this.#reached < desired; this.#reached++) {
      if (!this.#isMine(this.#reached)) continue;
      const life = this.#lives.get(this.#reached);
      if (life === undefined) this.#startUser(this.#reached);
      else life.revive();
    }
    while (this.#reached > desired) {
      this.#reached--;
      this.#lives.get(this.#reached)?.retire();
    }
  }

  #isMine(user: number): boolean {
    return workerOf(user, this.#options.workers) === this.#options.index;
  }

  #startUser(id: number): void {
    const life = this.#options.startUser(this.#options.userClasses[this.#classOf(id)]!, id);
    this.#lives.set(id, life);
    void life.live().then(() => {
      this.#lives.delete(id);
      // A user revived after its loop had ended is wanted still.
      if (!this.#isOver && id < this.#reached && !this.#options.isExhausted()) this.#startUser(id);
      this.#checkFinished();
    });
  }

  /** Returns the class of a user; which one does not depend on how far the list has been worked out. */
  #classOf(id: number): number {
    const { userClasses } = this.#options;
    if (id >= this.#classOfUser.length) {
      this.#classOfUser = assignClasses(userClasses, 2 * id + 1 + fixedUsers(userClasses));
    }
    return this.#classOfUser[id]!;
  }

  #checkFinished(): void {
    const isLast = this.#lives.size === 0 && (this.#isOver || this.#options.isExhausted());
    if (!isLast || this.#isFinished) return;
    this.#isFinished = true;
    clearTimeout(this.#timer);
    this.#options.onFinished();
  }
}

function fixedUsers(userClasses: readonly UserClass[]): number {
  return userClasses.reduce((sum, one) => sum + (one.fixedCount ?? 0), 0);
}
