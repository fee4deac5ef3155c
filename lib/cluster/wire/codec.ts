/**
 * Messages as bytes: JSON, with marks for what JSON lacks.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** Key of an object that stands for a value which JSON lacks. */
const MARK = "$locust";

type Marked =
  | { readonly [MARK]: "number"; readonly value: "NaN" | "Infinity" | "-Infinity" }
  | { readonly [MARK]: "floats"; readonly value: readonly number[] }
  | { readonly [MARK]: "bytes" | "shared"; readonly value: string };

/**
 * Encodes plain data, numbers that are not finite, `Float64Array`, `Uint8Array` and `SharedArrayBuffer`. Members that are
 * `undefined` are left out.
 */
export function encode(message: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(message, (_, value) => mark(value)));
}

/**
 * Decodes what {@linkcode encode} has encoded.
 *
 * @throws {SyntaxError} if the bytes are anything else
 */
export function decode(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes), (_, value) => unmark(value));
}

function mark(value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) return marked("number", String(value));
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Float64Array) return marked("floats", [...value]);
  if (value instanceof Uint8Array) return marked("bytes", base64(value));
  if (value instanceof SharedArrayBuffer) return marked("shared", base64(new Uint8Array(value)));
  return value;
}

function marked(kind: Marked[typeof MARK], value: unknown): unknown {
  return { [MARK]: kind, value };
}

function unmark(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !(MARK in value)) return value;
  const one = value as Marked;
  switch (one[MARK]) {
    case "number":
      return Number(one.value);
    case "floats":
      return new Float64Array(one.value);
    case "bytes":
      return new Uint8Array(Buffer.from(one.value, "base64"));
    case "shared": {
      const bytes = Buffer.from(one.value, "base64");
      const memory = new SharedArrayBuffer(bytes.length);
      new Uint8Array(memory).set(bytes);
      return memory;
    }
    default:
      throw new SyntaxError("Cannot decode a message: unknown mark");
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
