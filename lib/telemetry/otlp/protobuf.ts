/**
 * Encodes messages by a schema, as protobuf and as OTLP/JSON.
 *
 * Written by hand: the packages for this would add 25 MB to the binary and 80 ms to the start of a run.
 * https://protobuf.dev/programming-guides/encoding/
 *
 * @module
 */

/** A scalar: `bytes` are hexadecimal strings, 64-bit integers are numbers up to 2^53 or bigints. */
type Scalar =
  | "string"
  | "bool"
  | "enum"
  | "uint32"
  | "sint32"
  | "sint64"
  | "fixed32"
  | "fixed64"
  | "uint64"
  | "int64"
  | "double"
  | "bytes";

/** One field of a message. */
interface Field {
  readonly id: number;
  /** A scalar, or the schema of a message. */
  readonly type: Scalar | Schema;
  readonly isRepeated?: boolean;
}

/** Fields of a message by their JSON names. */
export type Schema = Readonly<Record<string, Field>>;

/** A message: values by JSON name; `undefined` for a field that is not set. */
export type Message = Readonly<Record<string, unknown>>;

const LONG_TYPES: ReadonlySet<unknown> = new Set<Scalar>(["fixed64", "uint64", "int64"]);

/** Wire types: the low three bits of a tag. */
const [VARINT, FIXED64, DELIMITED, FIXED32] = [0, 1, 2, 5] as const;
const WIRE_TYPES: Readonly<Record<Scalar, number>> = {
  string: DELIMITED,
  bool: VARINT,
  enum: VARINT,
  uint32: VARINT,
  sint32: VARINT,
  sint64: VARINT,
  fixed32: FIXED32,
  fixed64: FIXED64,
  uint64: VARINT,
  int64: VARINT,
  double: FIXED64,
  bytes: DELIMITED,
};

const UTF8 = new TextEncoder();

/** Encodes a message as protobuf. Fields that are set are written even if they have the default value. */
export function encodeProtobuf(schema: Schema, message: Message): Uint8Array<ArrayBuffer> {
  const writer = new Writer();
  writeMessage(writer, schema, message);
  return writer.take();
}

/**
 * Returns a message as OTLP/JSON: 64-bit integers are strings, enums numbers, ids hexadecimal. Half of a surrogate pair,
 * with which a parser refuses the whole message, becomes U+FFFD, as in UTF-8.
 */
export function toJson(schema: Schema, message: Message): Message {
  const entries = Object.entries(message).filter(([, value]) => value !== undefined).map(([name, value]) => {
    const { type, isRepeated } = schema[name]!;
    const one = (item: unknown) => typeof type === "string" ? jsonValue(type, item) : toJson(type, item as Message);
    return [name, isRepeated ? (value as unknown[]).map(one) : one(value)] as const;
  });
  return Object.fromEntries(entries);
}

function jsonValue(type: Scalar, value: unknown): unknown {
  if (LONG_TYPES.has(type)) return String(value);
  return typeof value === "string" ? value.toWellFormed() : value;
}

function writeMessage(writer: Writer, schema: Schema, message: Message): void {
  for (const name in message) {
    const value = message[name];
    if (value === undefined) continue;
    const { id, type, isRepeated } = schema[name]!;
    if (typeof type !== "string") {
      for (const item of isRepeated ? value as Message[] : [value as Message]) {
        writer.tag(id, DELIMITED);
        writer.delimited(() => writeMessage(writer, type, item));
      }
    } else if (isRepeated && WIRE_TYPES[type] !== DELIMITED) {
      writer.tag(id, DELIMITED);
      writer.delimited(() => (value as unknown[]).forEach((item) => writer.scalar(type, item)));
    } else {
      for (const item of isRepeated ? value as unknown[] : [value]) {
        writer.tag(id, WIRE_TYPES[type]);
        writer.scalar(type, item);
      }
    }
  }
}

/** Bytes that grow. */
class Writer {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#at);
  }

  tag(id: number, wireType: number): void {
    this.#varint(id * 8 + wireType);
  }

  /** Writes something with its length before it. */
  delimited(write: () => void): void {
    const start = this.#at;
    this.#reserve(1);
    this.#at++;
    write();
    const length = this.#at - start - 1;
    const extra = length < 0x80 ? 0 : Math.floor(Math.log2(length) / 7);
    this.#reserve(extra);
    this.#bytes.copyWithin(start + 1 + extra, start + 1, this.#at);
    this.#at = start;
    this.#varint(length);
    this.#at += length;
  }

  scalar(type: Scalar, value: unknown): void {
    switch (type) {
      case "string":
        return this.#string(String(value));
      case "bytes":
        return this.delimited(() => this.#hex(value as string));
      case "bool":
        return this.#varint(value ? 1 : 0);
      case "sint32":
      case "sint64":
        return this.#varint((value as number) < 0 ? (value as number) * -2 - 1 : (value as number) * 2);
      case "int64":
      case "uint64":
        return this.#long(value as number | bigint);
      case "fixed64":
        this.#reserve(8);
        this.#view.setBigUint64(this.#at, BigInt(value as number | bigint), true);
        this.#at += 8;
        return;
      case "fixed32":
        this.#reserve(4);
        this.#view.setUint32(this.#at, value as number, true);
        this.#at += 4;
        return;
      case "double":
        this.#reserve(8);
        this.#view.setFloat64(this.#at, value as number, true);
        this.#at += 8;
        return;
      default:
        return this.#varint(value as number);
    }
  }

  #string(text: string): void {
    this.delimited(() => {
      this.#reserve(text.length * 3);
      this.#at += UTF8.encodeInto(text, this.#bytes.subarray(this.#at)).written;
    });
  }

  #hex(digits: string): void {
    this.#reserve(digits.length / 2);
    for (let at = 0; at < digits.length; at += 2) this.#bytes[this.#at++] = parseInt(digits.slice(at, at + 2), 16);
  }

  /** Negative numbers have ten bytes, as their two's complement. */
  #long(value: number | bigint): void {
    if (value >= 0 && value <= Number.MAX_SAFE_INTEGER) return this.#varint(Number(value));
    let rest = BigInt.asUintN(64, BigInt(value));
    this.#reserve(10);
    for (; rest > 0x7fn; rest >>= 7n) this.#bytes[this.#at++] = Number(rest & 0x7fn) | 0x80;
    this.#bytes[this.#at++] = Number(rest);
  }

  /** @param value A whole number, 0 to 2^53 */
  #varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) this.#bytes[this.#at++] = (rest % 0x80) | 0x80;
    this.#bytes[this.#at++] = rest;
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + count));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
