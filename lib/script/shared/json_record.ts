/**
 * Encodes the values that users share as bytes.
 *
 * @module
 */

import { errorMessage } from "../../core/error_site.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Returns a value as JSON, encoded in UTF-8.
 *
 * @param action The action, for the message: `push to queue "orders"`
 * @throws {TypeError} if JSON cannot represent it: `undefined`, a function, a symbol, a bigint, a cycle
 */
export function encodeRecord(value: unknown, action: string): Uint8Array {
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch (cause) {
    throw new TypeError(`Cannot ${action}: JSON cannot represent the value (${errorMessage(cause)})`, { cause });
  }
  if (json !== undefined) return encoder.encode(json);
  throw new TypeError(`Cannot ${action}: JSON cannot represent ${Deno.inspect(value)}, expected plain data`);
}

/** Returns the value that {@linkcode encodeRecord} encoded. */
export function decodeRecord(record: Uint8Array): unknown {
  return JSON.parse(decoder.decode(record));
}
