/**
 * Buckets of classic histograms: the same for each row, so that rows can be added up.
 *
 * @module
 */

/**
 * Bounds of an octave as parts of 64. Neighbours differ by less than 5 %, which is what a quantile interpolated between
 * them may be off by, and each is the end of a bucket in which times are counted, so that no count is a guess.
 */
const FINE = [64, 67, 70, 73, 76, 79, 82, 86, 90, 94, 98, 102, 107, 112, 117, 122];
/** Bounds that differ by a quarter at most, for numbers of any size. */
const COARSE = [64, 80, 96, 112];

/** Bounds for times in seconds: 256 µs to 67 s, 289 of them. */
export const TIME_BOUNDS: readonly number[] = boundsOf(FINE, 2 ** 8, 2 ** 26).map((us) => us / 1e6);
/** Bounds for numbers that a script measures: 1/1024 to 2^30, 161 of them. */
export const NUMBER_BOUNDS: readonly number[] = boundsOf(COARSE, 2 ** -10, 2 ** 30);

function boundsOf(parts: readonly number[], first: number, last: number): number[] {
  const bounds: number[] = [];
  for (let octave = first; octave < last; octave *= 2) bounds.push(...parts.map((part) => octave / 64 * part));
  return [...bounds, last];
}
