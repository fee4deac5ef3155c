/**
 * Recognises the kind of a file by its contents.
 *
 * @module
 */

import type { ImportSource } from "./model.ts";
import { parsedJson } from "./source_json.ts";

/** Returns whether a file is a HAR file. */
export function isHar(source: ImportSource): boolean {
  return hasKey(parsedJson(source), "log");
}

/** Returns whether a file is an OpenAPI document, in JSON or YAML. */
export function isOpenApi(source: ImportSource): boolean {
  const json = parsedJson(source);
  if (json !== undefined) return hasKey(json, "openapi") || hasKey(json, "swagger");
  return /^(?:---\s*\n)?(?:["']?)(?:openapi|swagger)(?:["']?)\s*:/m.test(source.text);
}

/** Returns whether a text has curl commands, in any of the forms that browsers copy. */
export function isCurl({ text }: ImportSource): boolean {
  return /^\s*(?:\$ |[A-Za-z_]\w*=\S* )*curl(?:\.exe)?(?:\s|\^|$)/m.test(text) || otherCopy(text) !== null;
}

/** Names what a browser copied for another program than a POSIX shell; `null` if it is none of these. */
export function otherCopy(text: string): string | null {
  const hasCarets = /^\s*curl(?:\.exe)?\b.*\^\s*$/m.test(text) || /^\s*curl\s+\^"/m.test(text);
  if (hasCarets) return "a curl command for Windows (cmd)";
  if (/^\s*(?:\$session = New-Object|Invoke-(?:WebRequest|RestMethod)\b)/mi.test(text)) {
    return "a command for PowerShell";
  }
  return /^\s*(?:await )?fetch\("/.test(text) ? "a call of fetch" : null;
}

function hasKey(value: unknown, key: string): boolean {
  return value !== null && typeof value === "object" && key in value;
}
