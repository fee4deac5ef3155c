/**
 * Widths, wrapping and alignment of cells.
 *
 * @module
 */

import { stripAnsiCode } from "@std/fmt/colors";
import { unicodeWidth } from "@std/cli/unicode-width";
import type { Direction } from "./column.ts";

/** An SGR sequence with one code: the ones that {@linkcode openStyles} follows. */
// deno-lint-ignore no-control-regex -- it begins with one
const STYLE = /\x1b\[(38;2;\d+;\d+;\d+|38;5;\d+|48;2;\d+;\d+;\d+|48;5;\d+|\d+)m/gu;

/** Returns how many columns a string takes on a terminal; colours take none. */
export function displayWidth(text: string): number {
  return unicodeWidth(stripAnsiCode(text));
}

/**
 * Returns the width that a cell asks for: its widest line, or, where the width of its column is limited, as many words
 * from the start of each line as fit, but at least one.
 */
export function wantedWidth(text: string, maxWidth: number | undefined): number {
  const lines = text.split("\n").map((line) => maxWidth === undefined ? line : firstWords(line, maxWidth));
  return Math.max(...lines.map(displayWidth));
}

/** Breaks a cell into lines of at most a width; each line opens and closes its own styles. */
export function cellLines(text: string, width: number): string[] {
  const lines: string[] = [];
  let open: readonly string[] = [];
  for (let rest = text; rest !== "" || lines.length === 0;) {
    const words = firstWords(rest.split("\n", 1)[0]!, width);
    const isBroken = displayWidth(words) > Math.min(width, displayWidth(rest));
    const taken = isBroken ? firstCharacters(words, width) : words;
    const line = open.join("") + taken;
    open = openStyles(line);
    lines.push(line + open.map(closing).reverse().join(""));
    rest = rest.slice(taken.length + (isBroken ? 0 : 1));
  }
  return lines;
}

/** Returns a line with blanks added to fill a width. */
export function alignTo(line: string, width: number, direction: Direction): string {
  const blanks = Math.max(0, width - displayWidth(line));
  if (direction === "right") return " ".repeat(blanks) + line;
  if (direction === "left") return line + " ".repeat(blanks);
  const left = Math.floor(blanks / 2);
  return " ".repeat(left) + line + " ".repeat(blanks - left);
}

/** Returns the words from the start of a line that fit into a width, and at least one. */
function firstWords(line: string, width: number): string {
  let end = -1;
  for (let start = 0; start <= line.length; start = end + 1) {
    const blank = line.indexOf(" ", start);
    const next = blank < 0 ? line.length : blank;
    if (end > 0 && displayWidth(line.slice(0, next)) > width) break;
    end = next;
  }
  return line.slice(0, end);
}

/** Returns the characters from the start of a line that fit into a width, and at least one. */
function firstCharacters(line: string, width: number): string {
  let taken = "";
  for (const [part] of line.matchAll(new RegExp(`(?:${STYLE.source})+|.`, "gu"))) {
    if (taken !== "" && displayWidth(taken + part) > width) break;
    taken += part;
  }
  return taken;
}

/** Returns the styles that a line leaves open, in the order they were opened. */
function openStyles(line: string): string[] {
  const open = new Map<string, string>();
  for (const [sequence] of line.matchAll(STYLE)) {
    const end = closing(sequence);
    open.delete(end); // what comes later replaces it
    if (sequence !== end) open.set(end, sequence);
  }
  return [...open.values()];
}

/** Returns the sequence that ends a style; for one that does end a style, itself. */
function closing(sequence: string): string {
  const code = Number.parseInt(sequence.slice(2));
  const end = code === 1 || code === 2
    ? 22
    : code >= 3 && code <= 9
    ? code + 20
    : isBetween(code, 30, 38) || isBetween(code, 90, 97)
    ? 39
    : isBetween(code, 40, 48) || isBetween(code, 100, 107)
    ? 49
    : code;
  return `\x1b[${end}m`;
}

function isBetween(code: number, least: number, most: number): boolean {
  return code >= least && code <= most;
}
