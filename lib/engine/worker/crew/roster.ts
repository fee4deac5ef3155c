/**
 * The users of one scenario on one worker.
 *
 * @module
 */

import type { Heirs } from "../../../load/heirs.ts";
import { assignClasses } from "../../../load/shares.ts";
import type { UserClass } from "../../../script/user.ts";

/** A user that has been started. */
export interface Life {
  /** Whether it is within an iteration, and not before, between or after. */
  readonly isInIteration: boolean;
  live(): Promise<void>;
  retire(): void;
  endPause(): void;
  revive(): void;
  interrupt(): void;
}

/** Options of a roster. */
export interface RosterOptions {
  /** The classes of the scenario. */
  readonly userClasses: readonly UserClass[];
  /** Most users they take, all workers together; `Infinity` for any number. */
  readonly capacity: number;
  /** This worker's number, from 0. */
  readonly index: number;
  /** Which worker has which user. */
  readonly heirs: Heirs;
  /** Makes a user of a number that is unique within the scenario; throwing counts as that user's failure. */
  startUser(userClass: UserClass, user: number): Life;
  /** Called when a user has ended. */
  onEnded(user: number): void;
}

/**
 * Starts and ends users by their number. Which worker and which class a number belongs to follows from the number
 * alone, so workers need no messages to agree, and their shares add up exactly.
 */
export class Roster {
  readonly #options: RosterOptions;
  readonly #lives = new Map<number, Life>();
  #classOfUser: readonly number[] = [];

  /** Makes an empty roster. */
  constructor(options: RosterOptions) {
    this.#options = options;
  }

  /** Users running. */
  get size(): number {
    return this.#lives.size;
  }

  /** Whether any user is within an iteration. */
  get isInIteration(): boolean {
    return this.#lives.values().some((life) => life.isInIteration);
  }

  /** Returns whether a user belongs to this worker; one that no class takes belongs to none. */
  isMine(user: number): boolean {
    const { capacity, heirs, index } = this.#options;
    return user < capacity && heirs.workerOf(user) === index;
  }

  /** Returns a running user. */
  get(user: number): Life | undefined {
    return this.#lives.get(user);
  }

  /** Starts a user that is not running. */
  start(user: number): void {
    const life = this.#options.startUser(this.#options.userClasses[this.#classOf(user)]!, user);
    this.#lives.set(user, life);
    void life.live().then(() => {
      this.#lives.delete(user);
      this.#options.onEnded(user);
    });
  }

  /** Lets running iterations end. */
  retireAll(): void {
    for (const life of this.#lives.values()) life.retire();
  }

  /** Ends pauses, after which no iteration will begin. */
  endPauses(): void {
    for (const life of this.#lives.values()) life.endPause();
  }

  /** Cuts running iterations off; the lives end as soon as what they wait for has been ended. */
  interruptAll(): void {
    for (const life of this.#lives.values()) life.interrupt();
  }

  /** Returns the class of a user; which one does not depend on how far the list has been worked out. */
  #classOf(user: number): number {
    const { userClasses, capacity } = this.#options;
    if (userClasses.length === 1) return 0;
    if (user >= this.#classOfUser.length) {
      const fixed = userClasses.reduce((sum, one) => sum + (one.fixedCount ?? 0), 0);
      this.#classOfUser = assignClasses(userClasses, Math.min(2 * user + 1 + fixed, capacity));
    }
    return this.#classOfUser[user]!;
  }
}
