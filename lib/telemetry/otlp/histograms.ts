/**
 * Histograms of OTLP from ours.
 *
 * @module
 */

import type { HistogramFigures } from "../measurements.ts";

/** Buckets of exponential histograms: 2^5 per power of two, so that each is 2.2 % wide. */
export const SCALE = 5;

/** Bounds of explicit buckets in seconds: 1-2-5 from 1 ms to 50 s, as aiolocust has them. */
export const BOUNDS: readonly number[] = [-3, -2, -1, 0, 1].flatMap((power) =>
  [1, 2, 5].map((factor) => Number(`${factor}e${power}`))
);

/** Buckets of an exponential histogram. */
export interface ExponentialBuckets {
  /** Number of values that are 0. */
  readonly zeroCount: number;
  /** Index of the first bucket. */
  readonly offset: number;
  readonly bucketCounts: readonly number[];
}

/**
 * Returns exponential buckets: bucket i counts values in (base^i, base^(i+1)], with base = 2^(2^-scale).
 * https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram
 */
export function exponentialBuckets({ values }: HistogramFigures, scale: number = SCALE): ExponentialBuckets {
  let zeroCount = 0;
  const byIndex: (readonly [index: number, count: number])[] = [];
  for (const [value, count] of values) {
    if (value === 0) zeroCount += count;
    else byIndex.push([Math.ceil(Math.log2(value) * 2 ** scale) - 1, count]);
  }
  const offset = byIndex[0]?.[0] ?? 0;
  const bucketCounts = new Array<number>(byIndex.length === 0 ? 0 : byIndex.at(-1)![0] - offset + 1).fill(0);
  for (const [index, count] of byIndex) bucketCounts[index - offset]! += count;
  return { zeroCount, offset, bucketCounts };
}

/** Returns the counts of explicit buckets: the first up to the first bound, the last above the last one. */
export function explicitCounts({ values }: HistogramFigures, bounds: readonly number[] = BOUNDS): number[] {
  const counts = new Array<number>(bounds.length + 1).fill(0);
  for (const [value, count] of values) {
    const at = bounds.findIndex((bound) => value <= bound);
    counts[at < 0 ? bounds.length : at]! += count;
  }
  return counts;
}
