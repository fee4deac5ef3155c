/**
 * Expressions inside of strings, while a file is being read: the variables of a shell or of a Postman collection.
 *
 * Between two characters for private use, an expression passes through parsers of JSON, forms and URLs as a part of a
 * string; `unmark` then makes a template of it.
 *
 * @module
 */

import { template } from "./literals.ts";
import { Code, type JsonTemplate, type Text } from "./model.ts";

const [OPEN, CLOSE] = ["\ue000", "\ue001"];
const MARKED = /\ue000([^\ue001]*)\ue001/;

/** Returns an expression as a part of a string. */
export function mark(expression: string): string {
  return `${OPEN}${expression}${CLOSE}`;
}

/** Returns whether a string has expressions in it. */
export function hasMarks(text: string): boolean {
  return text.includes(OPEN);
}

/** Returns a string, an expression, or a template of both. */
export function unmark(text: string): Text {
  if (!hasMarks(text)) return text;
  return template(text.split(MARKED).map((part, index) => index % 2 === 0 ? part : new Code(part)));
}

/** Does the same for all strings of a JSON value. */
export function unmarkJson(value: unknown): JsonTemplate {
  if (typeof value === "string") return unmark(value);
  if (Array.isArray(value)) return value.map(unmarkJson);
  if (value === null || typeof value !== "object") return value as null | boolean | number;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unmarkJson(one)]));
}
