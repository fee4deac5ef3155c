/**
 * Widths, wrapping and alignment of cells.
 *
 * @module
 */

import { stripAnsiCode } from "@std/fmt/colors";
import { unicodeWidth } from "@std/cli/unicode-width";
import type { Direction } from "./column.ts";

/** Returns how many columns a text takes on a terminal; colours take none. */
export function displayWidth(text: string): number {
  return unicodeWidth(stripAnsiCode(text));
}

/** Breaks a cell into lines of at most a width: at line breaks, then between words, then within a word. */
export function wrap(text: string, width: number): string[] {
  return text.split("\n").flatMap((line) => (displayWidth(line) <= width ? [line] : wrapLine(line, width)));
}

/** Returns a line with blanks added to fill a width. */
export function alignTo(line: string, width: number, direction: Direction): string {
  const blanks = Math.max(0, width - displayWidth(line));
  if (direction === "right") return " ".repeat(blanks) + line;
  if (direction === "left") return line + " ".repeat(blanks);
  const left = Math.floor(blanks / 2);
  return " ".repeat(left) + line + " ".repeat(blanks - left);
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(" ").flatMap((word) => breakWord(word, width))) {
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
  let part = "";
  for (const character of word) {
    if (part !== "" && displayWidth(part + character) > width) {
      parts.push(part);
      part = "";
    }
    part += character;
  }
  return [...parts, part];
}
