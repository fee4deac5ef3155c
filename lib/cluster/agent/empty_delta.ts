/**
 * Reports without anything in them.
 *
 * @module
 */

import type { Totals } from "../../stats/totals.ts";

/** Returns whether a delta has nothing but the time it covers. */
export function isEmpty(delta: ReturnType<Totals["takeDelta"]>): boolean {
  const { series, errors, interruptedRequests, connections, arrivals, capWait, checks, measures } = delta;
  return series.length + errors.length + interruptedRequests + checks.length + measures.length === 0 &&
    connections === null && arrivals === null && capWait === null && delta.keptFailures === undefined;
}
