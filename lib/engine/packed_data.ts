/**
 * What `setup()` returned, on its way to every worker.
 *
 * @module
 */

import { deserialize, serialize } from "node:v8";

/** Data above this size earns a warning, in bytes: every worker parses it and keeps its own copy. */
const LARGE_DATA_BYTES = 10_000_000;
/** Deepest nesting looked at; what nests deeper, as anything with a cycle does, travels as it is. */
const MAX_DEPTH = 100;

/**
 * A value as it travels: serialized once into memory that all threads share, or the value itself, which `postMessage`
 * clones for each thread, if it holds objects that only `postMessage` can clone.
 */
export type PackedData = { readonly bytes: SharedArrayBuffer } | { readonly value: unknown };

/**
 * Packs a value.
 *
 * @throws {Error} if it can't be cloned, as a function can't
 */
export function packData(value: unknown): PackedData {
  if (value === undefined || !isPlain(value, 0)) return { value };
  const serialized = serialize(value);
  const bytes = new SharedArrayBuffer(serialized.byteLength);
  new Uint8Array(bytes).set(serialized);
  return { bytes };
}

/** Returns whether a value is known to be larger than {@linkcode LARGE_DATA_BYTES}. */
export function isLarge(packed: PackedData): packed is { readonly bytes: SharedArrayBuffer } {
  return "bytes" in packed && packed.bytes.byteLength > LARGE_DATA_BYTES;
}

/** Returns the value, or a copy of it. */
export function unpackData(packed: PackedData): unknown {
  return "bytes" in packed ? deserialize(new Uint8Array(packed.bytes)) : packed.value;
}

/** Returns whether a value consists of what a serializer keeps exactly; about 50 ns for each of its parts. */
function isPlain(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true; // a function fails to serialize, as it should
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return areAllPlain(value, depth + 1);
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) {
    for (const key in value) if (!isPlain((value as Record<string, unknown>)[key], depth + 1)) return false;
    return true;
  }
  if (prototype === Map.prototype) return areAllPlain(value as Map<unknown, unknown>, depth + 1);
  if (prototype === Set.prototype) return areAllPlain(value as Set<unknown>, depth + 1);
  return prototype === Date.prototype || prototype === Uint8Array.prototype && !isShared(value as Uint8Array);
}

function areAllPlain(values: Iterable<unknown>, depth: number): boolean {
  for (const value of values) if (!isPlain(value, depth)) return false;
  return true;
}

function isShared({ buffer }: Uint8Array): boolean {
  return buffer instanceof SharedArrayBuffer;
}
