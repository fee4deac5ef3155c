/**
 * Bodies sent in parts.
 *
 * @module
 */

import type { Timer } from "../../../core/clock.ts";
import { errorMessage } from "../../../core/error_site.ts";
import { CONTINUE_PATIENCE_MS } from "../limits.ts";
import { TransportError } from "../../transport.ts";
import type { RequestPlan } from "./request_plan.ts";

const EMPTY = new Uint8Array();

/** Receives the progress of a body. */
export interface UploadListener {
  /** Called when there are bytes to send. */
  onReady(): void;
  /** Called when the caller's stream fails. */
  onFailed(error: TransportError): void;
}

/** A part of a body. */
export interface BodyPart {
  readonly bytes: Uint8Array;
  /** Whether it is the last one. */
  readonly isLast: boolean;
}

/** The body of one request, read as fast as the server accepts it. Reads a stream one chunk at a time. */
export class Upload {
  readonly #body: Uint8Array | ReadableStream<Uint8Array>;
  readonly #listener: UploadListener;
  #reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  #timer: Timer | undefined = undefined;
  #hasBegun = false;
  #isStopped = false;
  /** The part that can be sent now. */
  #chunk: Uint8Array = EMPTY;
  /** Whether `chunk` is the last part. */
  #isLastChunk = false;
  #isDone = false;

  /** Starts, or waits for `100 Continue`. */
  constructor(plan: RequestPlan, listener: UploadListener) {
    this.#body = plan.body!;
    this.#listener = listener;
    if (plan.shouldAwaitContinue) this.#timer = setTimeout(() => this.begin(), CONTINUE_PATIENCE_MS);
    else this.begin();
  }

  /** Whether everything has been sent. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Whether the body can be sent again: a stream cannot, once it has been started. */
  get isRepeatable(): boolean {
    return !this.#hasBegun || this.#body instanceof Uint8Array;
  }

  /** Whether there is something to send, the end of the body included. */
  get isReady(): boolean {
    return !this.#isDone && (this.#chunk.length > 0 || this.#isLastChunk);
  }

  /** Whether sending needs room in the flow-control windows: the end alone does not. */
  get needsWindow(): boolean {
    return this.#chunk.length > 0;
  }

  /** Starts sending, unless it has been started. */
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

  /** Returns the next part, up to a number of bytes; only while it is ready. */
  take(maxBytes: number): BodyPart {
    const bytes = this.#chunk.subarray(0, maxBytes);
    this.#chunk = this.#chunk.subarray(bytes.length);
    const isLast = this.#isLastChunk && this.#chunk.length === 0;
    if (isLast) this.#isDone = true;
    else if (this.#chunk.length === 0) void this.#readOn(this.#body as ReadableStream<Uint8Array>);
    return { bytes, isLast };
  }

  /** Stops sending and cancels a stream. */
  stop(): void {
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    this.#isStopped = true;
    if (!this.#isDone) this.#reader?.cancel().catch(() => {}); // the exchange is over, so no request can report it
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
