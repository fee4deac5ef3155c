/**
 * The percentiles that reports show.
 *
 * @module
 */

import type { RowSummary } from "../stats/summary.ts";

/** Percentiles that reports show by default. */
export const DEFAULT_PERCENTILES: readonly number[] = [50, 95, 99];
/** Maximum number of percentiles: each is a column. */
const MAX_PERCENTILES = 10;

/**
 * Parses a list of percentiles.
 *
 * @param text Numbers above 0 up to 100, separated by commas, such as `50,90,99.9`
 * @returns The percentiles in ascending order, each once
 * @throws {RangeError} if the list is invalid
 */
export function parsePercentiles(text: string): number[] {
  const parts = text.split(",").map((part) => part.trim().replace(/^p/i, ""));
  const wanted = "expected numbers above 0 up to 100, separated by commas, such as 50,90,99.9";
  const wrong = parts.find((part) => !/^\d+(\.\d+)?$/.test(part) || Number(part) <= 0 || Number(part) > 100);
  if (wrong !== undefined) throw new RangeError(wrong === "" ? wanted : `${wrong} is not a percentile, ${wanted}`);
  const percentiles = [...new Set(parts.map(Number))].sort((a, b) => a - b);
  if (percentiles.length > MAX_PERCENTILES) {
    throw new RangeError(`${percentiles.length} percentiles, expected at most ${MAX_PERCENTILES}`);
  }
  return percentiles;
}

/**
 * Returns percentiles of a row in milliseconds, accurate to 1 %; 0 without samples.
 *
 * @param percentiles 0–100, in ascending order
 */
export function percentilesMs({ histogram }: Pick<RowSummary, "histogram">, percentiles: readonly number[]): number[] {
  return histogram.percentilesUs(percentiles).map((us) => us / 1000);
}
