/**
 * Requests serialised for sending.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { isIdempotent, TransportError, type WireRequest } from "../../transport.ts";
import type { AnswerHead } from "./answer_head.ts";
import { basicCredentials, checkedHeaders } from "../request_check.ts";
import { KnownAnswer, MAX_KNOWN_ANSWER_BYTES } from "./known_answer.ts";
import { type Origin, originOf } from "../../origin.ts";
import type { ProxyChoice } from "../../proxy.ts";
import { Payload } from "../net/payload.ts";

/** Most bytes sent in one system call; a longer body is written after the head. */
const MAX_PAYLOAD_BYTES = 16_384;
/** Misses in a row after which header blocks of a request are no longer cached: its answers all differ. */
const MAX_MISSES = 32;
/** Methods that send `content-length: 0` without a body (RFC 9110, 8.6). */
const METHODS_WITH_BODY = new Set(["POST", "PUT", "PATCH"]);

/** A request ready to be sent any number of times; kept in {@linkcode WireRequest.transportCache}. */
export class RequestPlan {
  /** The server. */
  readonly origin: Origin;
  /** The head and, where it is small, the body. */
  readonly payload: Payload;
  /** The part of the body that is sent after `payload`. */
  readonly rest: Uint8Array | ReadableStream<Uint8Array> | null;
  /** Whether a `ReadableStream` in `rest` is framed in chunks. */
  readonly isChunked: boolean;
  /** Whether `rest` waits for the server's `100 Continue`. */
  readonly shouldAwaitContinue: boolean;
  /** Whether the method is `HEAD`. */
  readonly isHeadRequest: boolean;
  /** Whether the request may be repeated after its connection ended without an answer. */
  readonly isIdempotent: boolean;
  /** Whether the connection may be used again. */
  readonly isKeepAlive: boolean;
  /** The transport's keep-alive setting; this plan is only valid for it. */
  readonly isForKeepAlive: boolean;
  /** The transport's proxies; this plan is only valid for them. */
  readonly proxies: ProxyChoice | null;
  /** The last header block received; the next one is compared with it. */
  lastHead: AnswerHead | null = null;
  /** The last whole answer, if it was small and came in one read; the next one is first compared with it. */
  lastAnswer: KnownAnswer | null = null;
  #misses = 0;
  #answerMisses = 0;

  /**
   * @param request The request to serialise
   * @param isForKeepAlive Whether the transport reuses connections
   * @param proxies Selects the proxy; `null` if there is none
   * @throws {TransportError} `protocol` if it cannot be written as an HTTP/1.1 request
   */
  constructor(request: WireRequest, isForKeepAlive: boolean, proxies: ProxyChoice | null) {
    const { method, url, headers, body } = request;
    const given = checkedHeaders(method, headers);
    this.origin = originOf(url);
    this.isForKeepAlive = isForKeepAlive;
    this.proxies = proxies;
    // Over TLS the proxy only forwards bytes.
    const proxy = proxies === null || this.origin.isTls ? null : proxies.proxyFor(this.origin);
    const place = proxy === null ? "" : `${url.protocol}//${url.host}`;
    this.isKeepAlive = isForKeepAlive && !/(?:^|,)\s*close\s*(?:,|$)/i.test(given.get("connection") ?? "");
    this.isHeadRequest = method === "HEAD";
    this.isIdempotent = isIdempotent(method);
    const framing = bodyFraming(method, body, given);
    this.isChunked = framing.startsWith("transfer-encoding") || given.has("transfer-encoding");
    let head = `${method} ${place}${url.pathname}${url.search} HTTP/1.1\r\n`;
    if (!given.has("host")) head += `host: ${url.host}\r\n`;
    const credentials = given.has("authorization") ? null : basicCredentials(url);
    if (credentials !== null) head += `authorization: ${credentials}\r\n`;
    const { authorization = null } = proxy ?? {};
    if (authorization !== null && !given.has("proxy-authorization")) {
      head += `proxy-authorization: ${authorization}\r\n`;
    }
    for (const [name, value] of headers) head += `${name}: ${value}\r\n`;
    if (!isForKeepAlive && !given.has("connection")) head += "connection: close\r\n";
    head += `${framing}\r\n`;
    this.shouldAwaitContinue = body !== null && /^\s*100-continue\s*$/i.test(given.get("expect") ?? "");
    const isOnePiece = body instanceof Uint8Array && !this.shouldAwaitContinue &&
      head.length + body.length <= MAX_PAYLOAD_BYTES;
    this.payload = new Payload(isOnePiece ? head + toLatin1(body) : head);
    this.rest = isOnePiece || (body instanceof Uint8Array && body.length === 0) ? null : body;
  }

  /**
   * Caches the header block of an answer, so that an equal one need not be parsed. The block must be at the start of the
   * read buffer.
   */
  rememberHead(head: AnswerHead): void {
    if (this.#misses > MAX_MISSES) return;
    this.#misses = head === this.lastHead ? 0 : this.#misses + 1;
    if (head === this.lastHead) return;
    head.remember();
    this.lastHead = head;
  }

  /**
   * Caches a whole answer. The answer must be alone in the read buffer; not called for a recognised one.
   *
   * @returns The cached answer, or `null` if it is too long or all answers differ
   */
  rememberAnswer(head: AnswerHead, body: Uint8Array, sizeBytes: number): KnownAnswer | null {
    if (sizeBytes > MAX_KNOWN_ANSWER_BYTES || this.#answerMisses > MAX_MISSES) return this.lastAnswer = null;
    this.#answerMisses++;
    return this.lastAnswer = new KnownAnswer(head, body, sizeBytes);
  }

  /** Counts an answer that was equal to the last one. */
  countKnownAnswer(): void {
    this.#answerMisses = 0;
  }
}

/**
 * Returns the plan of a request, created on first use.
 *
 * @throws {TransportError} `protocol` if the request cannot be written as HTTP/1.1
 */
export function planFor(request: WireRequest, isKeepAlive: boolean, proxies: ProxyChoice | null = null): RequestPlan {
  const known = request.transportCache;
  if (known instanceof RequestPlan && known.isForKeepAlive === isKeepAlive && known.proxies === proxies) return known;
  const plan = new RequestPlan(request, isKeepAlive, proxies);
  request.transportCache = plan;
  return plan;
}

/** Returns the header line that frames the body, or an empty string if it is given or there is no body. */
function bodyFraming(method: string, body: WireRequest["body"], given: ReadonlyMap<string, string>): string {
  const length = given.get("content-length");
  const coding = given.get("transfer-encoding");
  if (body instanceof ReadableStream) {
    if (coding !== undefined && coding.trim().toLowerCase() !== "chunked") {
      throw new TransportError("unsupported", "cannot send a transfer-encoding other than chunked");
    }
    if (coding !== undefined && length !== undefined) throw contradictory();
    return length === undefined && coding === undefined ? "transfer-encoding: chunked\r\n" : "";
  }
  const size = body === null ? 0 : body.length;
  if (coding !== undefined || (length !== undefined && length.trim() !== String(size))) throw contradictory();
  if (length !== undefined || (body === null && !METHODS_WITH_BODY.has(method))) return "";
  return `content-length: ${size}\r\n`;
}

function contradictory(): TransportError {
  return new TransportError("protocol", "content-length or transfer-encoding header does not fit the body");
}

function toLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
