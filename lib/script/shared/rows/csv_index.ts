/**
 * Finds the records of a CSV file.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import type { IndexWriter } from "./block_writer.ts";
import { recordFields, withoutLineEnd } from "./csv_record.ts";

const [LF, CR, QUOTE] = [10, 13, 34];

/** Delimiters that are detected in the header. */
const KNOWN_DELIMITERS = [",", ";", "\t", "|"] as const;

/** A parsed header. */
export interface CsvHeader {
  readonly columns: readonly string[];
  readonly delimiter: string;
  /** Offset of the records, in bytes. */
  readonly end: number;
  /** Line number of the records, from 1. */
  readonly line: number;
}

/**
 * Reads the header of a CSV file; column names are trimmed.
 *
 * @param text The file, in valid UTF-8
 * @param delimiter One ASCII character, or `null` to detect it in the header
 * @returns The header, or `null` if the file is empty
 * @throws {TypeError} if the delimiter is ambiguous, a name is empty or duplicate, or the only one holds another delimiter
 *   and is not in quotes; names the line
 */
export function readHeader(text: Buffer, delimiter: string | null): CsvHeader | null {
  const start = skipEmptyLines(text, 0, 1);
  if (start.at === text.length) return null;
  const { line } = start;
  const found = delimiter ?? headerDelimiter(text, start.at, line);
  const end = scanRecord(text, start.at, line, found.charCodeAt(0));
  const record = withoutLineEnd(text.toString("utf8", start.at, end.at));
  const columns = recordFields(record, found).map((name) => name.trim());
  checkColumns(columns, line);
  if (columns.length === 1 && !record.trimStart().startsWith('"')) checkName(columns[0]!, line);
  return { columns, delimiter: found, end: end.at, line: end.line };
}

function checkColumns(columns: readonly string[], line: number): void {
  const empty = columns.indexOf("");
  if (empty !== -1) throw problem(line, `column ${empty + 1} of the header has no name`);
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined) throw problem(line, `column "${twice}" occurs twice in the header`);
  if (columns.some((name) => name.includes("\0"))) {
    throw problem(line, "the header holds a NUL, expected UTF-8, or UTF-16 with a byte order mark");
  }
}

/** Refuses the name of a single column, not in quotes, that looks like several with another delimiter. */
function checkName(name: string, line: number): void {
  const other = KNOWN_DELIMITERS.find((one) => name.includes(one));
  if (other === undefined) return;
  const wanted = `expected { delimiter: ${shown(other)} }, or quotes around the name if it is one column`;
  throw problem(line, `the header is one column that holds ${shown(other)}, ${wanted}`);
}

/** Returns the only delimiter in the header outside of quotes; a comma if there is none. */
function headerDelimiter(text: Buffer, start: number, line: number): string {
  const found = new Set<string>();
  let isQuoted = false;
  for (let at = start; at < text.length; at++) {
    const byte = text[at]!;
    if (byte === QUOTE) isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (byte === LF) break;
    const known = KNOWN_DELIMITERS.find((one) => one.charCodeAt(0) === byte);
    if (known !== undefined) found.add(known);
  }
  if (found.size <= 1) return [...found][0] ?? ",";
  const all = [...found].map(shown);
  throw problem(line, `the header holds ${all.join(" and ")}, expected an option such as { delimiter: ${all[0]} }`);
}

/** A position in the file. */
interface Position {
  readonly at: number;
  /** From 1. */
  readonly line: number;
}

/**
 * Appends the offset of each record, and the end of the last one.
 *
 * @throws {TypeError} if a record has too few or too many fields, or a quote is misplaced; names the line
 */
export function indexRecords(text: Buffer, header: CsvHeader, index: IndexWriter): void {
  const delimiter = header.delimiter.charCodeAt(0);
  const columns = header.columns.length;
  const end = text.length;
  let { end: at, line } = header;
  while (at < end) {
    const first = text[at]!;
    if (first === LF) {
      line++;
      at++;
      continue;
    }
    if (first === CR && isLineEnd(text, at)) {
      at++;
      continue;
    }
    index.push(at);
    // Fast path: records without quotes.
    let fields = 1;
    let next = at;
    let byte = 0;
    while (next < end) {
      byte = text[next++]!;
      if (byte === delimiter) fields++;
      else if (byte === LF || byte === QUOTE) break;
    }
    if (byte === QUOTE) {
      const after = scanRecord(text, at, line, delimiter);
      checkFields(after.fields, columns, line);
      ({ at, line } = after);
    } else {
      checkFields(fields, columns, line);
      at = next;
      line++;
    }
  }
  index.push(end);
}

function checkFields(fields: number, columns: number, line: number): void {
  if (fields === columns) return;
  throw problem(line, `${fields} ${fields === 1 ? "field" : "fields"}, expected ${columns} as in the header`);
}

/** Finds the end of a record with quoted fields. */
function scanRecord(
  text: Buffer,
  start: number,
  startLine: number,
  delimiter: number,
): Position & { readonly fields: number } {
  const end = text.length;
  let [at, line, fields] = [start, startLine, 1];
  while (at < end) {
    if (text[at] === QUOTE) {
      ({ at, line } = scanQuoted(text, at, line));
      if (text[at] === CR && isLineEnd(text, at)) at++;
      if (at < end && text[at] !== delimiter && text[at] !== LF) {
        throw problem(line, `characters after a closing quote, expected ${shown(String.fromCharCode(delimiter))}`);
      }
    }
    while (at < end && text[at] !== delimiter && text[at] !== LF) {
      if (text[at++] === QUOTE) throw problem(line, 'a quote inside a field, expected "…""…" around the whole field');
    }
    if (text[at] === delimiter) fields++;
    else if (at < end) return { at: at + 1, line: line + 1, fields };
    at++;
  }
  return { at: end, line, fields };
}

/** Finds the end of a quoted field. */
function scanQuoted(text: Buffer, start: number, startLine: number): Position {
  let line = startLine;
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === LF) line++;
    if (text[at] !== QUOTE) continue;
    if (text[at + 1] !== QUOTE) return { at: at + 1, line };
    at++;
  }
  throw problem(startLine, "a quoted field has no end, expected a closing quote");
}

function skipEmptyLines(text: Buffer, start: number, startLine: number): Position {
  let [at, line] = [start, startLine];
  while (at < text.length && (text[at] === LF || (text[at] === CR && isLineEnd(text, at)))) {
    if (text[at++] === LF) line++;
  }
  return { at, line };
}

/** Returns whether a carriage return ends a line: before a line feed, or at the end of the file. */
function isLineEnd(text: Buffer, at: number): boolean {
  return at + 1 === text.length || text[at + 1] === LF;
}

function problem(line: number, what: string): TypeError {
  return new TypeError(`line ${line}: ${what}`);
}

function shown(delimiter: string): string {
  return JSON.stringify(delimiter);
}
