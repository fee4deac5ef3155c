/**
 * Strings on a terminal.
 *
 * @module
 */

import { unicodeWidth } from "@std/cli/unicode-width";
import { stripAnsiCode } from "@std/fmt/colors";

/** Returns the width of a string on a terminal, in columns: colours take none, wide characters two. */
export function displayWidth(text: string): number {
  return unicodeWidth(stripAnsiCode(text));
}

/** Returns an untrusted string (from a server or user code) as one line, with control characters shown as `·`. */
export function oneLine(text: string): string {
  // deno-lint-ignore no-control-regex -- they are what is looked for
  return stripAnsiCode(text).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, "·");
}

/**
 * Shortens a string in its middle, so that both ends stay readable.
 *
 * @param text One line without colours
 * @param width Maximum width in columns, at least 1
 * @returns The string, or its two ends with `…` between them
 */
export function truncateMiddle(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const characters = [...text];
  const tailWidth = Math.floor((width - 1) / 2);
  const head = takeWidth(characters, width - 1 - tailWidth);
  const tail = takeWidth(characters.reverse(), tailWidth).reverse();
  return `${head.join("")}…${tail.join("")}`;
}

/**
 * Breaks a string into lines: between words, and within a word only if it is wider than a line.
 *
 * @param text One line without colours
 * @param width Maximum width in columns, at least 1; `Infinity` keeps the line whole
 */
export function wrapWords(text: string, width: number): string[] {
  if (width === Infinity || displayWidth(text) <= width) return [text];
  const lines: string[] = [];
  let current = "";
  for (const word of text.split(" ").flatMap((word) => breakWord(word, width))) {
    const longer = current === "" ? word : `${current} ${word}`;
    if (displayWidth(longer) <= width) {
      current = longer;
      continue;
    }
    if (current !== "") lines.push(current);
    current = word;
  }
  return [...lines, current];
}

function breakWord(word: string, width: number): string[] {
  const parts: string[] = [];
  let rest = [...word];
  while (rest.length > 0) {
    const part = takeWidth(rest, width);
    parts.push(part.length > 0 ? part.join("") : rest[0]!);
    rest = rest.slice(Math.max(1, part.length));
  }
  return parts;
}

function takeWidth(characters: readonly string[], width: number): string[] {
  const taken: string[] = [];
  let left = width;
  for (const character of characters) {
    left -= displayWidth(character);
    if (left < 0) break;
    taken.push(character);
  }
  return taken;
}
