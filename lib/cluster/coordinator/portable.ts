/**
 * What `setup()` returned, on its way to other machines.
 *
 * @module
 */

import { serialize } from "node:v8";
import { ScriptError } from "../../core/errors.ts";
import type { PackedData } from "../../engine/packed_data.ts";

/** Returns what `setup` returned in a form that can leave this process. */
export function portable(data: PackedData): PackedData {
  if ("bytes" in data || data.value === undefined) return data;
  try {
    const serialized = serialize(data.value);
    const bytes = new SharedArrayBuffer(serialized.byteLength);
    new Uint8Array(bytes).set(serialized);
    return { bytes };
  } catch (cause) {
    throw new ScriptError("Cannot send the result of setup() to other machines: it can't be serialized", {
      cause,
      hint: "Return plain data: objects, arrays, strings, numbers, Map, Set, Date, Uint8Array.",
    });
  }
}
