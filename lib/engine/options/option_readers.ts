/**
 * Readers of option values. The error of each names what was expected.
 *
 * @module
 */

import { pathToFileURL } from "node:url";
import { parseThreshold } from "../../stats/thresholds.ts";
import { parseEndpoint } from "../../http/origin.ts";
import { proxyChoice } from "../../http/proxy.ts";
import { parseDurationMs, parseRatePerSecond } from "../../core/units.ts";

/**
 * Converts a given value to the value in force.
 *
 * @throws {RangeError} if it is invalid; the message continues `Cannot use --option "value": `
 */
export type OptionReader<T> = (value: unknown) => T;

/** Reads a whole number from `min` to `max`, given as a number or as decimal digits. */
export function wholeNumber(min: number, max: number = Number.MAX_SAFE_INTEGER): OptionReader<number> {
  return (value) => {
    const given = numberOrText(value);
    const number = typeof given === "number" ? given : wholeNumberIn(given.trim());
    if (!Number.isInteger(number)) throw new RangeError(`not a whole number, expected ${min} or more`);
    if (number < min) throw new RangeError(`too small, expected ${min} or more`);
    if (number > max) throw new RangeError(`too large, expected at most ${max}`);
    return number;
  };
}

/** Reads a duration as milliseconds, 0 or more. */
export function duration(value: unknown): number {
  return parseDurationMs(numberOrText(value));
}

/** Reads a duration as milliseconds, more than 0. */
export function positiveDuration(value: unknown): number {
  return positive(duration(value));
}

/** Reads a rate per second, more than 0. */
export function positiveRate(value: unknown): number {
  return positive(parseRatePerSecond(numberOrText(value)));
}

/** Reads a share, 0–1. */
export function ratio(value: unknown): number {
  const given = numberOrText(value);
  const number = typeof given === "number" ? given : /^\d*\.?\d+$/.test(given.trim()) ? Number(given) : NaN;
  if (number >= 0 && number <= 1) return number;
  throw new RangeError("not a share, expected 0 to 1, such as 0.01");
}

/** Reads a boolean. */
export function flag(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new RangeError("not a boolean, expected true or false");
}

/** Reads a non-empty string. */
export function text(value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw new RangeError("empty, expected a non-empty string");
}

/** Reads names: a list, or a string separated by commas. */
export function names(value: unknown): readonly string[] {
  const list = (Array.isArray(value) ? value : String(value).split(",")).map((name) => String(name).trim());
  if (list.length > 0 && list.every((name) => name !== "")) return list;
  throw new RangeError("an empty name, expected names separated by commas");
}

/** Reads threshold expressions: a list, or one. */
export function thresholds(value: unknown): readonly string[] {
  const expressions = Array.isArray(value) ? value.map(String) : [String(value)];
  for (const expression of expressions) {
    try {
      parseThreshold(expression);
    } catch (error) {
      if (!(error instanceof RangeError) || expressions.length === 1) throw error;
      throw new RangeError(`"${expression}": ${error.message}`);
    }
  }
  return expressions;
}

/** Reads `host:port`. */
export function endpoint(value: unknown): string {
  const given = String(value).trim();
  parseEndpoint(given);
  return given;
}

/** Reads the URL of a proxy, or `env`, which checks the variables, too. */
export function proxy(value: unknown): string {
  const given = String(value).trim();
  proxyChoice(given);
  return given;
}

/** Reads a path, relative to the working directory, or a `file:` URL; returns an absolute `file:` URL. */
export function fileUrl(value: unknown): string {
  const text = String(value);
  const isUrl = value instanceof URL || /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const url = isUrl ? URL.parse(text) : text === "" ? null : pathToFileURL(text);
  if (url?.protocol !== "file:") throw new RangeError("not a file, expected a path or a file: URL");
  return url.href;
}

/** Reads one of a set of words, ignoring case. */
export function oneOf<T extends string>(words: readonly T[]): OptionReader<T> {
  return (value) => {
    const text = String(value).trim().toLowerCase();
    const word = words.find((one) => one.toLowerCase() === text);
    if (word !== undefined) return word;
    const all = words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
    throw new RangeError(`unknown value, expected ${all}`);
  };
}

function wholeNumberIn(text: string): number {
  return /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
}

/** Returns NaN for anything else, which every reader refuses. */
function numberOrText(value: unknown): number | string {
  return typeof value === "number" || typeof value === "string" ? value : NaN;
}

function positive(amount: number): number {
  if (amount === 0) throw new RangeError("too small, expected more than 0");
  return amount;
}
