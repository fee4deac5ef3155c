/**
 * Values as TypeScript.
 *
 * @module
 */

import { Code, type JsonTemplate, type Text } from "./model.ts";

/** Returns a string literal or the expression. */
export function textCode(text: Text): string {
  return text instanceof Code ? text.text : stringCode(text);
}

/** Returns a string literal: in double quotes, or a template literal if that has fewer escapes. */
export function stringCode(text: string): string {
  const isTemplate = text.includes('"') && !/[`\\\n\r\u2028\u2029]|\$\{/.test(text);
  if (isTemplate && !hasControls(text)) return `\`${text}\``;
  return escapeControls(JSON.stringify(text));
}

/**
 * Joins strings and expressions into one string.
 *
 * @param parts Strings and expressions, in order
 */
export function template(parts: readonly Text[]): Text {
  if (parts.every((part) => typeof part === "string")) return parts.join("");
  const filled = parts.filter((part) => part !== "");
  const uses = filled.flatMap((part) => part instanceof Code ? part.uses : []);
  if (filled.length === 1) return filled[0]!;
  return new Code(`\`${filled.map(templatePart).join("")}\``, uses);
}

function templatePart(part: Text): string {
  if (part instanceof Code) return `\${${part.text}}`;
  const escaped = part.replaceAll(/[`\\]|\$(?=\{)/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  return escapeControls(escaped.endsWith("$") ? `${escaped.slice(0, -1)}\\$` : escaped);
}

/** Returns the code of a JSON value. */
export function jsonCode(value: JsonTemplate): string {
  if (value instanceof Code) return value.text;
  if (typeof value === "string") return stringCode(value);
  if (value === null || typeof value !== "object") return numberCode(value);
  if (Array.isArray(value)) return `[${value.map(jsonCode).join(", ")}]`;
  return objectCode(Object.entries(value as Record<string, JsonTemplate>).map(([key, one]) => [key, jsonCode(one)]));
}

/** Returns an object literal of keys and code. */
export function objectCode(entries: readonly (readonly [string, string])[]): string {
  if (entries.length === 0) return "{}";
  return `{ ${entries.map(([key, code]) => key === code ? key : `${keyCode(key)}: ${code}`).join(", ")} }`;
}

/** Returns the code of header lines, fields or a query: an object, or pairs if a name comes twice. */
export function fieldsCode(fields: readonly (readonly [string, Text])[]): string {
  const names = fields.map(([name]) => name);
  const isObject = new Set(names).size === names.length && !names.some((name) => /^(?:\d+|__proto__)$/.test(name));
  if (isObject) return objectCode(fields.map(([name, value]) => [name, textCode(value)]));
  return `[${fields.map(([name, value]) => `[${stringCode(name)}, ${textCode(value)}]`).join(", ")}]`;
}

/** Returns the key of a property. */
export function keyCode(key: string): string {
  if (key === "__proto__") return `["__proto__"]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : escapeControls(JSON.stringify(key));
}

function numberCode(value: null | boolean | number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function hasControls(text: string): boolean {
  // deno-lint-ignore no-control-regex
  return /[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/.test(text);
}

/** Escapes characters that an editor hides or that reorder the line; a lone surrogate has no other form. */
function escapeControls(code: string): string {
  return code.replaceAll(
    // deno-lint-ignore no-control-regex
    /[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
