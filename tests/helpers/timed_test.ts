/** Tests of real time, on a machine that may be busy. */

import { skippableTest } from "./skippable.ts";

/** Ends the names of tests that measure time and mostly wait; `scripts/run_tests.ts` finds them by it. */
export const TIMED_MARK = "(timed)";
/** Ends the names of tests that need all of the machine. */
export const ALONE_MARK = "(alone)";
/** With this variable, neither kind is defined: they run later. */
export const UNTIMED_ONLY = "UNTIMED_TESTS_ONLY";

const MOST_TRIES = 3;

/**
 * Defines a test that measures; if it fails, it runs again, three times in total. A busy machine fails one of them, a bug
 * fails all. Failures are printed. It runs next to at most one other of its kind: most of its time it waits.
 *
 * @param name Name of the test
 * @param measure Measures and asserts; starts from scratch each time
 * @param missing Why it cannot run here and is skipped, or `null`
 */
export function timedTest(name: string, measure: () => void | Promise<void>, missing: string | null = null): void {
  define(`${name} ${TIMED_MARK}`, measure, missing);
}

/**
 * Defines a test that has the machine for itself, because it computes a lot or changes what all tests of the process share,
 * such as variables of the environment; otherwise like `timedTest()`.
 */
export function aloneTest(name: string, measure: () => void | Promise<void>, missing: string | null = null): void {
  define(`${name} ${ALONE_MARK}`, measure, missing);
}

function define(name: string, measure: () => void | Promise<void>, missing: string | null): void {
  if (!Deno.env.has(UNTIMED_ONLY)) skippableTest(name, missing, () => tried(measure));
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
