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
  readonly contentEncoding: string | null;
  readonly #headers: Headers;
  readonly #hasCookies: boolean;

  constructor(
    response: Response,
    facts: HeadFacts,
    body: Uint8Array,
    bytesReceived: number,
    firstByteMs: number,
    lastByteMs: number,
  ) {
    this.status = response.status;
    this.statusText = response.statusText;
    this.#headers = response.headers;
    this.#hasCookies = facts.hasCookies;
    const { contentEncoding } = facts;
    const isPlain = contentEncoding === null || DECODED_BY_FETCH.has(contentEncoding.trim().toLowerCase());
    this.contentEncoding = isPlain ? null : contentEncoding;
    this.body = body;
    this.bytesReceived = bytesReceived;
    this.firstByteMs = firstByteMs;
    this.lastByteMs = lastByteMs;
  }

  readonly connectPhases = null;
  readonly trailers = [];
  readonly httpVersion = null;
  readonly sharedText = null;

  get setCookies(): readonly string[] {
    return this.#hasCookies ? this.#headers.getSetCookie() : NO_COOKIES;
  }

  header(name: string): string | null {
    return this.#headers.get(name);
  }

  headerLines(): HeaderLines {
    return [...this.#headers];
  }
}

/** What the transport needs to know of a head. */
export interface HeadFacts {
  /** Approximate size of the head. */
  readonly bytes: number;
  readonly contentLength: string | null;
  readonly contentEncoding: string | null;
  readonly hasTransferEncoding: boolean;
  readonly hasCookies: boolean;
}

/** Reads a head in one pass: each question to `Headers` would search all its lines. Far cheaper than a `for` loop. */
export function headFacts({ statusText, headers }: Response): HeadFacts {
  let bytes = "HTTP/1.1 200 \r\n\r\n".length + statusText.length;
  let contentLength: string | null = null;
  let contentEncoding: string | null = null;
  let hasTransferEncoding = false;
  let hasCookies = false;
  headers.forEach((value, name) => {
    bytes += name.length + value.length + 4;
    if (name === "content-length") contentLength = value;
    else if (name === "content-encoding") contentEncoding = value;
    else if (name === "transfer-encoding") hasTransferEncoding = true;
    else if (name === "set-cookie") hasCookies = true;
  });
  return { bytes, contentLength, contentEncoding, hasTransferEncoding, hasCookies };
}
