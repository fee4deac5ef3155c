/**
 * Test data out of files.
 *
 * @module
 */

import { parse as parseCsv } from "@std/csv/parse";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { errorMessage } from "../../core/error_site.ts";
import { fileProblem } from "../../core/file_problem.ts";

/**
 * Reads rows from a file; its ending says how: `.csv` with a header row, `.json` with an array, `.jsonl` or `.ndjson` with
 * one value a line.
 *
 * @param url Its `file:` URL
 * @throws {TypeError} if it cannot be read, or not as rows; names the file and, where there is one, the line
 */
export function readRows(url: URL): unknown[] {
  const path = fileURLToPath(url);
  const reader = READERS[extname(path).toLowerCase()];
  if (reader === undefined) {
    throw new TypeError(`Cannot read rows from "${path}": unknown ending, expected ${Object.keys(READERS).join(", ")}`);
  }
  try {
    return reader(readText(url));
  } catch (cause) {
    throw new TypeError(`Cannot read rows from "${path}": ${errorMessage(cause)}`, { cause });
  }
}

function readText(url: URL): string {
  try {
    return Deno.readTextFileSync(url).replace(/^\uFEFF/, "");
  } catch (cause) {
    throw new TypeError(fileProblem(cause), { cause });
  }
}

const READERS: Readonly<Record<string, (text: string) => unknown[]>> = {
  ".csv": csvRows,
  ".json": jsonRows,
  ".jsonl": jsonLines,
  ".ndjson": jsonLines,
};

function csvRows(text: string): unknown[] {
  const [header, ...records] = parseCsv(text);
  if (header === undefined) return [];
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) throw new TypeError(`column "${twice}" occurs twice in the header`);
  return records.map((fields, index) => {
    if (fields.length !== header.length) {
      throw new TypeError(
        `record ${index + 1} has ${fields.length} fields, expected ${header.length} as in the header`,
      );
    }
    return Object.fromEntries(header.map((name, column) => [name, fields[column]]));
  });
}

function jsonRows(text: string): unknown[] {
  const value: unknown = JSON.parse(text);
  if (!Array.isArray(value)) throw new TypeError("not an array, expected [ … ]");
  return value;
}

function jsonLines(text: string): unknown[] {
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    try {
      return [JSON.parse(line)];
    } catch (cause) {
      throw new TypeError(`line ${index + 1} is not JSON: ${errorMessage(cause)}`, { cause });
    }
  });
}
