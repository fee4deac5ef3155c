/**
 * Bodies that are sent in parts.
 *
 * @module
 */

import type { Timer } from "../../../core/clock.ts";
import { errorMessage } from "../../../core/error_site.ts";
import { CONTINUE_PATIENCE_MS } from "../limits.ts";
import { TransportError } from "../../transport.ts";
import type { RequestPlan } from "./request_plan.ts";

const EMPTY = new Uint8Array();

/** Told how the body gets on. */
export interface UploadListener {
  /** Called when there is something to send. */
  onReady(): void;
  /** Called when the caller's stream fails. */
  onFailed(error: TransportError): void;
}

/** A part of a body. */
export interface BodyPart {
  readonly bytes: Uint8Array;
  /** Whether nothing comes after it. */
  readonly isLast: boolean;
}

/** The body of one request: as much of it is taken as the server lets be sent. A stream is read one chunk at a time. */
export class Upload {
  readonly #body: Uint8Array | ReadableStream<Uint8Array>;
  readonly #listener: UploadListener;
  #reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  #timer: Timer | undefined = undefined;
  #hasBegun = false;
  #isStopped = false;
  /** What can be sent now. */
  #chunk: Uint8Array = EMPTY;
  /** Whether nothing comes after `chunk`. */
  #isLastChunk = false;
  #isDone = false;

  /** Begins, or waits for the server to ask. */
  constructor(plan: RequestPlan, listener: UploadListener) {
    this.#body = plan.body!;
    this.#listener = listener;
    if (plan.shouldAwaitContinue) this.#timer = setTimeout(() => this.begin(), CONTINUE_PATIENCE_MS);
    else this.begin();
  }

  /** Whether all of it has been taken. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Whether the request could be sent again: a stream is gone once it has been begun. */
  get isRepeatable(): boolean {
    return !this.#hasBegun || this.#body instanceof Uint8Array;
  }

  /** Whether there is something to send; the end of the body counts, too. */
  get isReady(): boolean {
    return !this.#isDone && (this.#chunk.length > 0 || this.#isLastChunk);
  }

  /** Whether sending needs room in the flow control windows: not the end alone. */
  get needsWindow(): boolean {
    return this.#chunk.length > 0;
  }

  /** Begins to send, when that has not been done yet. */
  begin(): void {
    clearTimeout(this.#timer);
    if (this.#hasBegun || this.#isStopped) return;
    this.#hasBegun = true;
    if (this.#body instanceof Uint8Array) {
      this.#chunk = this.#body;
      this.#isLastChunk = true;
      this.#listener.onReady();
    } else void this.#readOn(this.#body);
  }

  /** Takes what can be sent now, up to so many bytes; only while it is ready. */
  take(maxBytes: number): BodyPart {
    const bytes = this.#chunk.subarray(0, maxBytes);
    this.#chunk = this.#chunk.subarray(bytes.length);
    const isLast = this.#isLastChunk && this.#chunk.length === 0;
    if (isLast) this.#isDone = true;
    else if (this.#chunk.length === 0) void this.#readOn(this.#body as ReadableStream<Uint8Array>);
    return { bytes, isLast };
  }

  /** Sends no more; a stream is told that nobody reads it. */
  stop(): void {
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    this.#isStopped = true;
    if (!this.#isDone) this.#reader?.cancel().catch(() => {}); // the exchange is over: nobody is left to be told
  }

  async #readOn(body: ReadableStream<Uint8Array>): Promise<void> {
    try {
      this.#reader ??= body.getReader();
      while (true) {
        const { done, value } = await this.#reader.read();
        if (this.#isStopped) return;
        if (!done && !(value instanceof Uint8Array)) {
          throw new TypeError(`a chunk is of type ${typeof value}, expected a Uint8Array`);
        }
        if (!done && value.length === 0) continue;
        this.#chunk = done ? EMPTY : value;
        this.#isLastChunk = done;
        return this.#listener.onReady();
      }
    } catch (cause) {
      if (this.#isStopped) return;
      const message = `the stream given as body failed: ${errorMessage(cause)}`;
      this.#listener.onFailed(new TransportError("other", message, { cause }));
    }
  }
}
