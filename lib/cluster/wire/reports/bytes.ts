/**
 * Numbers and strings as bytes, as compact as they are small.
 *
 * @module
 */

/** Bytes of a writer at first. */
const FIRST_BYTES = 4096;
/** Numbers below this fit into seven bits. */
const ONE_BYTE = 128;
/** Greatest number that {@linkcode ByteWriter.number} writes as a whole one: twice of it is exact, too. */
const MOST_WHOLE = 2 ** 52;
/** Most bytes of a varint: eight of seven bits hold 2^53. */
const MOST_VARINT_BYTES = 8;

/** Writes values one after the other; {@linkcode ByteReader} reads them in the same order. */
export class ByteWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** Returns a copy of what was written, and starts again. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return bytes;
  }

  /** Writes 0 to 255. */
  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** Writes a whole number from 0 to 2^53 − 1: seven bits a byte, the lowest first (LEB128). */
  varint(value: number): void {
    this.#reserve(MOST_VARINT_BYTES);
    let rest = value;
    for (; rest >= ONE_BYTE; rest = Math.floor(rest / ONE_BYTE)) {
      this.#bytes[this.#length++] = rest % ONE_BYTE + ONE_BYTE;
    }
    this.#bytes[this.#length++] = rest;
  }

  /** Writes a whole number that may be negative, beyond ±2^52 not exactly. */
  signed(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** Writes any number, exactly; whole ones from 0 to 2^52 are short. */
  number(value: number): void {
    if (Number.isInteger(value) && value >= 0 && value < MOST_WHOLE) return this.varint(2 * value);
    this.varint(1);
    this.float(value);
  }

  /** Writes any number in eight bytes. */
  float(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** Writes a string: its bytes in UTF-8, after their number. */
  string(value: string): void {
    this.bytes(new TextEncoder().encode(value));
  }

  /** Writes bytes after their number. */
  bytes(value: Uint8Array): void {
    this.varint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#length + bytes));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/** Reads what a {@linkcode ByteWriter} has written; what cannot be from one is a `SyntaxError`. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  /** Where histograms' buckets are put; made for the first one. */
  #block: ArrayBuffer | null = null;
  /** Numbers of the block that are in use. */
  #used = 0;

  /** @param bytes What was written */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Whether all has been read. */
  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Reads 0 to 255. */
  byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new SyntaxError("Cannot decode a report: it ends too early");
    return byte;
  }

  /** Reads a whole number from 0 to 2^53 − 1. */
  varint(): number {
    let byte = this.byte();
    if (byte < ONE_BYTE) return byte;
    let value = byte - ONE_BYTE;
    for (let scale = ONE_BYTE; scale < ONE_BYTE ** MOST_VARINT_BYTES; scale *= ONE_BYTE) {
      byte = this.byte();
      if (byte < ONE_BYTE) return safe(value + byte * scale);
      value += (byte - ONE_BYTE) * scale;
    }
    throw new SyntaxError("Cannot decode a report: a number is too large");
  }

  /** Reads a whole number that may be negative. */
  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Reads any number. */
  number(): number {
    const value = this.varint();
    if (value % 2 === 0) return value / 2;
    if (value !== 1) throw new SyntaxError("Cannot decode a report: unknown kind of number");
    return this.float();
  }

  /** Reads any number of eight bytes. */
  float(): number {
    this.#need(8);
    this.#at += 8;
    const number = this.#view.getFloat64(this.#at - 8, true);
    if (Number.isNaN(number)) throw new SyntaxError("Cannot decode a report: a number is NaN");
    return number;
  }

  /** Reads a string. */
  string(): string {
    return new TextDecoder().decode(this.bytes());
  }

  /** Reads bytes: a part of what is read, not a copy. */
  bytes(): Uint8Array {
    const length = this.varint();
    this.#need(length);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /**
   * Reads how many things follow.
   *
   * @param leastBytes Bytes that each has at least: there cannot be more than fit
   */
  count(leastBytes: number): number {
    const count = this.varint();
    this.#need(count * leastBytes);
    return count;
  }

  /**
   * Reads the buckets of a histogram: their number, and of each the distance of its index from the one before and its
   * count. The hot path: most of both take one byte.
   *
   * @param places Indices are below this
   * @returns Index and count of each, alternating
   */
  buckets(places: number): Float64Array<ArrayBuffer> {
    const pairs = this.#cut(2 * this.count(2));
    const bytes = this.#bytes;
    let [at, index] = [this.#at, 0];
    for (let pair = 0; pair < pairs.length; pair += 2) {
      const gap = bytes[at]!;
      const count = bytes[at + 1]!;
      if (gap < ONE_BYTE && count < ONE_BYTE) {
        at += 2;
        index += (gap & 1) === 0 ? gap >> 1 : -((gap + 1) >> 1);
        pairs[pair + 1] = count;
      } else {
        this.#at = at;
        index += this.signed();
        pairs[pair + 1] = this.varint();
        at = this.#at;
      }
      if (index < 0 || index >= places) throw new SyntaxError("Cannot decode a report: a bucket has no place");
      pairs[pair] = index;
    }
    this.#at = at;
    return pairs;
  }

  /** Returns a part of one block: to allocate a block for each histogram would be a good part of reading it. */
  #cut(length: number): Float64Array<ArrayBuffer> {
    // Each number takes a byte or more, so that all of them together fit in.
    this.#block ??= new ArrayBuffer(8 * this.#bytes.length);
    const part = new Float64Array(this.#block, 8 * this.#used, length);
    this.#used += length;
    return part;
  }

  #need(bytes: number): void {
    if (this.#at + bytes > this.#bytes.length) throw new SyntaxError("Cannot decode a report: it ends too early");
  }
}

function safe(value: number): number {
  if (!Number.isSafeInteger(value)) throw new SyntaxError("Cannot decode a report: a number is too large");
  return value;
}
