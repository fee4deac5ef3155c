/**
 * Numbers of any size in little memory, to 0.4 %, and mergeable without loss.
 *
 * @module
 */

/** Largest key: that of the largest finite value. */
const MAX_KEY = 0x7f7f;
/** Largest value that has a bucket of its own; greater ones share it. */
const MAX_VALUE = 3.38e38;

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** What was recorded since the last delta; plain data. */
export interface ValueDelta {
  /** Key and count of each bucket that changed, alternating. */
  readonly buckets: Float64Array;
  /** Number of values. */
  readonly count: number;
  /** Their sum. */
  readonly sum: number;
  /** Least value; `Infinity` without values. */
  readonly min: number;
  /** Greatest value; 0 without values. */
  readonly max: number;
}

/**
 * Counts of values ≥ 0, each rounded to 8 significant bits (the bfloat16 format): whole numbers up to 256 are exact, any
 * other value is off by at most 1/256. Count, sum, least and greatest value are exact. Keys of buckets are in the order
 * of their values. Memory grows with the distinct values, up to 128 buckets per power of two.
 */
export class ValueHistogram {
  readonly #counts = new Map<number, number>();
  #count = 0;
  #sum = 0;
  #min = Infinity;
  #max = 0;

  /** Number of values. */
  get count(): number {
    return this.#count;
  }

  /** Mean; 0 without values. */
  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  /** Least value, exact; 0 without values. */
  get min(): number {
    return this.#count === 0 ? 0 : this.#min;
  }

  /** Greatest value, exact; 0 without values. */
  get max(): number {
    return this.#max;
  }

  /**
   * Records one value.
   *
   * @param value Finite, 0 or more
   */
  record(value: number): void {
    const key = keyOf(value);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    this.#count++;
    this.#sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  /** Returns the value at a percentile, 0–100: the least one such that this share of all values is not above it. */
  percentile(percentile: number): number {
    if (this.#count === 0) return 0;
    const rank = Math.max(1, Math.ceil(percentile / 100 * this.#count - 1e-9));
    let seen = 0;
    for (const [key, count] of this.#sorted()) {
      seen += count;
      if (seen >= rank) return Math.min(Math.max(valueOf(key), this.#min), this.#max);
    }
    return this.#max;
  }

  /** Returns the value of each bucket with its count, in ascending order. */
  buckets(): { readonly value: number; readonly count: number }[] {
    return this.#sorted().map(([key, count]) => ({ value: valueOf(key), count }));
  }

  /** Returns what was recorded since the last call, and starts again. */
  takeDelta(): ValueDelta {
    const delta = {
      buckets: new Float64Array([...this.#counts].flat()),
      count: this.#count,
      sum: this.#sum,
      min: this.#min,
      max: this.#max,
    };
    this.#counts.clear();
    this.#count = this.#sum = this.#max = 0;
    this.#min = Infinity;
    return delta;
  }

  /** Adds what another recorded. */
  addDelta({ buckets, count, sum, min, max }: ValueDelta): void {
    for (let index = 0; index < buckets.length; index += 2) {
      const key = buckets[index]!;
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + buckets[index + 1]!);
    }
    this.#count += count;
    this.#sum += sum;
    this.#min = Math.min(this.#min, min);
    this.#max = Math.max(this.#max, max);
  }

  /** Returns a copy. */
  clone(): ValueHistogram {
    const copy = new ValueHistogram();
    for (const [key, count] of this.#counts) copy.#counts.set(key, count);
    copy.#count = this.#count;
    copy.#sum = this.#sum;
    copy.#min = this.#min;
    copy.#max = this.#max;
    return copy;
  }

  #sorted(): [key: number, count: number][] {
    return [...this.#counts].sort(([a], [b]) => a - b);
  }
}

/** Returns the upper half of a value's bits as a 32-bit float, rounded. */
function keyOf(value: number): number {
  float[0] = value < MAX_VALUE ? value : MAX_VALUE;
  return Math.min((bits[0]! + 0x8000) >>> 16, MAX_KEY);
}

function valueOf(key: number): number {
  bits[0] = key << 16;
  return float[0]!;
}
