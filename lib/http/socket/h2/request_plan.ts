/**
 * Requests as header lines and frames.
 *
 * @module
 */

import { type Origin, originOf } from "../../origin.ts";
import { isIdempotent, type SharedText, TransportError, type WireRequest } from "../../transport.ts";
import { basicCredentials, checkedHeaders } from "../request_check.ts";
import type { AnswerHead } from "./answer_head.ts";
import { headerFrames } from "./frames.ts";
import type { EncoderState } from "./hpack/encoder_state.ts";
import { encodeBlock } from "./hpack/header_encoder.ts";
import type { HeaderLine } from "./hpack/static_table.ts";
import type { KnownBlock } from "./known_block.ts";

/** Longest body of an answer that is compared with the next one, in bytes. */
const MAX_KNOWN_BODY_BYTES = 4096;
/** Misses in a row after which bodies are no longer compared: they all differ. */
const MAX_MISSES = 32;
/** Methods that send `content-length: 0` without a body (RFC 9110, 8.6). */
const METHODS_WITH_BODY = new Set(["POST", "PUT", "PATCH"]);
/** Header lines of HTTP/1.1 that are not sent in HTTP/2 (RFC 9113, 8.2.2 and 8.3.1). */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "connection",
  "host",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/** HEADERS, with CONTINUATION if needed, for connections with a given encoder state. */
export interface EncodedRequest {
  /** The state the frames are for. */
  readonly state: EncoderState;
  /** The state once they are sent. */
  readonly next: EncoderState;
  /** The frames; the stream's number must be written into each. */
  readonly bytes: Uint8Array;
}

/** The body of an earlier answer. */
export interface KnownBody {
  /** Shared, so callers only get copies of it. */
  readonly bytes: Uint8Array;
  /** Caches the decoded body. */
  readonly text: SharedText;
}

/** A request ready to be sent any number of times; kept in {@linkcode WireRequest.transportCache}. */
export class RequestPlan {
  /** The request it was created from. */
  readonly request: WireRequest;
  /** The server. */
  readonly origin: Origin;
  /** The whole body, or its source. */
  readonly body: Uint8Array | ReadableStream<Uint8Array> | null;
  /** Whether the body waits for the server's `100`. */
  readonly shouldAwaitContinue: boolean;
  /** Whether the method is `HEAD`. */
  readonly isHeadRequest: boolean;
  /** Whether the request may be repeated after its connection ended without an answer. */
  readonly isIdempotent: boolean;
  /** The header of the last answer; an answer with the same lines shares it. */
  lastHead: AnswerHead | null = null;
  /** The last answer's header block, if it is valid for every connection; the next one is compared with it. */
  lastBlock: KnownBlock | null = null;
  /** Blocks cached since one was recognised. */
  misses = 0;
  #lastBody: KnownBody | null = null;
  #bodyMisses = 0;
  /** Pseudo-headers and header lines, in the order sent. */
  readonly lines: readonly HeaderLine[];
  /** For the last requested state, which nearly all connections share. */
  #encoded: EncodedRequest | null = null;

  /** @throws {TransportError} `protocol` or `unsupported` if it cannot be written as an HTTP/2 request */
  constructor(request: WireRequest) {
    const { method, url, headers, body } = request;
    const given = checkedHeaders(method, headers);
    this.request = request;
    this.origin = originOf(url);
    this.isIdempotent = isIdempotent(method);
    this.isHeadRequest = method === "HEAD";
    this.body = body instanceof Uint8Array && body.length === 0 ? null : body;
    this.shouldAwaitContinue = this.body !== null && /^\s*100-continue\s*$/i.test(given.get("expect") ?? "");
    const lines: HeaderLine[] = [
      [":method", method],
      [":scheme", url.protocol.slice(0, -1)],
      [":authority", given.get("host") ?? url.host],
      [":path", url.pathname + url.search],
    ];
    const credentials = given.has("authorization") ? null : basicCredentials(url);
    if (credentials !== null) lines.push(["authorization", credentials]);
    for (const [name, value] of headers) addLine(lines, name.toLowerCase(), value.trim());
    const length = statedLength(method, body, given);
    if (length !== null) lines.push(["content-length", length]);
    this.lines = lines;
  }

  /**
   * Returns the frames for a connection; created once for all connections in the same state.
   *
   * @param prefix Prefix of the header block, or `null`
   */
  encoded(state: EncoderState, prefix: Uint8Array | null): EncodedRequest {
    if (this.#encoded?.state === state && prefix === null) return this.#encoded;
    const { bytes: block, next } = encodeBlock(state, this.lines);
    const whole = prefix === null ? block : new Uint8Array([...prefix, ...block]);
    const encoded = { state, next, bytes: headerFrames(0, whole, this.body === null) };
    if (prefix === null) this.#encoded = encoded;
    return encoded;
  }

  /** Returns the last answer's body if these bytes are the same, else `null`. */
  knownBody(bytes: Uint8Array, from: number, to: number): KnownBody | null {
    const known = this.#lastBody;
    if (known === null || known.bytes.length !== to - from) return null;
    const { bytes: own } = known;
    if (bytes === own) return known;
    for (let at = 0; at < own.length; at++) {
      if (own[at] !== bytes[from + at]) return null;
    }
    this.#bodyMisses = 0;
    return known;
  }

  /** Caches a body; returns the cache of its text, or `null` if it is not cached. */
  rememberBody(body: Uint8Array): SharedText | null {
    if (body.length > MAX_KNOWN_BODY_BYTES || body.length === 0 || this.#bodyMisses > MAX_MISSES) return null;
    this.#bodyMisses++;
    this.#lastBody = { bytes: body.slice(), text: { promise: null } }; // a view would keep a whole block alive
    return this.#lastBody.text;
  }
}

/** Returns the plan of a request, created on first use; throws as the constructor does. */
export function planFor(request: WireRequest): RequestPlan {
  const known = request.transportCache;
  if (known instanceof RequestPlan) return known;
  const plan = new RequestPlan(request);
  request.transportCache = plan;
  return plan;
}

function addLine(lines: HeaderLine[], name: string, value: string): void {
  if (LEFT_OUT.has(name) || (name === "te" && value.toLowerCase() !== "trailers")) return;
  if (name !== "cookie") lines.push([name, value]);
  else { // one line per cookie, so that unchanged ones are sent as an index (RFC 9113, 8.2.3)
    for (const crumb of value.split(/; */)) lines.push([name, crumb]);
  }
}

/** Returns the `content-length` to add; `null` if it is given, unknown or not needed. */
function statedLength(method: string, body: WireRequest["body"], given: ReadonlyMap<string, string>): string | null {
  const length = given.get("content-length");
  const coding = given.get("transfer-encoding");
  // Not sent in HTTP/2, but an error in HTTP/1.1 should not pass here.
  if (coding !== undefined && (!(body instanceof ReadableStream) || coding.trim().toLowerCase() !== "chunked")) {
    throw contradictory();
  }
  if (body instanceof ReadableStream) return null;
  const size = String(body === null ? 0 : body.length);
  if (length !== undefined && length.trim() !== size) {
    throw contradictory();
  }
  return length !== undefined || (body === null && !METHODS_WITH_BODY.has(method)) ? null : size;
}

function contradictory(): TransportError {
  return new TransportError("protocol", "content-length or transfer-encoding header does not fit the body");
}
