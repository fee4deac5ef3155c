/**
 * Messages as bytes: JSON, with marks for what JSON lacks.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** Key of an object that stands for a value which JSON lacks. */
const MARK = "$locust";

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
  try {
    return JSON.parse(new TextDecoder().decode(bytes), (_, value) => unmark(value));
  } catch (cause) {
    // The parser's words may quote the message, with whatever characters it has.
    throw new SyntaxError("Cannot read a message: it is not JSON, or not of this form", { cause });
  }
}

function mark(value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) return marked("number", String(value));
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Float64Array) return marked("floats", [...value]);
  if (value instanceof Uint8Array) return marked("bytes", base64(value));
  if (value instanceof SharedArrayBuffer) return marked("shared", base64(new Uint8Array(value)));
  return value;
}

function marked(kind: "number" | "floats" | "bytes" | "shared", value: unknown): unknown {
  return { [MARK]: kind, value };
}

function unmark(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !(MARK in value)) return value;
  const { [MARK]: kind, value: given } = value as { readonly [MARK]: unknown; readonly value?: unknown };
  if (kind === "floats" && Array.isArray(given)) return new Float64Array(given);
  if (typeof given !== "string") throw new SyntaxError("Cannot decode a message: a mark has no value");
  switch (kind) {
    case "number":
      return Number(given);
    case "bytes":
      return new Uint8Array(Buffer.from(given, "base64"));
    case "shared": {
      const bytes = Buffer.from(given, "base64");
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
