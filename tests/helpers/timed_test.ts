/** Tests of real time, on a machine that may be busy. */

import { skippableTest } from "./skippable.ts";

const MOST_TRIES = 3;

/**
 * Defines a test that measures; if it fails, it runs again, three times in total. A busy machine fails one of them, a bug
 * fails all. Failures are printed.
 *
 * @param name Name of the test
 * @param measure Measures and asserts; starts from scratch each time
 * @param missing Why it cannot run here and is skipped, or `null`
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
      // deno-lint-ignore no-console -- belongs to the output of the test
      console.error(`measured again, since try ${tries} of ${MOST_TRIES} failed: ${(error as Error).message}`);
    }
  }
}
