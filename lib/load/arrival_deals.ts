/**
 * Exact shares in the open model: which worker runs which iteration.
 *
 * @module
 */

import type { Heirs } from "./heirs.ts";
import { placeOf, shareOf } from "./shares.ts";

/** To how many users arrivals are dealt, from one arrival on. */
export interface ArrivalDeal {
  /** Number of the first arrival of this deal. */
  readonly from: number;
  /** Users of all workers together, at least 1. */
  readonly users: number;
}

/**
 * The arrivals of one worker. Of as many as there are users, each worker gets as many as it has users, by `workerOf`:
 * they are dealt in rounds, one to each worker, and those with a user more come first. So neighbours go to different
 * workers, and every prefix follows the shares to within one.
 *
 * A pure function of the number, so workers need no messages to agree. The cost does not depend on the number of users;
 * after a loss, it grows with the lost workers times those that are left.
 */
export class ArrivalDeals {
  readonly #worker: number;
  readonly #workers: number;
  readonly #heirs: Heirs;
  /** The one in force, then those to come. */
  readonly #deals: ArrivalDeal[] = [];

  /**
   * @param worker Number of the worker, from 0
   * @param heirs All workers, and who has the arrivals of those that are lost; losses may be added to it later
   */
  constructor(worker: number, heirs: Heirs) {
    this.#worker = worker;
    this.#workers = heirs.workers;
    this.#heirs = heirs;
  }

  /** Changes the deal from an arrival on, not before that of the last deal added. */
  add(deal: ArrivalDeal): void {
    this.#deals.push(deal);
  }

  /**
   * Returns the worker's first arrival from a number on.
   *
   * @param number Not less than at the last call
   * @returns The arrival; `null` if the worker has no user
   */
  next(number: number): number | null {
    while (this.#deals.length > 1 && this.#deals[1]!.from <= number) this.#deals.shift();
    for (const [index, deal] of this.#deals.entries()) {
      const arrival = this.#nextOf(deal, Math.max(number, deal.from));
      if (arrival !== null && arrival < (this.#deals[index + 1]?.from ?? Infinity)) return arrival;
    }
    return null;
  }

  #nextOf(deal: ArrivalDeal, number: number): number | null {
    let next = this.#nextOfWorker(this.#worker, deal, number);
    for (const lost of this.#heirs.lost) {
      const inherited = this.#nextOfWorker(lost, deal, number);
      if (inherited !== null && (next === null || inherited < next)) next = inherited;
    }
    return next;
  }

  /** Returns the first arrival that was a worker's and is this one's now. */
  #nextOfWorker(worker: number, { from, users }: ArrivalDeal, number: number): number | null {
    const share = shareOf(worker, this.#workers, users);
    const place = placeOf(worker, this.#workers, Math.floor(users / this.#workers));
    const dealt = (number - from) % users;
    const cycle = number - dealt;
    const first = Math.max(0, Math.ceil((dealt - place) / this.#workers));
    for (let round = first; round < first + share; round++) {
      const rank = round % share;
      if (this.#heirs.heirOf(worker, rank) !== this.#worker) continue;
      const begin = round < share ? cycle : cycle + users;
      return begin + rank * this.#workers + place;
    }
    return null;
  }
}
