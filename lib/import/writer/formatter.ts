/**
 * Formats TypeScript as `deno fmt` does by default. It is the same formatter, as WebAssembly: the binary has no `deno fmt`.
 *
 * @module
 */

import { createFromBuffer } from "@dprint/formatter";
import { getPath } from "@dprint/typescript";

/**
 * Returns TypeScript as `deno fmt` leaves it.
 *
 * @throws {Error} if it cannot be parsed
 */
export function formatTypeScript(text: string): string {
  const formatter = createFromBuffer(Deno.readFileSync(getPath()));
  formatter.setConfig({ indentWidth: 2, lineWidth: 80 }, { deno: true });
  return formatter.formatText({ filePath: "locustfile.ts", fileText: text });
}
