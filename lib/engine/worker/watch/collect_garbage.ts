/**
 * Garbage collection on demand.
 *
 * @module
 */

import { setFlagsFromString } from "node:v8";
import { builtin } from "../../../core/builtin.ts";

/** Collects the garbage of this thread now, if the runtime allows it, so that the load does not begin with a collection. */
export function collectGarbage(): void {
  try {
    setFlagsFromString("--expose-gc");
    (builtin("node:vm").runInNewContext("gc") as () => void)();
  } catch {
    // Without it the collection comes later by itself.
  }
}
