/**
 * Values counted in the buckets of a format.
 *
 * @module
 */

import type { HistogramFigures } from "../measurements.ts";

/**
 * Returns how many values are at most each bound.
 *
 * @param bounds Ascending
 */
export function cumulativeCounts({ values }: HistogramFigures, bounds: readonly number[]): number[] {
  let [at, sum] = [0, 0];
  return bounds.map((bound) => {
    while (at < values.length && values[at]![0] <= bound) sum += values[at++]![1];
    return sum;
  });
}

/** Counts in the buckets of a native histogram. */
export interface NativeCounts {
  /** Values that are 0. */
  readonly zeros: number;
  /** Count by index in ascending order, without empty buckets: index i holds values in (base^(i − 1), base^i]. */
  readonly counts: ReadonlyMap<number, number>;
}

/**
 * Counts values in the buckets of a native histogram, whose base is 2^(2^−schema).
 *
 * @param schema −4 to 8; at 5, neighbouring buckets differ by 2.2 %
 */
export function nativeCounts({ values }: HistogramFigures, schema: number): NativeCounts {
  const perOctave = 2 ** schema;
  const counts = new Map<number, number>();
  let zeros = 0;
  for (const [value, count] of values) {
    if (value === 0) {
      zeros += count;
      continue;
    }
    const index = Math.ceil(Math.log2(value) * perOctave);
    counts.set(index, (counts.get(index) ?? 0) + count);
  }
  return { zeros, counts };
}
