/**
 * What is said of users that do not get through `onStart`.
 *
 * @module
 */

import type { StartState } from "../messages.ts";

/** Time between two notices, in milliseconds. */
const NOTICE_EVERY_MS = 10_000;
const HANGING = "it has not returned";

/** Says how many users are stuck in `onStart`, once when that is seen and then every 10 s. */
export class StartNotices {
  #nextMs = 0;

  /**
   * Returns the notice that is due, or `null`.
   *
   * @param states Of all workers
   * @param users Users running now
   * @param nowMs The present instant, on any clock
   */
  due(states: readonly StartState[], users: number, nowMs: number): string | null {
    const stuck = sum(states, "stuck");
    if (stuck === 0 || nowMs < this.#nextMs) return null;
    this.#nextMs = nowMs + NOTICE_EVERY_MS;
    const nouns = `of ${users} ${users === 1 ? "user" : "users"} ${stuck === 1 ? "has" : "have"}`;
    return `${stuck} ${nouns} not got past onStart: ${reasonOf(states)}`;
  }
}

/** Returns what is to be said at the end of a run, a line or none. */
export function startWarnings(states: readonly StartState[]): string[] {
  const count = sum(states, "lost") + sum(states, "stuck");
  return count === 0 ? [] : [`${count} ${count === 1 ? "user" : "users"} never got past onStart: ${reasonOf(states)}`];
}

function sum(states: readonly StartState[], key: "stuck" | "lost"): number {
  return states.reduce((total, state) => total + state[key], 0);
}

function reasonOf(states: readonly StartState[]): string {
  return states.find(({ reason }) => reason !== null)?.reason ?? HANGING;
}
