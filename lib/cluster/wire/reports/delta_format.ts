/**
 * The form of deltas as bytes, a small part of what they take as JSON.
 *
 * A delta is, in this order: `toMs` (8 bytes), requests cut off, then each with its number first: rows, errors, checks,
 * measures; then what may be missing, each after a byte that says so: connections, arrivals, delays by the cap; then
 * all else as JSON, if there is any.
 *
 * - Numbers are varints (LEB128), or 8 bytes where they are not whole: see `bytes.ts`.
 * - Method, name and class of a row, and each other string, are sent once. A reference is 0 before a new one, which both
 *   ends then count from 1, up to {@linkcode MAX_KEPT} of them; later ones are sent each time.
 * - A histogram is count, sum, least and greatest value, and its changed buckets: their number, and for each the distance
 *   of its index from the one before and its count.
 * - In the times of an error, counts have signs: some may be taken back.
 *
 * A change of any of this raises {@linkcode DELTA_VERSION}.
 *
 * @module
 */

import type { SeriesDelta } from "../../../stats/series.ts";

/** Version of this form. */
export const DELTA_VERSION = 2;
/** Most rows, and most other strings, that are sent only once: more than a run has without errors that differ. */
export const MAX_KEPT = 4096;

/** Bits of a row. */
export const Row = { inTotal: 1, bytesEstimated: 2, hasService: 4, hasMore: 8 } as const;
/** Fewest bytes of a row, an error, a check, a measure, a status, a bucket. */
export const LEAST = { row: 9, error: 21, check: 3, measure: 7, status: 2, bucket: 2 } as const;
/** What names a row. */
export type Place = Pick<SeriesDelta, "method" | "name" | "userClass">;
