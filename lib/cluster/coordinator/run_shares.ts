/**
 * What each machine takes of a run, and how the others go on without one.
 *
 * @module
 */

import type { RunPart, RunShare, ScenarioPlan, ShareMessage } from "../../engine/messages.ts";
import { Heirs } from "../../load/heirs.ts";
import { splitWhole, usersOfMachines } from "./machine_shares.ts";

/** What is split. */
export interface SharedLoad {
  /** Workers of each machine, 1 or more each. */
  readonly workers: readonly number[];
  readonly scenarios: readonly ScenarioPlan[];
  /** Iterations of the run; `null` for no limit. */
  readonly iterations: number | null;
  /** Requests per second; `null` for no cap. */
  readonly maxRequestsPerSecond: number | null;
}

/**
 * Splits a load over machines, numbered from 0. Iterations add up exactly, whoever is lost: until all machines have
 * done theirs, each waits in case it has to do those of another one.
 */
export class RunShares {
  readonly #load: SharedLoad;
  readonly #firsts: readonly number[];
  readonly #heirs: Heirs;
  /** By which machines share: their users. */
  #weights: readonly number[] = [];
  /** Iterations of each machine. */
  #limits: number[];
  /** Machines that still run users. */
  readonly #live = new Set<number>();
  #isFinal = false;

  /** Splits a load over machines that all run users. */
  constructor(load: SharedLoad) {
    this.#load = load;
    let total = 0;
    this.#firsts = load.workers.map((count) => (total += count) - count);
    this.#heirs = new Heirs(total);
    load.workers.forEach((_, machine) => this.#live.add(machine));
    this.#weigh();
    this.#limits = load.iterations === null ? [] : splitWhole(load.iterations, this.#weights);
    this.#isFinal = this.#mustBeFinal;
  }

  /** Workers of all machines. */
  get workers(): number {
    return this.#heirs.workers;
  }

  /** Returns what a machine begins with. */
  partOf(machine: number): RunPart {
    return { first: this.#firsts[machine]!, firstTurnMs: this.#firstTurnMs(machine), ...this.#shareOf(machine) };
  }

  /**
   * Has the others go on with what a machine leaves.
   *
   * @param machine One that still runs users
   * @param ended Iterations that it has reported as ended
   * @returns What each of the others takes from now on
   */
  lose(machine: number, ended: number): ReadonlyMap<number, Omit<ShareMessage, "type">> {
    this.#live.delete(machine);
    const lost = Array.from({ length: this.#load.workers[machine]! }, (_, index) => this.#firsts[machine]! + index);
    this.#heirs.add(lost);
    this.#weigh();
    if (this.#limits.length > 0) this.#dealIterations(machine, ended);
    return this.#shares(lost);
  }

  /**
   * Notes how far the machines are.
   *
   * @param ended Iterations that each machine has reported as ended
   * @returns What each takes from now on; `null` if nothing has changed
   */
  settle(ended: readonly number[]): ReadonlyMap<number, Omit<ShareMessage, "type">> | null {
    if (this.#isFinal || [...this.#live].some((machine) => ended[machine]! < this.#limits[machine]!)) return null;
    this.#isFinal = true;
    return this.#shares([]);
  }

  /** Notes that a machine has no users left: it cannot take anything over. */
  end(machine: number): void {
    this.#live.delete(machine);
  }

  /** Iterations that no machine is left to run. */
  get undone(): number {
    const { iterations } = this.#load;
    return iterations === null ? 0 : iterations - this.#limits.reduce((sum, one) => sum + one, 0);
  }

  /** Whether nobody is left who could be given more. */
  get #mustBeFinal(): boolean {
    return this.#limits.length === 0 || this.#live.size <= 1;
  }

  #dealIterations(machine: number, ended: number): void {
    const rest = Math.max(0, this.#limits[machine]! - ended);
    this.#limits[machine]! -= rest;
    const live = [...this.#live];
    const parts = live.length === 0 ? [] : splitWhole(rest, live.map((one) => this.#weights[one]!));
    live.forEach((one, index) => this.#limits[one]! += parts[index]!);
    this.#isFinal ||= this.#mustBeFinal;
  }

  #shares(lost: readonly number[]): Map<number, Omit<ShareMessage, "type">> {
    return new Map([...this.#live].map((machine) => [machine, { ...this.#shareOf(machine), lost }]));
  }

  #shareOf(machine: number): RunShare {
    const { maxRequestsPerSecond } = this.#load;
    return {
      iterations: this.#limits[machine] ?? null,
      isFinal: this.#isFinal,
      maxRequestsPerSecond: maxRequestsPerSecond === null ? null : maxRequestsPerSecond * this.#weights[machine]!,
    };
  }

  /** Spreads the machines' instants under the cap evenly: machines with equal shares take turns. */
  #firstTurnMs(machine: number): number {
    const { maxRequestsPerSecond } = this.#load;
    const weight = this.#weights[machine]!;
    if (maxRequestsPerSecond === null || weight === 0) return 0;
    const before = this.#weights.slice(0, machine).reduce((sum, one) => sum + one, 0);
    return before * 1000 / (maxRequestsPerSecond * weight);
  }

  /** Weighs machines by their users; by their workers if some have no users, as `control` may give them some later. */
  #weigh(): void {
    const { workers, scenarios } = this.#load;
    const users = usersOfMachines(workers, scenarios, this.#heirs);
    const live = workers.map((_, machine) => this.#live.has(machine));
    const all = users.some((count, machine) => live[machine] && count === 0) ? workers : users;
    const sum = all.reduce((total, one, machine) => live[machine] ? total + one : total, 0);
    this.#weights = all.map((one, machine) => live[machine] ? one / sum : 0);
  }
}
