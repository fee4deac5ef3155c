/**
 * Exact shares of machines.
 *
 * @module
 */

import type { ScenarioPlan } from "../../engine/messages.ts";
import type { Heirs } from "../../load/heirs.ts";
import { mostUsers } from "../../load/shape.ts";

/**
 * Takes workers away from the machines that have the most, until there are no more than wanted.
 *
 * @param offered Workers that each machine can run
 * @param most Workers wanted over all machines
 */
export function fitWorkers(offered: readonly number[], most: number): number[] {
  const workers = [...offered];
  for (let surplus = workers.reduce((sum, one) => sum + one, 0) - most; surplus > 0; surplus--) {
    workers[workers.lastIndexOf(Math.max(...workers))]!--;
  }
  return workers;
}

/**
 * Splits a whole number by weights: the parts are whole, too, and their sum is the number.
 *
 * @param total 0 or more
 * @param weights 0 or more each; if all are 0, all parts are equal but for rounding
 */
export function splitWhole(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, one) => all + one, 0);
  let [reached, before] = [0, 0];
  return weights.map((weight, index) => {
    reached += sum === 0 ? 1 / weights.length : weight / sum;
    const upTo = index === weights.length - 1 ? total : Math.min(total, Math.round(total * reached));
    const part = upTo - before;
    before = upTo;
    return part;
  });
}

/**
 * Returns how many users each machine has when the most run.
 *
 * @param workers Workers of each machine; the first has the first numbers
 * @param heirs Who has the users of lost workers
 */
export function usersOfMachines(
  workers: readonly number[],
  scenarios: readonly ScenarioPlan[],
  heirs: Heirs,
): number[] {
  let first = 0;
  return workers.map((count) => {
    let users = 0;
    for (let worker = first; worker < first + count; worker++) {
      for (const { plan, capacity } of scenarios) {
        users += heirs.shareOf(worker, Math.min(mostUsers(plan.shape), capacity));
      }
    }
    first += count;
    return users;
  });
}
