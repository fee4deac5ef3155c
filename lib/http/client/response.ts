/**
 * The response that users hold, and its verdict.
 *
 * @module
 */

import type { Span } from "../../spans/span.ts";
import type { Judge } from "./judge.ts";
import { decodeContent } from "../content_coding.ts";
import { decisionOf } from "./verdict.ts";
import type { WireResponse } from "../transport.ts";

const decoder = new TextDecoder();
/** Longest text kept for further responses with the same bytes, which may be far fewer if compressed. */
const MAX_SHARED_TEXT_LENGTH = 65_536;

/**
 * A complete response, with the members of fetch's. The body has been read, so using it costs nothing, is not part of any
 * measured time, and can be repeated.
 *
 * The request is judged until the user's next request or the end of the iteration (in the block form, the end of the
 * block): an error thrown until then fails it, and setting `error` decides it explicitly.
 */
export class LocustResponse {
  /** Status code. */
  readonly status: number;
  /** Whether at least one redirect was followed. */
  readonly redirected: boolean;
  readonly #url: URL;
  readonly #wire: WireResponse;
  readonly #judge: Judge;
  #body: Uint8Array | null = null;
  #headers: Headers | null = null;
  #trailers: Headers | null = null;

  /** Made by the client only. */
  constructor(wire: WireResponse, judge: Judge, url: URL, redirected: boolean) {
    this.status = wire.status;
    this.#url = url;
    this.redirected = redirected;
    this.#wire = wire;
    this.#judge = judge;
  }

  /** URL of the response, after redirects. */
  get url(): string {
    return this.#url.href;
  }

  /** Whether the status is 200–299. */
  get ok(): boolean {
    return this.status >= 200 && this.status <= 299;
  }

  /** Reason phrase, possibly empty. */
  get statusText(): string {
    return this.#wire.statusText;
  }

  /** Header lines. */
  get headers(): Headers {
    this.#headers ??= new Headers(this.#wire.headerLines() as [string, string][]);
    return this.#headers;
  }

  /** Header lines that came after the body: over HTTP/2 only, and empty without any. */
  get trailers(): Headers {
    this.#trailers ??= new Headers(this.#wire.trailers as [string, string][]);
    return this.#trailers;
  }

  /** Time to the first byte of the response, in seconds, including redirects. */
  get ttfb(): number {
    return this.#judge.ttfbMs / 1000;
  }

  /** Time to the last byte of the response, in seconds, including redirects: the time in the statistics. */
  get ttlb(): number {
    return this.#judge.ttlbMs / 1000;
  }

  /** Id of the request's trace, 32 hexadecimal digits; `null` if its iteration is not sampled. */
  get traceId(): string | null {
    return this.#judge.traceId;
  }

  /** The request's span, for attributes of the script's own; `null` if its iteration is not sampled. */
  get span(): Span | null {
    return this.#judge.span?.span ?? null;
  }

  /** Why the request counts as failed, or `null` while it counts as a success. */
  get error(): string | null {
    return this.#judge.error;
  }

  /**
   * Sets the verdict without interrupting the user: a string or an error fails the request, `true` or an empty string fails
   * it with the status as message, `false` makes it a success with any status, `null` and `undefined` revert to the status.
   * It beats the status and any error thrown later.
   *
   * @throws {TypeError} if the response is no longer judged, because the user has sent another request
   */
  set error(verdict: string | boolean | Error | null | undefined) {
    this.#judge.decide(decisionOf(verdict));
  }

  /** Returns the body as text, decoded as UTF-8. */
  text(): Promise<string> {
    const shared = this.#wire.sharedText;
    if (shared !== null && shared.promise !== null) return shared.promise;
    try {
      const text = decoder.decode(this.#bytes());
      const promise = Promise.resolve(text);
      if (shared !== null && text.length <= MAX_SHARED_TEXT_LENGTH) shared.promise = promise;
      return promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Returns the body parsed as JSON. */
  // deno-lint-ignore no-explicit-any -- fetch's own signature
  async json(): Promise<any> {
    return JSON.parse(await this.text());
  }

  /** Returns a copy of the body's bytes. */
  // deno-lint-ignore require-await -- a failing decode must reject, not throw
  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#bytes().slice();
  }

  /** Returns a copy of the body. */
  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.bytes()).buffer;
  }

  /** Returns the body as a `Blob` with the response's content type. */
  async blob(): Promise<Blob> {
    return new Blob([await this.bytes()], { type: this.#wire.header("content-type") ?? "" });
  }

  /**
   * Counts a check of an asynchronous function; see below.
   *
   * @returns A promise of whether it passed
   */
  check(name: string, predicate: (response: LocustResponse) => Promise<unknown>): Promise<boolean>;
  /**
   * Counts a check on this response: a yes-or-no question that changes no verdict and fails nothing. It fails if the
   * function throws.
   *
   * @param name Its name, not empty
   * @param predicate Returns the value, which passes if it is truthy
   * @returns Whether it passed
   * @throws {TypeError} if the name is not a string or is empty
   */
  check(name: string, predicate: (response: LocustResponse) => unknown): boolean;
  check(name: string, predicate: (response: LocustResponse) => unknown): boolean | Promise<boolean> {
    if (typeof predicate !== "function") {
      throw new TypeError(
        `Cannot check "${name}": ${Deno.inspect(predicate)} is not a function, expected (resp) => resp.ok`,
      );
    }
    return this.#judge.check(name, () => predicate(this));
  }

  /**
   * Throws if the status is 400 or above, which ends the iteration.
   *
   * @throws {RequestError} if the status is 400 or above
   */
  raiseForStatus(): void {
    this.#judge.raiseForStatus();
  }

  #bytes(): Uint8Array {
    this.#body ??= decodeContent(this.#wire.body, this.#wire.contentEncoding);
    return this.#body;
  }
}
