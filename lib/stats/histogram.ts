/**
 * Response times in fixed memory, accurate to 1 %, and mergeable without loss.
 *
 * @module
 */

/** Each value below this has its own bucket; above it, each power of two has half as many buckets. */
const EXACT_BELOW = 128;
const SUB_BUCKETS = EXACT_BELOW / 2;
/** Values of 2^40 µs (12.7 days) and more share the last bucket. */
const MAX_EXPONENT = 40;
/** Number of buckets. */
export const BUCKETS: number = EXACT_BELOW + (MAX_EXPONENT - 7) * SUB_BUCKETS;
/** Below this, indices are computed with 32-bit operations. */
const SMALL_LIMIT = 2 ** 31;

/** Values recorded since the last delta: plain data that survives `postMessage`. */
export interface HistogramDelta {
  /** Index and count of each changed bucket, alternating. */
  readonly buckets: Float64Array;
  /** Number of values. */
  readonly count: number;
  /** Their sum in microseconds. */
  readonly sumUs: number;
  /** Smallest value in microseconds; `Infinity` without values. */
  readonly minUs: number;
  /** Largest value in microseconds; 0 without values. */
  readonly maxUs: number;
}

/**
 * A log-linear histogram of times in whole microseconds, like HdrHistogram: 64 buckets per power of two.
 *
 * A bucket that starts at v is at most v/64 wide, and a percentile is the middle of its bucket, so a reported
 * percentile is off by at most 1/128 (0.8 %) of the true one; below 128 µs it is exact. Count, sum, minimum and maximum
 * are exact, and percentiles are clamped to [minimum, maximum]. Memory is fixed: 2,240 counts, 18 KB. Counts are
 * doubles, exact up to 2^53.
 */
export class Histogram {
  readonly #counts = new Float64Array(BUCKETS);
  #count = 0;
  #sumUs = 0;
  #minUs = Infinity;
  #maxUs = 0;
  #lowestIndex = BUCKETS;
  #highestIndex = -1;

  /** Number of values. */
  get count(): number {
    return this.#count;
  }

  /** Sum of all values in microseconds, exact. */
  get sumUs(): number {
    return this.#sumUs;
  }

  /** Smallest value in microseconds, exact; 0 without values. */
  get minUs(): number {
    return this.#count === 0 ? 0 : this.#minUs;
  }

  /** Largest value in microseconds, exact; 0 without values. */
  get maxUs(): number {
    return this.#maxUs;
  }

  /** Mean in microseconds; 0 without values. */
  get meanUs(): number {
    return this.#count === 0 ? 0 : this.#sumUs / this.#count;
  }

  /** Whether a value was recorded or removed since the last delta. */
  get isChanged(): boolean {
    return this.#highestIndex >= 0;
  }

  /**
   * Records one value. Allocates nothing.
   *
   * @param valueUs Microseconds; rounded to a whole number, negative values and NaN count as 0
   */
  record(valueUs: number): void {
    const us = valueUs > 0 ? Math.round(valueUs) : 0;
    const index = indexOf(us);
    this.#counts[index]! += 1;
    this.#count += 1;
    this.#sumUs += us;
    if (us < this.#minUs) this.#minUs = us;
    if (us > this.#maxUs) this.#maxUs = us;
    if (index < this.#lowestIndex) this.#lowestIndex = index;
    if (index > this.#highestIndex) this.#highestIndex = index;
  }

  /**
   * Removes a value that was recorded, here or before the last delta; the minimum and the maximum stay.
   *
   * @param valueUs As it was recorded
   */
  remove(valueUs: number): void {
    const us = valueUs > 0 ? Math.round(valueUs) : 0;
    const index = indexOf(us);
    this.#counts[index]! -= 1;
    this.#count -= 1;
    this.#sumUs -= us;
    if (index < this.#lowestIndex) this.#lowestIndex = index;
    if (index > this.#highestIndex) this.#highestIndex = index;
  }

  /**
   * Returns a percentile.
   *
   * @param percentile 0–100; 0 is the smallest value, 100 the largest
   * @returns Microseconds, to 0.8 %; 0 without values
   */
  percentileUs(percentile: number): number {
    return this.percentilesUs([percentile])[0]!;
  }

  /**
   * Returns several percentiles in one pass.
   *
   * The rank of percentile p among n values is ⌈p/100 · n⌉, at least 1: the nearest-rank method, so that every
   * percentile is (up to the bucket) a value that occurred.
   *
   * @param percentiles 0–100, in ascending order
   * @returns Microseconds for each; 0 without values
   * @throws {RangeError} if a percentile is not in 0–100
   */
  percentilesUs(percentiles: readonly number[]): number[] {
    let index = this.#lowestIndex - 1;
    let seen = 0;
    return percentiles.map((percentile) => {
      if (!(percentile >= 0 && percentile <= 100)) {
        throw new RangeError(`Cannot compute percentile ${percentile}: expected 0 to 100`);
      }
      if (this.#count === 0) return 0;
      // The product is rounded at 1e-9, so that 99.9 % of 1000 is rank 999 and not, by a rounding error, 1000.
      const rank = Math.max(1, Math.ceil(percentile / 100 * this.#count - 1e-9));
      if (rank >= this.#count) return this.#maxUs;
      if (rank === 1) return this.#minUs;
      while (seen < rank) seen += this.#counts[++index]!;
      return Math.min(Math.max(middleOf(index), this.#minUs), this.#maxUs);
    });
  }

  /** Adds the values of another histogram. */
  merge(other: Histogram): void {
    for (let index = other.#lowestIndex; index <= other.#highestIndex; index++) {
      this.#counts[index]! += other.#counts[index]!;
    }
    this.#addTotals(other.#count, other.#sumUs, other.#minUs, other.#maxUs);
    this.#lowestIndex = Math.min(this.#lowestIndex, other.#lowestIndex);
    this.#highestIndex = Math.max(this.#highestIndex, other.#highestIndex);
  }

  /** Takes the values of another histogram away, which are among those of this one; the minimum and the maximum stay. */
  subtract(other: Histogram): void {
    for (let index = other.#lowestIndex; index <= other.#highestIndex; index++) {
      this.#counts[index]! -= other.#counts[index]!;
    }
    this.#count -= other.#count;
    this.#sumUs -= other.#sumUs;
  }

  /** Returns a copy. */
  clone(): Histogram {
    const copy = new Histogram();
    copy.merge(this);
    return copy;
  }

  /** Returns the values recorded since the last call and resets the histogram. */
  takeDelta(): HistogramDelta {
    const buckets: number[] = [];
    for (let index = this.#lowestIndex; index <= this.#highestIndex; index++) {
      if (this.#counts[index] !== 0) buckets.push(index, this.#counts[index]!);
    }
    const delta = {
      buckets: Float64Array.from(buckets),
      count: this.#count,
      sumUs: this.#sumUs,
      minUs: this.#minUs,
      maxUs: this.#maxUs,
    };
    this.#clear();
    return delta;
  }

  /** Adds the values of a delta. */
  addDelta({ buckets, count, sumUs, minUs, maxUs }: HistogramDelta): void {
    const counts = this.#counts;
    let [lowest, highest] = [this.#lowestIndex, this.#highestIndex];
    for (let at = 0; at < buckets.length; at += 2) {
      const index = buckets[at]!;
      counts[index]! += buckets[at + 1]!;
      if (index < lowest) lowest = index;
      if (index > highest) highest = index;
    }
    this.#lowestIndex = lowest;
    this.#highestIndex = highest;
    this.#addTotals(count, sumUs, minUs, maxUs);
  }

  /** Returns the non-empty buckets in ascending order; `lowerUs` is inclusive, `upperUs` exclusive. */
  *buckets(): Generator<{ readonly lowerUs: number; readonly upperUs: number; readonly count: number }> {
    for (let index = this.#lowestIndex; index <= this.#highestIndex; index++) {
      const count = this.#counts[index]!;
      if (count > 0) yield { lowerUs: lowerOf(index), upperUs: lowerOf(index + 1), count };
    }
  }

  #addTotals(count: number, sumUs: number, minUs: number, maxUs: number): void {
    this.#count += count;
    this.#sumUs += sumUs;
    this.#minUs = Math.min(this.#minUs, minUs);
    this.#maxUs = Math.max(this.#maxUs, maxUs);
  }

  #clear(): void {
    if (this.#highestIndex >= 0) this.#counts.fill(0, this.#lowestIndex, this.#highestIndex + 1);
    this.#count = this.#sumUs = this.#maxUs = 0;
    this.#minUs = Infinity;
    this.#lowestIndex = BUCKETS;
    this.#highestIndex = -1;
  }
}

/** Returns the index of the bucket of a whole number of microseconds. */
function indexOf(us: number): number {
  if (us < EXACT_BELOW) return us;
  if (us < SMALL_LIMIT) {
    // With the highest seven bits kept, `us >>> shift` is in 64–127.
    const shift = 25 - Math.clz32(us);
    return (shift << 6) + (us >>> shift);
  }
  const shift = Math.floor(Math.log2(us)) - 6;
  if (shift > MAX_EXPONENT - 7) return BUCKETS - 1;
  return shift * SUB_BUCKETS + Math.floor(us / 2 ** shift);
}

/** Returns the smallest value of a bucket. */
function lowerOf(index: number): number {
  if (index < EXACT_BELOW) return index;
  const shift = Math.floor(index / SUB_BUCKETS) - 1;
  return (index - shift * SUB_BUCKETS) * 2 ** shift;
}

function middleOf(index: number): number {
  return index < EXACT_BELOW ? index : (lowerOf(index) + lowerOf(index + 1)) / 2;
}
