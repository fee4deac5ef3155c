/**
 * An answer from Deno's fetch.
 *
 * @module
 */

import type { HeaderLines } from "../headers.ts";
import type { WireResponse } from "../transport.ts";

/** Codings that Deno's fetch decodes before the body is read; the header stays. */
const DECODED_BY_FETCH = new Set(["gzip", "br"]);
const NO_COOKIES: readonly string[] = [];

/** An answer from fetch, with its body. */
export class FetchResponse implements WireResponse {
  readonly status: number;
  readonly statusText: string;
  readonly body: Uint8Array;
  readonly bytesReceived: number;
  readonly firstByteMs: number;
  readonly lastByteMs: number;
  readonly #headers: Headers;

  constructor(
    response: Response,
    body: Uint8Array,
    bytesReceived: number,
    firstByteMs: number,
    lastByteMs: number,
  ) {
    this.status = response.status;
    this.statusText = response.statusText;
    this.#headers = response.headers;
    this.body = body;
    this.bytesReceived = bytesReceived;
    this.firstByteMs = firstByteMs;
    this.lastByteMs = lastByteMs;
  }

  get contentEncoding(): string | null {
    const coding = this.#headers.get("content-encoding");
    return coding === null || DECODED_BY_FETCH.has(coding.trim().toLowerCase()) ? null : coding;
  }

  readonly connectPhases = null;
  readonly trailers = [];
  readonly httpVersion = null;
  readonly sharedText = null;

  get setCookies(): readonly string[] {
    return this.#headers.has("set-cookie") ? this.#headers.getSetCookie() : NO_COOKIES;
  }

  header(name: string): string | null {
    return this.#headers.get(name);
  }

  headerLines(): HeaderLines {
    return [...this.#headers];
  }
}

/** Returns the approximate size of a header block, in bytes. */
export function headBytes({ statusText, headers }: Response): number {
  let size = "HTTP/1.1 200 \r\n\r\n".length + statusText.length;
  // Far cheaper than a loop over its entries.
  headers.forEach((value, name) => {
    size += name.length + value.length + 4;
  });
  return size;
}
