/**
 * Rows of a file, read once for all workers.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { basename, extname } from "node:path";
import { fileURLToPath } from "node:url";
import { errorMessage } from "../../../core/error_site.ts";
import type { SharedTable } from "../shared_table.ts";
import { BlockWriter, IndexWriter, type Place } from "./block_writer.ts";
import { indexRecords, readHeader } from "./csv_index.ts";
import { recordFields, withoutLineEnd } from "./csv_record.ts";
import { writeText } from "./file_text.ts";
import { indexArray, indexLines } from "./json_index.ts";
import { ReadProgress } from "./progress.ts";
import type { RowsOptions } from "./rows_options.ts";

/** Format of the rows: records of a CSV file, or JSON. */
type RowFormat = { readonly columns: readonly string[]; readonly delimiter: string } | "json";

/** Description of a file in shared memory. */
interface FileFacts {
  /** The file and the options that it was read with. */
  readonly identity: string;
  readonly format: RowFormat;
  readonly text: Place;
  /** Offsets of the rows in the text, 32 bits each, and the end of the last one. */
  readonly index: Place;
}

/** Size of the length before the facts. */
const LENGTH_BYTES = 4;

const FORMATS: Readonly<Record<string, (text: Buffer, index: IndexWriter, delimiter: string | null) => RowFormat>> = {
  ".csv": indexCsv,
  ".tsv": (text, index, delimiter) => indexCsv(text, index, delimiter ?? "\t"),
  ".json": (text, index) => (indexArray(text, index), "json"),
  ".jsonl": (text, index) => (indexLines(text, index), "json"),
  ".ndjson": (text, index) => (indexLines(text, index), "json"),
};

function indexCsv(text: Buffer, index: IndexWriter, delimiter: string | null): RowFormat {
  const header = readHeader(text, delimiter);
  if (header === null) {
    index.push(0);
    return { columns: [], delimiter: "," };
  }
  indexRecords(text, header, index);
  return { columns: header.columns, delimiter: header.delimiter };
}

/** Rows of a file: its text and an index in shared memory. `at` decodes a row in 1 to 3 µs. */
export class RowFile {
  /** Number of rows. */
  readonly length: number;
  /** The file's slot in the table. */
  readonly slot: number;
  readonly #text: Buffer;
  readonly #index: Uint32Array;
  readonly #format: RowFormat;

  private constructor({ memory }: SharedTable, slot: number, facts: FileFacts) {
    this.slot = slot;
    this.length = facts.index.bytes / 4 - 1;
    this.#text = Buffer.from(memory, facts.text.at, facts.text.bytes);
    this.#index = new Uint32Array(memory, facts.index.at, facts.index.bytes / 4);
    this.#format = facts.format;
  }

  /**
   * Opens a file. The first thread that opens it reads it into shared memory; others wait until it is there.
   *
   * @param url Its `file:` URL; its ending determines the format, which `.gz` may follow
   * @param beat Called about every second, to show that this thread is alive
   * @throws {TypeError} if it cannot be read, or not as rows; names the file and, if there is one, the line
   */
  static open(table: SharedTable, url: URL, options: RowsOptions, beat: () => void): RowFile {
    const path = fileURLToPath(url);
    const identity = JSON.stringify([url.href, options.delimiter ?? null, options.encoding ?? "utf-8"]);
    const slot = table.slot(`file ${hash(identity)}`);
    try {
      if (table.read(slot) === 0) {
        table.loading.holdLong(() => {
          if (table.read(slot) === 0) table.add(slot, load(table, url, path, options, identity, beat));
        }, beat);
      }
    } catch (error) {
      // The error says the same without the path: only what caused it adds something.
      const cause = (error as Error).cause;
      const options = cause === undefined ? {} : { cause };
      throw new TypeError(`Cannot read rows from "${path}": ${errorMessage(error)}`, options);
    }
    const facts = readFacts(table, table.read(slot));
    if (facts.identity !== identity) {
      throw new Error(`Cannot share "${path}": its hash equals that of ${facts.identity}`);
    }
    return new RowFile(table, slot, facts);
  }

  /** Returns a row. */
  at(row: number): unknown {
    const record = this.#text.toString("utf8", this.#index[row], this.#index[row + 1]);
    const format = this.#format;
    if (format === "json") return JSON.parse(withoutComma(record));
    const fields = recordFields(withoutLineEnd(record), format.delimiter);
    return Object.fromEntries(format.columns.map((name, column) => [name, fields[column]]));
  }
}

/** Reads a file into shared memory; returns the offset of its facts. */
function load(
  table: SharedTable,
  url: URL,
  path: string,
  { delimiter, encoding }: RowsOptions,
  identity: string,
  beat: () => void,
): number {
  const ending = extname(path.replace(/\.gz$/i, "")).toLowerCase();
  const format = FORMATS[ending];
  if (format === undefined) {
    throw new TypeError(`unknown ending, expected ${Object.keys(FORMATS).join(", ")}, or one of these and .gz`);
  }
  const progress = new ReadProgress(basename(path), beat);
  const writer = new BlockWriter(table);
  writeText(url, encoding ?? "utf-8", writer, progress);
  const text = writer.view();
  if (text.length === 0) throw new TypeError("the file is empty");
  const textPlace = writer.endBlock();
  const index = new IndexWriter(writer, (offset) => progress.at("indexed", offset, text.length));
  const rowFormat = format(text, index, delimiter ?? null);
  index.flush();
  const facts: FileFacts = { identity, format: rowFormat, text: textPlace, index: writer.endBlock() };
  const bytes = new TextEncoder().encode(JSON.stringify(facts));
  writer.write(new Uint8Array(new Uint32Array([bytes.length]).buffer));
  writer.write(bytes);
  const { at } = writer.endBlock();
  writer.commit();
  progress.done(index.length - 1, text.length);
  return at;
}

function readFacts({ memory }: SharedTable, at: number): FileFacts {
  const length = new Uint32Array(memory, at, 1)[0]!;
  return JSON.parse(Buffer.from(memory, at + LENGTH_BYTES, length).toString("utf8"));
}

/** Returns an element of an array without the comma after it. */
function withoutComma(record: string): string {
  const element = record.trimEnd();
  return element.endsWith(",") ? element.slice(0, -1) : element;
}

/** Returns the 64-bit FNV-1a hash in hexadecimal. */
function hash(text: string): string {
  let value = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    value = BigInt.asUintN(64, (value ^ BigInt(byte)) * 0x100000001b3n);
  }
  return value.toString(16);
}
