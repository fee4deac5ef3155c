/**
 * Who goes on with the users of workers that are lost.
 *
 * @module
 */

import { shareOf, workerOf } from "./shares.ts";

/** One loss: the place of each lost worker among them, and the workers that were left, in the order of their turns. */
interface Loss {
  readonly places: ReadonlyMap<number, number>;
  readonly survivors: readonly number[];
}

/** The golden ratio's part after the point: its multiples are spread evenly in [0, 1), however many there are. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Returns things in an order in which the first so many, however many, are spread evenly over all of them. The workers of
 * a machine are neighbours, so in their own order one machine would inherit more than its part.
 */
function spread<T>(things: readonly T[]): T[] {
  return things
    .map((thing, index) => ({ thing, at: index * GOLDEN % 1 }))
    .sort((one, other) => one.at - other.at)
    .map(({ thing }) => thing);
}

/**
 * Deals the users of lost workers to those that are left, in turns: after one loss, shares of workers differ by two at
 * most, and what machines with as many workers inherit differs by three at most.
 * Nobody else's users move. A pure function of the losses and the number of the user, so workers need no messages to
 * agree.
 */
export class Heirs {
  /** Number of workers at first. */
  readonly workers: number;
  readonly #losses: Loss[] = [];
  readonly #lost = new Set<number>();

  /** @param workers Number of workers at first, at least 1 */
  constructor(workers: number) {
    this.workers = workers;
  }

  /** Lost workers, in the order in which they were lost. */
  get lost(): Iterable<number> {
    return this.#lost;
  }

  /**
   * Adds a loss. Without a worker that is left, nothing changes.
   *
   * @param workers Numbers of workers that were lost together, none of them lost before
   */
  add(workers: readonly number[]): void {
    for (const worker of workers) this.#lost.add(worker);
    const survivors: number[] = [];
    for (let worker = 0; worker < this.workers; worker++) if (!this.#lost.has(worker)) survivors.push(worker);
    if (survivors.length === 0) return;
    const places = new Map(workers.map((worker, place) => [worker, place]));
    this.#losses.push({ places, survivors: spread(survivors) });
  }

  /**
   * Returns who has a worker's user now.
   *
   * @param worker Number of the worker that had it at first
   * @param rank Which one of that worker's users, from 0
   */
  heirOf(worker: number, rank: number): number {
    let [heir, rankThere] = [worker, rank];
    for (const { places, survivors } of this.#losses) {
      const place = places.get(heir);
      if (place === undefined) continue;
      const dealt = rankThere * places.size + place;
      heir = survivors[dealt % survivors.length]!;
      rankThere = Math.floor(dealt / survivors.length);
    }
    return heir;
  }

  /** Returns who has a user now: {@linkcode workerOf} without losses. */
  workerOf(user: number): number {
    const first = workerOf(user, this.workers);
    return this.#lost.has(first) ? this.heirOf(first, Math.floor(user / this.workers)) : first;
  }

  /** Returns how many of the first so many users a worker has now. */
  shareOf(worker: number, users: number): number {
    if (this.#lost.has(worker)) return 0;
    let share = shareOf(worker, this.workers, users);
    for (const lost of this.#lost) {
      const ranks = shareOf(lost, this.workers, users);
      for (let rank = 0; rank < ranks; rank++) if (this.heirOf(lost, rank) === worker) share++;
    }
    return share;
  }
}
