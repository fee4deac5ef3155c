/**
 * A file of samples, as the main thread sees it.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import { UsageError } from "../../core/errors.ts";
import type { SampleChunk, SampleCounts, SampleSink } from "../../stats/samples/sample_chunk.ts";
import { checkWritable } from "../output_file.ts";
import { formatOf } from "./sample_format.ts";
import type { FromSampleWriter, ToSampleWriter } from "./sample_writer.ts";

/** The writer's entry; named only here, so that `deno compile` includes the same file. */
const ENTRY = new URL("../../../workers/sample_writer.ts", import.meta.url);
/** How long the writer may take for what is left at the end, in milliseconds. */
const END_WITHIN_MS = 30_000;

type Records = Float64Array<ArrayBuffer>;

/** Passes the samples of one run on to a writer. Its memory is that of the chunks, whose number the workers limit. */
export class SampleFile implements SampleSink {
  readonly ratio: number;
  readonly #path: string;
  #writer: Worker | null = null;
  readonly #givers = new Map<number, (records: Records) => void>();
  #lastId = 0;
  #taken = 0;
  #dropped = 0;
  /** Why the writer is gone, if it is. */
  #failure: string | null = null;
  #resolveEnded: (ended: { readonly written: number; readonly failure: string | null }) => void = () => {};

  /**
   * @param path Path of the file, which ends in `.csv`, `.jsonl`, `.csv.gz` or `.jsonl.gz`; an existing one is replaced
   * @param ratio Share of successes to write, 0–1; failures all are
   */
  constructor(path: string, ratio: number) {
    this.#path = path;
    this.ratio = ratio;
  }

  /**
   * Checks before any load that the file can be written.
   *
   * @param label Name of the option for the message
   * @throws {UsageError} if it cannot be written, or its name tells no format
   */
  async check(label: string): Promise<void> {
    if (formatOf(this.#path) === null) {
      throw new UsageError([
        `Cannot use ${label} "${this.#path}": unknown format, expected the end .csv, .jsonl, .csv.gz or .jsonl.gz`,
      ]);
    }
    await checkWritable(this.#path, label);
  }

  begin(startMs: number): void {
    const writer = this.#writer = new Worker(ENTRY, { type: "module", name: "locust samples" });
    writer.onmessage = (event: MessageEvent<FromSampleWriter>) => this.#receive(event.data);
    writer.onerror = (event) => {
      event.preventDefault();
      this.#failure = `Cannot write "${this.#path}": ${event.message}`;
      this.#resolveEnded({ written: 0, failure: this.#failure });
    };
    this.#send({ type: "open", path: this.#path, ...formatOf(this.#path)!, startMs });
  }

  take(chunk: SampleChunk, giveBack: (records: Records) => void): void {
    this.#dropped += chunk.dropped;
    if (chunk.count === 0) return giveBack(chunk.records);
    this.#taken += chunk.count;
    const id = ++this.#lastId;
    this.#givers.set(id, giveBack);
    this.#send({ type: "chunk", id, chunk }, [chunk.records.buffer]);
  }

  async end(): Promise<SampleCounts> {
    if (this.#writer === null) this.begin(nowMs()); // a run without a load has a file without samples
    const { written, failure } = await this.#ended();
    return {
      ...{ file: this.#path, ratio: this.ratio, written, failure },
      dropped: this.#dropped + this.#taken - written,
    };
  }

  close(): void {
    this.#writer?.terminate();
    this.#writer = null;
  }

  #ended(): Promise<{ readonly written: number; readonly failure: string | null }> {
    if (this.#failure !== null) return Promise.resolve({ written: 0, failure: this.#failure });
    const { promise, resolve } = Promise.withResolvers<{ written: number; failure: string | null }>();
    this.#resolveEnded = resolve;
    const failure = `Cannot write "${this.#path}": the file system has not taken it within ${END_WITHIN_MS / 1000} s`;
    const timer = setTimeout(() => resolve({ written: 0, failure }), END_WITHIN_MS);
    this.#send({ type: "end" });
    return promise.finally(() => clearTimeout(timer));
  }

  #receive(message: FromSampleWriter): void {
    if (message.type === "ended") return this.#resolveEnded(message);
    this.#givers.get(message.id)?.(message.records);
    this.#givers.delete(message.id);
  }

  #send(message: ToSampleWriter, transfer: Transferable[] = []): void {
    this.#writer?.postMessage(message, transfer);
  }
}
