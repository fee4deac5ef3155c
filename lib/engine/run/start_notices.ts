/**
 * Log lines about users that do not get past `onStart`.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import { type ClassStart, HOPELESS_FAILURES, type StartState } from "../messages.ts";
import type { RunLog } from "./run_log.ts";
import type { Fleet } from "./fleet/fleet.ts";

/** Time between two notices, in milliseconds. */
const NOTICE_EVERY_MS = 10_000;
const HANGING = "it has not returned";

/** Reports how many users are stuck in `onStart`: at once, then every 10 s. */
export class StartNotices {
  #nextMs = 0;

  /**
   * Logs what is due about the users of a run.
   *
   * @returns Whether the run may go on: `false` once all users of a class have failed for good, which is a problem of it
   */
  check({ starts, classStarts }: Pick<Fleet, "starts" | "classStarts">, users: number, log: RunLog): boolean {
    const notice = this.due(starts, users, nowMs());
    if (notice !== null) log.write("warning", notice);
    const problem = hopelessText(classStarts, starts);
    if (problem !== null) log.problem(problem);
    return problem === null;
  }

  /**
   * Returns the notice that is due, or `null`.
   *
   * @param states Of all workers
   * @param users Users running now
   * @param atMs The present instant, on any clock
   */
  due(states: readonly StartState[], users: number, atMs: number): string | null {
    const stuck = sum(states, "stuck");
    if (stuck === 0 || atMs < this.#nextMs) return null;
    this.#nextMs = atMs + NOTICE_EVERY_MS;
    const nouns = `of ${users} ${users === 1 ? "user" : "users"} ${stuck === 1 ? "has" : "have"}`;
    return `${stuck} ${nouns} not got past onStart: ${reasonOf(states)}`;
  }
}

/** Returns the warnings at the end of a run, at most one. */
export function startWarnings(states: readonly StartState[]): string[] {
  const count = sum(states, "lost") + sum(states, "stuck");
  return count === 0 ? [] : [`${count} ${count === 1 ? "user" : "users"} never got past onStart: ${reasonOf(states)}`];
}

/** Returns the problem that ends a run if no user of a class gets past `onStart`; `null` while one may. */
export function hopelessText(classes: readonly ClassStart[], states: readonly StartState[]): string | null {
  const failing = new Set(classes.filter(({ state }) => state === "failing").map(({ userClass }) => userClass));
  for (const { userClass, state } of classes) if (state !== "failing") failing.delete(userClass);
  const [userClass] = failing;
  if (userClass === undefined) return null;
  return `No user of ${userClass} gets past onStart, each has failed ${HOPELESS_FAILURES} times: ${reasonOf(states)}`;
}

function sum(states: readonly StartState[], key: "stuck" | "lost"): number {
  return states.reduce((total, state) => total + state[key], 0);
}

function reasonOf(states: readonly StartState[]): string {
  return states.find(({ reason }) => reason !== null)?.reason ?? HANGING;
}
