/**
 * Text as bytes, with as little work as possible for each number.
 *
 * @module
 */

const [ZERO, DOT, MINUS] = [48, 46, 45];
/** Larger numbers are shown as this one: a script may record any finite one. */
const MAX = Number.MAX_SAFE_INTEGER;

/** Collects bytes in one growing buffer. */
export class ByteBuffer {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  /** @param sizeBytes Size to begin with */
  constructor(sizeBytes: number) {
    this.#bytes = new Uint8Array(sizeBytes);
  }

  /** Bytes collected. */
  get length(): number {
    return this.#length;
  }

  /** Returns the bytes collected; they are valid until the next call of another method. */
  view(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Starts again. */
  clear(): void {
    this.#length = 0;
  }

  /** Makes room for more bytes; the other methods do not check. */
  reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#length + bytes));
    larger.set(this.view());
    this.#bytes = larger;
  }

  /** Adds bytes. */
  put(bytes: Uint8Array): void {
    if (bytes.length > 24) this.#bytes.set(bytes, this.#length);
    // Calling `set` takes longer than copying a few bytes.
    else for (let at = 0; at < bytes.length; at++) this.#bytes[this.#length + at] = bytes[at]!;
    this.#length += bytes.length;
  }

  /** Adds a whole number, at most 20 characters. */
  putWhole(value: number): void {
    const rest = Math.min(Math.abs(value), MAX);
    if (value < 0) this.#bytes[this.#length++] = MINUS;
    let digits = 1;
    for (let power = 10; rest >= power; power *= 10) digits++;
    this.putDigits(rest, digits);
  }

  /** Adds a whole number with leading zeros. */
  putDigits(value: number, digits: number): void {
    const end = this.#length + digits;
    let rest = value;
    for (let at = end - 1; at >= this.#length; at--) {
      const tenth = Math.floor(rest / 10);
      this.#bytes[at] = ZERO + (rest - 10 * tenth);
      rest = tenth;
    }
    this.#length = end;
  }

  /**
   * Adds a number of thousandths or millionths as a decimal fraction, with all decimals or none.
   *
   * @param parts The number of parts, which is rounded
   * @param decimals How many there are
   */
  putFraction(parts: number, decimals: 3 | 6): void {
    const rounded = Math.min(Math.round(Math.abs(parts)), MAX);
    if (parts < 0 && rounded > 0) this.#bytes[this.#length++] = MINUS;
    const unit = decimals === 3 ? 1000 : 1_000_000;
    const whole = Math.floor(rounded / unit);
    const fraction = rounded - whole * unit;
    this.putWhole(whole);
    if (fraction === 0) return;
    this.#bytes[this.#length++] = DOT;
    this.putDigits(fraction, decimals);
  }
}
