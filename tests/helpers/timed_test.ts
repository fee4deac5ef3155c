/** Tests of real time, on a machine that may have none. */

import { skippableTest } from "./skippable.ts";

const MOST_TRIES = 3;

/**
 * A test that measures: run again where it fails, three times in all. A machine that is busy elsewhere for a moment spoils
 * one of them, a flaw in the product each. What spoilt one is printed.
 *
 * @param name Name of the test
 * @param measure Measures, and asserts; begins anew each time
 * @param missing Why it cannot be run here, and is skipped; its name says so then. `null` where it can
 */
export function timedTest(name: string, measure: () => void | Promise<void>, missing: string | null = null): void {
  skippableTest(name, missing, () => tried(measure));
}

async function tried(measure: () => void | Promise<void>): Promise<void> {
  for (let tries = 1;; tries++) {
    try {
      return await measure();
    } catch (error) {
      if (tries === MOST_TRIES) throw error;
      // deno-lint-ignore no-console -- what happened belongs to the test's output
      console.error(`measured again, since try ${tries} of ${MOST_TRIES} failed: ${(error as Error).message}`);
    }
  }
}
