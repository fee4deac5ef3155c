/**
 * JSON of a file that is imported.
 *
 * @module
 */

import { ScriptError } from "../core/errors.ts";
import type { ImportSource } from "./model.ts";

/** What was parsed; a file is asked about by several kinds. */
const PARSED = new WeakMap<ImportSource, { readonly value: unknown } | { readonly error: SyntaxError }>();

/** Returns the file's JSON; `undefined` if it is not JSON. */
export function parsedJson(source: ImportSource): unknown {
  const result = parse(source);
  return "error" in result ? undefined : result.value;
}

/**
 * Returns the file's JSON.
 *
 * @throws {ScriptError} if it is not JSON; names line and column
 */
export function requireJson(source: ImportSource): unknown {
  const result = parse(source);
  if (!("error" in result)) return result.value;
  throw new ScriptError(`Cannot import "${source.name}": ${jsonProblem(source.text, result.error)}`);
}

function parse(source: ImportSource) {
  const known = PARSED.get(source);
  if (known !== undefined) return known;
  const result = tryParse(withoutMark(source.text));
  PARSED.set(source, result);
  return result;
}

function tryParse(text: string) {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { error: error as SyntaxError };
  }
}

function withoutMark(text: string): string {
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

/** Says where JSON is broken. V8 gives a position, except at the end of the text. */
function jsonProblem(text: string, { message }: SyntaxError): string {
  const place = /position (\d+) \(line (\d+) column (\d+)\)/.exec(message);
  const isInside = place !== null && Number(place[1]) < withoutMark(text).trimEnd().length;
  if (isInside) return `not JSON at line ${place[2]}, column ${place[3]}`;
  const lines = text.trimEnd().split("\n");
  if (lines.join("") === "") return "it is empty";
  return `JSON ends too early, at line ${lines.length}, column ${lines.at(-1)!.length + 1}`;
}
