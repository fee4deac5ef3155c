/**
 * What scripts may check and measure.
 *
 * @module
 */

import { parseDurationMs } from "../../core/units.ts";
import type { CheckCounts } from "./checks.ts";
import type { Measures } from "./measures.ts";

/**
 * Counts a check of a script. Costs a look-up of the name.
 *
 * @param value Passes if it is truthy
 * @returns Whether it passed
 * @throws {TypeError} if the name is not a string or is empty, or the value is a promise
 */
export function countCheck(checks: CheckCounts, name: string, value: unknown): boolean {
  checkName("check", name);
  if (value instanceof Promise) {
    throw new TypeError(`Cannot check "${name}": the value is a promise, expected its result (await it first)`);
  }
  const isPassed = Boolean(value);
  checks.add(name, isPassed);
  return isPassed;
}

/**
 * Counts a check whose value a function returns; it fails if the function throws or rejects.
 *
 * @param predicate Returns the value, or a promise of it
 * @returns Whether it passed; a promise of that for an asynchronous function
 * @throws {TypeError} if the name is not a string or is empty, or there is no function
 */
export function countPredicate(
  checks: CheckCounts,
  name: string,
  predicate: () => unknown,
): boolean | Promise<boolean> {
  checkName("check", name);
  let value: unknown;
  try {
    value = predicate();
  } catch {
    value = false; // a check fails nothing: that it failed is its result
  }
  if (!(value instanceof Promise)) return countCheck(checks, name, value);
  return value.then((result) => countCheck(checks, name, result), () => countCheck(checks, name, false));
}

/**
 * Records a measured value of a script.
 *
 * @param value A number, or a time as a string with a unit, such as `"80ms"`
 * @throws {TypeError} if the name is not a string or is empty, or the value is neither
 * @throws {RangeError} if the value is negative, infinite or NaN, or the string is not a time
 */
export function recordMeasure(measures: Measures, name: string, value: number | string): void {
  checkName("measure", name);
  if (typeof value === "number") {
    if (value >= 0 && value < Infinity) return measures.add(name, "", value);
    throw new RangeError(`Cannot measure "${name}": the value is ${value}, expected a finite number of 0 or more`);
  }
  if (typeof value !== "string") {
    throw new TypeError(
      `Cannot measure "${name}": the value is ${Deno.inspect(value)}, expected a number, or a time such as "80ms"`,
    );
  }
  measures.add(name, "ms", timeMs(name, value));
}

function timeMs(name: string, value: string): number {
  try {
    if (/[a-z]/.test(value)) return parseDurationMs(value);
  } catch {
    // the message is below
  }
  throw new RangeError(
    `Cannot measure "${name}": the value is "${value}", expected a number, or a time such as "80ms"`,
  );
}

function checkName(action: string, name: unknown): void {
  if (typeof name === "string" && name !== "") return;
  throw new TypeError(`Cannot ${action} ${Deno.inspect(name)}: expected a name, a string that is not empty`);
}
