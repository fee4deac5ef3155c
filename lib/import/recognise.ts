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

/** Returns whether a file is a Postman collection. */
export function isPostman(source: ImportSource): boolean {
  const json = parsedJson(source);
  const collection = hasKey(json, "collection") ? (json as { collection: unknown }).collection : json;
  return hasKey(collection, "item") || hasKey(collection, "requests") && hasKey(collection, "id");
}

/** Returns whether a file is an access log: its first line is one of such a log. */
export function isAccessLog({ text }: ImportSource): boolean {
  const line = /^[^#\s].*$/m.exec(text)?.[0] ?? "";
  if (/\[\d{2}\/\w{3}\/\d{4}:[\d:]{8} [+-]\d{4}\]\s+"/.test(line)) return true;
  const isJson = /^\{.*\}\s*$/.test(line);
  return isJson && /"[\w@.]*(?:method|verb|request)"/i.test(line) && /"[\w.]*(?:status|code)\w*"/i.test(line);
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
