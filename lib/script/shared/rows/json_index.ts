/**
 * Finds the values of a JSON array or of JSON lines.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import { errorMessage } from "../../../core/error_site.ts";
import type { IndexWriter } from "./block_writer.ts";

const [LF, QUOTE, COMMA, BACKSLASH] = [10, 34, 44, 92];
/** `[`, `{` and `]`, `}`. */
const OPENING = [91, 123];
const CLOSING = [93, 125];
const SPACES = [9, 10, 13, 32];

/**
 * Appends the offset of each element of an array, and the end of the last one.
 *
 * @param text The file, in valid UTF-8
 * @throws {TypeError} if it is not a JSON array; names the line
 */
export function indexArray(text: Buffer, index: IndexWriter): void {
  let [at, line] = [0, 1];
  const skipSpaces = () => {
    while (SPACES.includes(text[at]!)) if (text[at++] === LF) line++;
  };
  skipSpaces();
  if (text[at] !== OPENING[0]) throw new TypeError("not an array, expected [ … ]");
  at++;
  for (let isFirst = true;; isFirst = false) {
    skipSpaces();
    if (isFirst && text[at] === CLOSING[0]) break;
    const [start, startLine] = [at, line];
    let depth = 0;
    for (; at < text.length; at++) {
      const byte = text[at]!;
      if (byte === QUOTE) at = stringEnd(text, at);
      else if (byte === LF) line++;
      else if (OPENING.includes(byte)) depth++;
      else if (depth > 0 && CLOSING.includes(byte)) depth--;
      else if (depth === 0 && (byte === COMMA || byte === CLOSING[0])) break;
    }
    checkJson(text.toString("utf8", start, at), startLine);
    index.push(start);
    if (at >= text.length) throw new TypeError(`line ${line}: the array has no end, expected ]`);
    if (text[at] === CLOSING[0]) break;
    at++;
  }
  index.push(at++);
  skipSpaces();
  if (at < text.length) throw new TypeError(`line ${line}: characters after the array, expected the end of the file`);
}

/** Returns the offset of the closing quote of a string, or the end of the file. */
function stringEnd(text: Buffer, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== QUOTE) at += text[at] === BACKSLASH ? 2 : 1;
  return at;
}

/**
 * Appends the offset of each line with a value, and the end of the last one; empty lines are skipped.
 *
 * @param text The file, in valid UTF-8
 * @throws {TypeError} if a line is not JSON; names it
 */
export function indexLines(text: Buffer, index: IndexWriter): void {
  let at = 0;
  for (let line = 1; at < text.length; line++) {
    const feed = text.indexOf(LF, at);
    const end = feed === -1 ? text.length : feed;
    const record = text.toString("utf8", at, end);
    if (record.trim() !== "") {
      checkJson(record, line);
      index.push(at);
    }
    at = end + 1;
  }
  index.push(text.length);
}

function checkJson(record: string, line: number): void {
  try {
    JSON.parse(record);
  } catch (cause) {
    throw new TypeError(`line ${line} is not JSON: ${errorMessage(cause)}`, { cause });
  }
}
