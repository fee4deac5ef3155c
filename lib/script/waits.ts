/**
 * Waits for other users, which must end with the run.
 *
 * @module
 */

import { InterruptedError } from "./sleep.ts";

const waits = new Set<(error: InterruptedError) => void>();
/** Waits that end by themselves, and need to be ended only when the test stops. */
const ownWaits = new Set<(error: InterruptedError) => void>();
let isOver = false;
let isStopped = false;
let isTearingDown = false;

/**
 * Registers a wait, to be ended when this thread starts no more iterations: nobody may be left to end it otherwise.
 *
 * @param end Ends the wait; called at most once, after this returns
 * @param hasTimeout Whether it also ends by itself; such a wait may start in `teardown`
 * @returns A function that removes the wait after it has ended otherwise
 */
export function endWithRun(end: (error: InterruptedError) => void, hasTimeout: boolean): () => void {
  waits.add(end);
  // Asynchronous, as a loop that catches the error and goes on must not starve timers.
  if (isOver && !(isTearingDown && hasTimeout)) setTimeout(() => waits.delete(end) && end(new InterruptedError()));
  return () => void waits.delete(end);
}

/**
 * Registers a wait that ends by itself, to be ended early when the test stops, but not at the iteration limit.
 *
 * @param end Ends the wait; called at most once, after this returns
 * @returns A function that removes the wait after it has ended
 */
export function endWithStop(end: (error: InterruptedError) => void): () => void {
  ownWaits.add(end);
  if (isStopped && !isTearingDown) setTimeout(() => ownWaits.delete(end) && end(new InterruptedError()));
  return () => void ownWaits.delete(end);
}

/**
 * Ends every wait on this thread, now and from now on, with an {@linkcode InterruptedError}.
 *
 * @param isAtLimit Whether only the iteration limit was reached: waits that end by themselves go on. @default false
 */
export function interruptWaits(isAtLimit = false): void {
  isOver = true;
  const ends = [...waits];
  waits.clear();
  if (!isAtLimit) {
    isStopped = true;
    ends.push(...ownWaits);
    ownWaits.clear();
  }
  for (const end of ends) end(new InterruptedError());
}

/** Allows waits with a timeout again on this thread; others are still interrupted. */
export function beginTeardown(): void {
  isOver = true;
  isTearingDown = true;
}
