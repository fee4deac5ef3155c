/**
 * A response that is read while it arrives.
 *
 * @module
 */

import type { Span } from "../../spans/span.ts";
import { decisionOf } from "../client/verdict.ts";
import type { ResponseHead } from "../transport.ts";
import { EventParser, type ServerSentEvent } from "./event_parser.ts";
import { LineParser } from "./line_parser.ts";
import { decodedParts, type Part } from "./parts.ts";
import type { StreamEnding, StreamRequest } from "./stream_request.ts";

/**
 * A response whose head has arrived. Its body is read once, as chunks, lines, server-sent events, or whole. Leaving the
 * loop before the end closes the request, which is not a failure.
 *
 * The sample is recorded when the last byte has arrived or the script closes the request. It is judged until the user's
 * next request or the end of the iteration.
 */
export class LocustStream {
  /** Status code. */
  readonly status: number;
  /** Whether at least one redirect was followed. */
  readonly redirected: boolean;
  /** URL of the response, after redirects. */
  readonly url: string;
  readonly #head: ResponseHead;
  readonly #request: StreamRequest;
  #headers: Headers | null = null;
  #isRead = false;

  /** Made by the client only. */
  constructor(head: ResponseHead, request: StreamRequest) {
    this.status = head.status;
    this.redirected = request.redirects > 0;
    this.url = request.url.href;
    this.#head = head;
    this.#request = request;
  }

  /** Whether the status is 200–299. */
  get ok(): boolean {
    return this.status >= 200 && this.status <= 299;
  }

  /** Reason phrase, possibly empty. */
  get statusText(): string {
    return this.#head.statusText;
  }

  /** Header lines. */
  get headers(): Headers {
    this.#headers ??= new Headers(this.#head.headerLines() as [string, string][]);
    return this.#headers;
  }

  /** Time to the first byte of the response, in seconds, including redirects. */
  get ttfb(): number {
    return this.#request.ttfbMs / 1000;
  }

  /** Time to the last byte, in seconds: the time in the statistics; `null` before the end. */
  get ttlb(): number | null {
    const { judge } = this.#request;
    return judge === null ? null : judge.ttlbMs / 1000;
  }

  /** Id of the request's trace, 32 hexadecimal digits; `null` if its iteration is not sampled. */
  get traceId(): string | null {
    return this.span?.traceId ?? null;
  }

  /** The request's span, for attributes of the script's own; `null` if its iteration is not sampled. */
  get span(): Span | null {
    return this.#request.span?.span ?? null;
  }

  /** How the stream ended: all of it arrived, the script left it, or it failed; `null` before. */
  get ending(): StreamEnding | null {
    return this.#request.ending;
  }

  /** Why the request counts as failed, or `null` while it counts as a success. */
  get error(): string | null {
    return this.#request.error;
  }

  /**
   * Sets the verdict without interrupting the user, as in {@linkcode LocustResponse.error}.
   *
   * @throws {TypeError} if the response is no longer judged, because the user has sent another request
   */
  set error(verdict: string | boolean | Error | null | undefined) {
    const decision = decisionOf(verdict);
    if (this.#request.judge === null) this.#request.verdict = decision;
    else this.#request.judge.decide(decision);
  }

  /**
   * Returns the body in the parts in which it arrives, decoded from `gzip`, `deflate` or `br`.
   *
   * Reading from the server stops while the script does not ask for the next chunk: at most 256 KiB wait for it, and over
   * HTTP/2 up to 16 MiB.
   *
   * @throws {RequestError} while reading, if the connection fails or nothing arrives for the timeout
   * @throws {TypeError} if the body is already being read
   */
  async *chunks(): AsyncGenerator<Uint8Array> {
    for await (const { bytes } of this.#parts()) yield bytes;
  }

  /**
   * Returns the lines of the body, without their ends: a line feed, or a carriage return and a line feed.
   *
   * @throws {RangeError} if a line is longer than 16 Mi characters; otherwise as {@linkcode LocustStream.chunks}
   */
  async *lines(): AsyncGenerator<string> {
    const parser = new LineParser();
    for await (const { bytes } of this.#parts()) yield* parser.push(bytes);
    const last = parser.end();
    if (last !== null) yield last;
  }

  /**
   * Returns the server-sent events of the body, by the rules of the HTML standard.
   *
   * Records two measures named after the row, in milliseconds: `first event`, from the start of the request to the arrival
   * of the first event, and `gap`, between the arrivals of an event and the next; 0 if they arrive together.
   *
   * @throws {RangeError} if an event is longer than 16 Mi characters; otherwise as {@linkcode LocustStream.chunks}
   */
  async *events(): AsyncGenerator<ServerSentEvent> {
    let lastMs: number | null = null;
    for await (const { event, sinceStartMs } of this.timedEvents()) {
      if (lastMs === null) this.measure("first event", "ms", sinceStartMs);
      else this.measure("gap", "ms", sinceStartMs - lastMs);
      lastMs = sinceStartMs;
      yield event;
    }
  }

  /** @ignore */
  async *timedEvents(): AsyncGenerator<{ readonly event: ServerSentEvent; readonly sinceStartMs: number }> {
    const parser = new EventParser();
    for await (const { bytes, atMs } of this.#parts()) {
      const sinceStartMs = this.#request.sinceStartMs(atMs);
      for (const event of parser.push(bytes)) yield { event, sinceStartMs };
    }
  }

  /**
   * Reads the rest of the body and returns it as text, decoded as UTF-8. Keeps all of it in memory.
   *
   * @throws {RangeError} if it is longer than a string can be; the request then counts as failed
   */
  async text(): Promise<string> {
    const decoder = new TextDecoder();
    let text = "";
    try {
      for await (const chunk of this.chunks()) text += decoder.decode(chunk, { stream: true });
      return text + decoder.decode();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.error = "the body is longer than a string can be";
      throw new RangeError(`Cannot read the body of ${this.row} as text: ${this.error}, expected chunks()`, {
        cause: error,
      });
    }
  }

  /** Reads the rest of the body and returns it parsed as JSON. */
  // deno-lint-ignore no-explicit-any -- fetch's own signature
  async json(): Promise<any> {
    return JSON.parse(await this.text());
  }

  /** Closes the request unless it has ended. It then counts as a success by its status, closed by the script. */
  async close(): Promise<void> {
    this.#isRead = true;
    await this.#request.close();
  }

  /** @ignore */
  get row(): string {
    return this.#request.row;
  }

  /** @ignore */
  measure(what: string, unit: "" | "ms", value: number): void {
    this.#request.measure(what, unit, value);
  }

  #parts(): AsyncGenerator<Part> {
    if (this.#isRead) {
      throw new TypeError("Cannot read the body: it was read or closed before, expected one loop over it");
    }
    this.#isRead = true;
    const { contentEncoding } = this.#head;
    return contentEncoding === null ? this.#wireParts() : decodedParts(this.#wireParts(), contentEncoding);
  }

  async *#wireParts(): AsyncGenerator<Part> {
    try {
      for (let part = await this.#request.nextPart(); part !== null; part = await this.#request.nextPart()) yield part;
    } finally {
      await this.#request.close();
    }
  }
}
