/**
 * Sends bodies that do not fit in one write with the head: large ones, streams, and those that wait for `100 Continue`.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { setImmediate } from "node:timers";
import type { Timer } from "../../../core/clock.ts";
import { errorMessage } from "../../../core/error_site.ts";
import { CONTINUE_PATIENCE_MS } from "../limits.ts";
import { TransportError } from "../../transport.ts";
import type { RequestPlan } from "./request_plan.ts";
import type { WireSocket } from "../net/wire_socket.ts";

/** Sends the rest of one request, after its head. */
export class BodyWriter {
  readonly #socket: WireSocket;
  readonly #plan: RequestPlan;
  readonly #onError: (error: TransportError) => void;
  #reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  #timer: Timer | undefined = undefined;
  #hasBegun = false;
  #isDone = false;
  #isStopped = false;

  /**
   * Begins, or waits for the server to ask.
   *
   * @param onError Called when the caller's stream fails; failed writes show on the reading side
   */
  constructor(socket: WireSocket, plan: RequestPlan, onError: (error: TransportError) => void) {
    this.#socket = socket;
    this.#plan = plan;
    this.#onError = onError;
    if (plan.shouldAwaitContinue) this.#timer = setTimeout(() => this.begin(), CONTINUE_PATIENCE_MS);
    else this.begin();
  }

  /** Whether the system has taken everything. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Whether the body can be sent again: a stream cannot, once it has been started. */
  get isRepeatable(): boolean {
    return !this.#hasBegun || this.#plan.rest instanceof Uint8Array;
  }

  /** Starts sending, unless it has been started. */
  begin(): void {
    clearTimeout(this.#timer);
    if (this.#hasBegun || this.#isStopped) return;
    this.#hasBegun = true;
    const { rest } = this.#plan;
    if (rest instanceof ReadableStream) {
      this.#pump(rest).catch((error) => {
        if (!this.#isStopped) this.#onError(error instanceof TransportError ? error : bodyFailed(error));
      });
    } else this.#socket.writeBytes(rest!, (error) => this.#isDone = !error);
  }

  /** Stops sending and cancels a stream. */
  stop(): void {
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    this.#isStopped = true;
    if (!this.#isDone) this.#reader?.cancel().catch(() => {}); // the answer has arrived, so no request can report it
  }

  async #pump(stream: ReadableStream<Uint8Array>): Promise<void> {
    this.#reader = stream.getReader();
    while (true) {
      const { done, value } = await this.#reader.read();
      if (this.#isStopped) return;
      if (done) break;
      if (!(value instanceof Uint8Array)) {
        throw new TypeError(`a chunk is of type ${typeof value}, expected a Uint8Array`);
      }
      if (value.length > 0) await this.#write(this.#plan.isChunked ? framed(value) : value);
    }
    if (this.#plan.isChunked) this.#socket.writeBytes(Buffer.from("0\r\n\r\n"), (error) => this.#isDone = !error);
    else this.#isDone = true;
  }

  /**
   * Waits until the system has taken the bytes, so that a slow server slows the stream down, and for one turn of the event
   * loop, so that an endless stream does not block it. Stops on failure.
   */
  #write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.writeBytes(bytes, (error) => {
        if (error) this.stop();
        else setImmediate(resolve);
      });
    });
  }
}

/** Returns bytes framed as one chunk. */
function framed(bytes: Uint8Array): Uint8Array {
  const size = `${bytes.length.toString(16)}\r\n`;
  const chunk = Buffer.allocUnsafe(size.length + bytes.length + 2);
  chunk.write(size, "latin1");
  chunk.set(bytes, size.length);
  chunk.write("\r\n", size.length + bytes.length, "latin1");
  return chunk;
}

function bodyFailed(cause: unknown): TransportError {
  return new TransportError("other", `the stream given as body failed: ${errorMessage(cause)}`, { cause });
}
