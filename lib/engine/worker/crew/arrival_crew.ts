/**
 * The open model: iterations begin at a rate, run by as many users as needed.
 *
 * @module
 */

import { MAX_TIMER_MS, nowMs, type Timer } from "../../../core/clock.ts";
import { ArrivalDeals } from "../../../load/arrival_deals.ts";
import { arrivalDueMs } from "../../../load/arrivals.ts";
import { type LoadShape, shapeMs } from "../../../load/shape.ts";
import { ArrivalQueue, type ArrivalQueueOptions } from "./arrival_queue.ts";
import type { Crew, CrewOptions } from "./crew.ts";
import type { IterationSource } from "./iteration_source.ts";
import type { IterationTickets } from "./iteration_tickets.ts";
import type { PlanMessage } from "../../messages.ts";
import { Roster } from "./roster.ts";

/** Additional options of a crew of the open model. */
export interface ArrivalCrewOptions extends CrewOptions, Pick<ArrivalQueueOptions, "maxLatenessMs" | "counts"> {
  /** The run's limit on iterations. */
  readonly tickets: IterationTickets;
}
/**
 * Runs this worker's share of the iterations, in proportion to its share of the users. Users are started as they are
 * needed, so their number depends on how fast the server answers; none ends before the load.
 */
export class ArrivalCrew implements Crew {
  readonly #options: ArrivalCrewOptions;
  readonly #roster: Roster;
  readonly #deals: ArrivalDeals;
  readonly #queue: ArrivalQueue;
  readonly #endMs: number;
  #endTimer: Timer | undefined = undefined;
  /** Numbers of users that were started and have ended. */
  readonly #ended: number[] = [];
  /** The first number that has not been looked at. */
  #nextUser = 0;
  /** Users started that have not asked for an iteration yet. */
  #starting = 0;
  #mostUsers = 0;
  /** How many of those are this worker's. */
  #share = 0;
  #isOver = false;
  #isFinished = false;

  /** Makes a crew; the first iteration begins when the plan does. */
  constructor(options: ArrivalCrewOptions, plan: PlanMessage) {
    const stages = openShape(plan).stages;
    this.#options = options;
    this.#roster = new Roster({
      ...options,
      startUser: (userClass, user) => options.startUser(userClass, user, this.#sourceOfNewUser()),
      onEnded: (user) => this.#onEnded(user),
    });
    this.#deals = new ArrivalDeals(options.index, options.heirs);
    this.#deal(plan);
    this.#queue = new ArrivalQueue({
      ...options,
      nextOf: (number) => this.#deals.next(number),
      dueMs: (number) => {
        const dueMs = arrivalDueMs(stages, number);
        return dueMs === null ? null : plan.startMs + dueMs;
      },
      take: () => options.tickets.take(),
      isHeld: () => options.tickets.isHeld,
      onHeld: (atMs) => void (options.tickets.heldAtMs = atMs),
      onShortage: () => this.#startSome(),
      onLimit: () => this.endAtLimit(),
      nowMs,
    });
    this.#endMs = plan.startMs + shapeMs(plan.shape);
    this.#stopAtEnd();
  }

  get size(): number {
    return this.#roster.size;
  }

  get isInIteration(): boolean {
    return this.#roster.isInIteration;
  }

  /** Changes how many users may run; surplus users end when they become idle. */
  follow(plan: PlanMessage): void {
    this.#deal(plan);
    this.#queue.redeal();
    for (let surplus = this.#roster.size - this.#share; surplus > 0 && this.#queue.dismiss(); surplus--);
  }

  inherit(lost: readonly number[]): void {
    const others = Array.from({ length: this.#nextUser }, (_, user) => user).filter((user) =>
      !this.#roster.isMine(user)
    );
    this.#options.heirs.add(lost);
    this.#ended.push(...others.filter((user) => this.#roster.isMine(user)));
    this.#share = this.#shareOfMost();
    this.#queue.redeal();
  }

  /** Nothing: an arrival that had no iteration left is skipped. */
  onLimitRaised(): void {}

  setPaused(isPaused: boolean): void {
    if (!this.#isOver) this.#queue.setPaused(isPaused);
  }

  endAtLimit(): void {
    this.#queue.forget();
    this.#roster.endPauses();
    this.#close();
  }

  stop(): void {
    this.#close();
    this.#roster.retireAll();
  }

  interrupt(): void {
    this.stop();
    this.#roster.interruptAll();
  }

  /**
   * Starts users for waiting iterations: not more than wait beyond those that start now, nor more than a tenth of those
   * there are, at least one, at a time. A hiccup, after which users will soon be free again, so starts few, while a lack
   * is made up for within some wake-ups, of which a fast schedule has a thousand a second.
   */
  #startSome(): void {
    const needed = this.#queue.waiting - this.#starting;
    for (let left = Math.min(needed, 1 + Math.floor(this.#roster.size / 10)); left > 0; left--) {
      const user = this.#ended.pop() ?? this.#freshUser();
      if (user === null || this.#isOver) return;
      this.#starting++;
      this.#roster.start(user);
    }
  }

  #freshUser(): number | null {
    while (this.#nextUser < this.#mostUsers) {
      const user = this.#nextUser++;
      if (this.#roster.isMine(user)) return user;
    }
    return null;
  }

  #stopAtEnd(): void {
    const sleepMs = Math.min(Math.max(0, Math.ceil(this.#endMs - nowMs())), MAX_TIMER_MS);
    this.#endTimer = setTimeout(() => nowMs() < this.#endMs ? this.#stopAtEnd() : this.stop(), sleepMs);
  }

  #sourceOfNewUser(): IterationSource {
    let isStarting = true;
    return {
      next: (lateness) => {
        if (isStarting) this.#starting--;
        isStarting = false;
        return this.#roster.size <= this.#share && this.#queue.next(lateness);
      },
    };
  }

  #deal(plan: PlanMessage): void {
    this.#deals.add(plan.deal!);
    this.#mostUsers = Math.max(0, openShape(plan).mostUsers + plan.extraUsers);
    this.#share = this.#shareOfMost();
  }

  #shareOfMost(): number {
    const { index, heirs, capacity } = this.#options;
    return heirs.shareOf(index, Math.min(this.#mostUsers, capacity));
  }

  #onEnded(user: number): void {
    if (user < this.#mostUsers) this.#ended.push(user);
    this.#checkFinished();
  }

  #close(): void {
    this.#isOver = true;
    clearTimeout(this.#endTimer);
    this.#queue.close();
    this.#checkFinished();
  }

  #checkFinished(): void {
    if (!this.#isOver || this.#roster.size > 0 || this.#isFinished) return;
    this.#isFinished = true;
    this.#options.onFinished();
  }
}

function openShape({ shape }: PlanMessage): Extract<LoadShape, { model: "open" }> {
  if (shape.model !== "open") throw new TypeError("Cannot make arrivals from a load of the closed model");
  return shape;
}
