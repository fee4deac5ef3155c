/**
 * Lines of a file of samples, from binary records.
 *
 * @module
 */

import { Field, RECORD_LENGTH, type SampleChunk } from "../../stats/samples/sample_chunk.ts";
import type { ByteBuffer } from "./byte_buffer.ts";
import type { Column, SampleFormat } from "./sample_format.ts";

/** Most characters of all numbers of a line together. */
const NUMBERS_BYTES = 300;
const encoder = new TextEncoder();

/** Makes lines; one costs about half a microsecond. */
export class SampleLines {
  readonly #format: SampleFormat;
  readonly #startMs: number;
  readonly #before: Readonly<Record<Column, Uint8Array>>;
  readonly #empty: Uint8Array;
  readonly #quote: Uint8Array;
  /** Length of everything that is the same in all lines. */
  readonly #frameBytes: number;
  /** The last second of the clock, and its text: `2026-01-31T12:00:00.`. */
  #second = NaN;
  #secondText: Uint8Array = new Uint8Array();

  /** @param startMs Start of the load, in milliseconds of the clock */
  constructor(format: SampleFormat, columns: readonly Column[], startMs: number) {
    this.#format = format;
    this.#startMs = startMs;
    this.#before = Object.fromEntries(
      columns.map((column) => [column, encoder.encode(format.before(column))]),
    ) as unknown as Record<Column, Uint8Array>;
    this.#empty = encoder.encode(format.empty);
    this.#quote = encoder.encode(format.quote);
    this.#frameBytes = NUMBERS_BYTES + Object.values(this.#before).reduce((sum, { length }) => sum + length, 0);
  }

  /** Adds the lines of a chunk. */
  add(out: ByteBuffer, { records, count, rows, errors, traceIds }: SampleChunk): void {
    const { before, text, empty, end } = this.#format;
    const rowTexts = rows.map(({ method, name, userClass }) =>
      encoder.encode(
        `${before("method")}${text(method)}${before("name")}${text(name)}${before("user_class")}${text(userClass)}`,
      )
    );
    const errorTexts = errors.map((error) => encoder.encode(`${before("error")}${text(error)}${before("trace_id")}`));
    const noError = encoder.encode(`${before("error")}${empty}${before("trace_id")}`);
    const traceTexts = traceIds.map((id) => encoder.encode(`${text(id)}${end}`));
    const noTrace = encoder.encode(`${empty}${end}`);
    for (let index = 0, at = 0; index < count; index++, at += RECORD_LENGTH) {
      const [error, trace] = [records[at + Field.error]!, records[at + Field.trace]!];
      const row = rowTexts[records[at + Field.row]!]!;
      const errorText = error < 0 ? noError : errorTexts[error]!;
      const traceText = trace < 0 ? noTrace : traceTexts[trace]!;
      out.reserve(this.#frameBytes + row.length + errorText.length + traceText.length);
      this.#addTimes(out, records, at);
      out.put(row);
      this.#addFigures(out, records, at);
      out.put(errorText);
      out.put(traceText);
    }
  }

  #addTimes(out: ByteBuffer, records: Float64Array, at: number): void {
    const startMs = records[at + Field.start]!;
    const sinceUs = (startMs - this.#startMs) * 1000;
    out.put(this.#before.time);
    this.#addClock(out, Math.max(0, startMs)); // a script may record any time
    out.put(this.#before.scheduled_s);
    out.putFraction(sinceUs - records[at + Field.lateness]! * 1000, 6);
    out.put(this.#before.start_s);
    out.putFraction(sinceUs, 6);
  }

  #addClock(out: ByteBuffer, atMs: number): void {
    const second = Math.floor(atMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#secondText = encoder.encode(`${new Date(second * 1000).toISOString().slice(0, 19)}.`);
    }
    out.put(this.#quote);
    out.put(this.#secondText);
    out.putDigits(Math.floor((atMs - second * 1000) * 1000), 6);
    out.put(ZULU);
    out.put(this.#quote);
  }

  #addFigures(out: ByteBuffer, records: Float64Array, at: number): void {
    const before = this.#before;
    this.#addKnown(out, before.user, records[at + Field.user]!, 0);
    this.#addKnown(out, before.status, records[at + Field.status]!, 1);
    out.put(before.bytes);
    out.putWhole(records[at + Field.bytes]!);
    this.#addMs(out, before.dns_ms, records[at + Field.dns]!);
    this.#addMs(out, before.connect_ms, records[at + Field.connect]!);
    this.#addMs(out, before.tls_ms, records[at + Field.tls]!);
    this.#addMs(out, before.ttfb_ms, records[at + Field.ttfb]!);
    this.#addMs(out, before.total_ms, records[at + Field.ttlb]!);
  }

  /** Adds a whole number, or an empty cell if it is below the least one. */
  #addKnown(out: ByteBuffer, before: Uint8Array, value: number, least: number): void {
    out.put(before);
    if (value < least) out.put(this.#empty);
    else out.putWhole(value);
  }

  #addMs(out: ByteBuffer, before: Uint8Array, ms: number): void {
    out.put(before);
    out.putFraction(ms * 1000, 3);
  }
}

const ZULU = encoder.encode("Z");
