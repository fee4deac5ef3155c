/**
 * Formats of a file of samples.
 *
 * @module
 */

import { csvCell } from "../csv/csv.ts";

/** Columns in order: times of the clock in ISO 8601, `_s` in seconds since the start of the load, `_ms` in milliseconds. */
export const COLUMNS = [
  "time",
  "scheduled_s",
  "start_s",
  "method",
  "name",
  "user_class",
  "user",
  "status",
  "bytes",
  "dns_ms",
  "connect_ms",
  "tls_ms",
  "ttfb_ms",
  "total_ms",
  "error",
  "trace_id",
] as const;

/** A column. */
export type Column = typeof COLUMNS[number];

/** How a line is written. */
export interface SampleFormat {
  /** Before the first line. */
  readonly header: string;
  /** Returns what comes before the value of a column. */
  before(column: Column): string;
  /** Returns a string as a value. */
  text(value: string): string;
  /** The value of an empty cell. */
  readonly empty: string;
  /** Mark around times of the clock. */
  readonly quote: string;
  /** End of a line. */
  readonly end: string;
}

/** Formats by the end of the file's name, without `.gz`. */
export const FORMATS = {
  csv: {
    header: `${COLUMNS.join(",")}\n`,
    before: (column) => column === COLUMNS[0] ? "" : ",",
    text: csvCell,
    empty: "",
    quote: "",
    end: "\n",
  },
  jsonl: {
    header: "",
    before: (column) => `${column === COLUMNS[0] ? "{" : ","}"${column}":`,
    text: (value) => JSON.stringify(value),
    empty: "null",
    quote: '"',
    end: "}\n",
  },
} as const satisfies Record<string, SampleFormat>;

/** Name of a format. */
export type FormatName = keyof typeof FORMATS;

/** Returns the format that a file's name asks for; `null` if it names none. */
export function formatOf(path: string): { readonly format: FormatName; readonly isGzip: boolean } | null {
  const [, format, gzip] = /\.(csv|jsonl)(\.gz)?$/i.exec(path) ?? [];
  return format === undefined ? null : { format: format.toLowerCase() as FormatName, isGzip: gzip !== undefined };
}
