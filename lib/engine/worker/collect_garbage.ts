/**
 * Garbage collection at a time of our choosing.
 *
 * @module
 */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Collects the garbage of this thread now, if the runtime lets it: so that the load does not begin with that. */
export function collectGarbage(): void {
  try {
    setFlagsFromString("--expose-gc");
    (runInNewContext("gc") as () => void)();
  } catch {
    // Without it the collection comes later by itself.
  }
}
