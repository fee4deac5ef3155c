/**
 * Waits for what other users do, which have to end when the run does.
 *
 * @module
 */

import { InterruptedError } from "./sleep.ts";

const waits = new Set<(error: InterruptedError) => void>();
let isOver = false;
let isTearingDown = false;

/**
 * Has a wait ended when the run starts no more iterations on this thread, for then nobody may come to end it otherwise.
 *
 * @param end Called at most once, never before this returns
 * @param hasTimeout Whether it ends by itself, too: then it may begin in `teardown`
 * @returns What takes the wait off, once it has ended otherwise
 */
export function endWithRun(end: (error: InterruptedError) => void, hasTimeout: boolean): () => void {
  waits.add(end);
  // Later, as a loop that goes on whatever it catches must not keep timers from their turn.
  if (isOver && !(isTearingDown && hasTimeout)) setTimeout(() => waits.delete(end) && end(new InterruptedError()));
  return () => void waits.delete(end);
}

/** Ends every wait on this thread with an {@linkcode InterruptedError}, and those that begin later, too. */
export function interruptWaits(): void {
  isOver = true;
  const ends = [...waits];
  waits.clear();
  for (const end of ends) end(new InterruptedError());
}

/** Lets waits begin again on this thread where they have a timeout; others are cut off, as nobody is left. */
export function beginTeardown(): void {
  isOver = true;
  isTearingDown = true;
}
