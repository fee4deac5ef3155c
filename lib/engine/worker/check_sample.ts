/**
 * What user code may record.
 *
 * @module
 */

import type { CustomSample } from "../../stats/sample.ts";

/** Figures of a sample, each with what it is in. */
const FIGURES = [["ttlb", "seconds"], ["ttfb", "seconds"], ["bytes", "bytes"]] as const;

/**
 * Checks a sample; one bad figure would spoil its row and the total.
 *
 * @throws {TypeError} if a figure is not a number, or `inTotal` not a boolean
 * @throws {RangeError} if a figure is negative, infinite or NaN
 */
export function checkSample(sample: CustomSample): void {
  if (typeof sample !== "object" || sample === null) {
    throw new TypeError(
      `Cannot record ${Deno.inspect(sample)}: expected an object such as { name: "step", ttlb: 0.1 }`,
    );
  }
  const what = `Cannot record "${sample.name}"`;
  for (const [key, unit] of FIGURES) {
    const value: unknown = sample[key];
    if (value === undefined && key !== "ttlb") continue;
    if (typeof value !== "number") {
      throw new TypeError(`${what}: ${key} is ${Deno.inspect(value)}, expected a number of ${unit}`);
    }
    if (!Number.isFinite(value) || value < 0) {
      throw new RangeError(`${what}: ${key} is ${value}, expected a finite number of ${unit}, 0 or more`);
    }
  }
  if (sample.inTotal !== undefined && typeof sample.inTotal !== "boolean") {
    throw new TypeError(`${what}: inTotal is ${Deno.inspect(sample.inTotal)}, expected true or false`);
  }
}
