/**
 * Writes Protocol Buffers messages. See "Encoding" of the Protocol Buffers documentation.
 *
 * @module
 */

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;

/** A message in the making. Default values are written, too: readers of proto2 tell them from missing ones. */
export class MessageWriter {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** Writes an int, uint or enum field. */
  uint(field: number, value: number): void {
    this.#varint(field << 3 | VARINT);
    this.#varint(value);
  }

  /** Writes a sint field: zigzag, so that small negative numbers are short. */
  sint(field: number, value: number): void {
    this.uint(field, zigzag(value));
  }

  double(field: number, value: number): void {
    this.#varint(field << 3 | FIXED64);
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  string(field: number, value: string): void {
    this.bytes(field, new TextEncoder().encode(value));
  }

  /** Writes a packed, repeated sint field. */
  sints(field: number, values: readonly number[]): void {
    const packed = new MessageWriter();
    for (const value of values) packed.#varint(zigzag(value));
    this.bytes(field, packed.finish());
  }

  /** Writes a message field. */
  message(field: number, write: (message: MessageWriter) => void): void {
    const message = new MessageWriter();
    write(message);
    this.bytes(field, message.finish());
  }

  bytes(field: number, value: Uint8Array): void {
    this.#varint(field << 3 | LENGTH_DELIMITED);
    this.delimited(value);
  }

  /** Writes a whole message with its length before it, as streams of messages have it. */
  delimited(message: Uint8Array): void {
    this.#varint(message.length);
    this.#reserve(message.length);
    this.#bytes.set(message, this.#length);
    this.#length += message.length;
  }

  /** Returns the bytes so far. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #varint(value: number): void {
    this.#reserve(10);
    // Not by shifts: counts may exceed 32 bits.
    while (value >= 0x80) {
      this.#bytes[this.#length++] = value % 0x80 | 0x80;
      value = Math.floor(value / 0x80);
    }
    this.#bytes[this.#length++] = value;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + bytes));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}
