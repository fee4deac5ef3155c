/**
 * Writes a file of samples, in a worker of its own.
 *
 * @module
 */

import { gzipSync } from "node:zlib";
import type { Timer } from "../../core/clock.ts";
import { fileProblem } from "../../core/file_problem.ts";
import type { SampleChunk } from "../../stats/samples/sample_chunk.ts";
import { ByteBuffer } from "./byte_buffer.ts";
import { COLUMNS, type FormatName, FORMATS } from "./sample_format.ts";
import { SampleLines } from "./sample_lines.ts";

/** From how many bytes on a block is written. */
const BLOCK_BYTES = 131_072;
/** How long lines wait in a block that is not full, in milliseconds. */
const WRITE_AFTER_MS = 1000;

/** To the writer. */
export type ToSampleWriter =
  | {
    readonly type: "open";
    readonly path: string;
    readonly format: FormatName;
    readonly isGzip: boolean;
    /** Start of the load, in milliseconds of the clock. */
    readonly startMs: number;
  }
  | { readonly type: "chunk"; readonly id: number; readonly chunk: SampleChunk }
  | { readonly type: "end" };

/** From the writer. */
export type FromSampleWriter =
  /** A chunk has become lines; its memory goes back. */
  | { readonly type: "taken"; readonly id: number; readonly records: Float64Array<ArrayBuffer> }
  | { readonly type: "ended"; readonly written: number; readonly failure: string | null };

/**
 * Makes lines of chunks and writes them in blocks. A compressed block is a gzip member of its own, and members in a row
 * are a gzip file (RFC 1952, 2.2), so that what a killed run leaves can be read.
 */
export class SampleWriter {
  readonly #post: (message: FromSampleWriter, transfer: Transferable[]) => void;
  readonly #block = new ByteBuffer(2 * BLOCK_BYTES);
  #file: Deno.FsFile | null = null;
  #lines: SampleLines | null = null;
  #isGzip = false;
  #path = "";
  /** Samples in the file, and in the block. */
  #written = 0;
  #waiting = 0;
  #timer: Timer | undefined = undefined;
  /** The first error; nothing is written after it. */
  #failure: string | null = null;

  /** @param post Sends a message to the main thread */
  constructor(post: (message: FromSampleWriter, transfer: Transferable[]) => void) {
    this.#post = post;
  }

  /** Handles a message. */
  handle(message: ToSampleWriter): void {
    switch (message.type) {
      case "open":
        return this.#try(() => this.#open(message));
      case "chunk":
        this.#try(() => this.#take(message.chunk));
        return this.#post({ type: "taken", id: message.id, records: message.chunk.records }, [
          message.chunk.records.buffer,
        ]);
      case "end":
        this.#try(() => this.#writeBlock());
        this.#file?.close();
        return this.#post({ type: "ended", written: this.#written, failure: this.#failure }, []);
    }
  }

  #open({ path, format, isGzip, startMs }: Extract<ToSampleWriter, { type: "open" }>): void {
    this.#path = path;
    this.#isGzip = isGzip;
    this.#lines = new SampleLines(FORMATS[format], COLUMNS, startMs);
    this.#file = Deno.openSync(path, { write: true, create: true, truncate: true });
    const header = new TextEncoder().encode(FORMATS[format].header);
    this.#block.reserve(header.length);
    this.#block.put(header);
    this.#writeBlock();
  }

  #take(chunk: SampleChunk): void {
    this.#lines!.add(this.#block, chunk);
    this.#waiting += chunk.count;
    if (this.#block.length >= BLOCK_BYTES) return this.#writeBlock();
    this.#timer ??= setTimeout(() => this.#try(() => this.#writeBlock()), WRITE_AFTER_MS);
  }

  #writeBlock(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#block.length === 0) return;
    const text = this.#block.view();
    const bytes = this.#isGzip ? gzipSync(text, { level: 1 }) : text;
    for (let at = 0; at < bytes.length;) at += this.#file!.writeSync(bytes.subarray(at));
    this.#block.clear();
    this.#written += this.#waiting;
    this.#waiting = 0;
  }

  #try(work: () => void): void {
    if (this.#failure !== null) return;
    try {
      work();
    } catch (cause) {
      this.#failure = `Cannot write "${this.#path}": ${fileProblem(cause)}`;
    }
  }
}
