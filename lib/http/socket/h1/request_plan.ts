/**
 * Requests made into the bytes that are sent.
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

/** Most bytes sent as one string in one system call; a longer body follows the head in writes of its own. */
const MAX_PAYLOAD_BYTES = 16_384;
/** Misses in a row after which header blocks are no more remembered for a request: each one of its answers differs. */
const MAX_MISSES = 32;
/** Methods whose lack of a body is stated by `content-length: 0` (RFC 9110, 8.6). */
const METHODS_WITH_BODY = new Set(["POST", "PUT", "PATCH"]);

/** A request ready to be sent any number of times; kept in {@linkcode WireRequest.transportCache}. */
export class RequestPlan {
  /** The server. */
  readonly origin: Origin;
  /** The head and, where it is small, the body. */
  readonly payload: Payload;
  /** What is to be sent after `payload`. */
  readonly rest: Uint8Array | ReadableStream<Uint8Array> | null;
  /** Whether a `ReadableStream` in `rest` is framed in chunks. */
  readonly isChunked: boolean;
  /** Whether `rest` waits for the server's `100 Continue`. */
  readonly shouldAwaitContinue: boolean;
  /** Whether the method is `HEAD`. */
  readonly isHeadRequest: boolean;
  /** Whether the method may be sent once more after a connection ended without an answer. */
  readonly isIdempotent: boolean;
  /** Whether the connection may be used again. */
  readonly isKeepAlive: boolean;
  /** What the transport was told about keep-alive: another answer to that makes this plan unfit. */
  readonly isForKeepAlive: boolean;
  /** And about proxies, likewise. */
  readonly proxies: ProxyChoice | null;
  /** The last header block that came as answer; the next one is compared with it. */
  lastHead: AnswerHead | null = null;
  /** The last whole answer, if it was small and came in one read: the next one is compared with it first. */
  lastAnswer: KnownAnswer | null = null;
  #misses = 0;
  #answerMisses = 0;

  /**
   * @param request What is to be sent
   * @param isForKeepAlive Whether the transport's connections are used again
   * @param proxies Which proxy it is sent to; `null` where none ever is
   * @throws {TransportError} `protocol` if it cannot be written as an HTTP/1.1 request
   */
  constructor(request: WireRequest, isForKeepAlive: boolean, proxies: ProxyChoice | null) {
    const { method, url, headers, body } = request;
    const given = checkedHeaders(method, headers);
    this.origin = originOf(url);
    this.isForKeepAlive = isForKeepAlive;
    this.proxies = proxies;
    // Over TLS the proxy only passes bytes on.
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
   * Keeps the header block of an answer for the next one, which then costs no parsing if it is the same. Called with
   * the block still at the read buffer's beginning.
   */
  rememberHead(head: AnswerHead): void {
    if (this.#misses > MAX_MISSES) return;
    this.#misses = head === this.lastHead ? 0 : this.#misses + 1;
    if (head === this.lastHead) return;
    head.remember();
    this.lastHead = head;
  }

  /**
   * Keeps a whole answer for the next one. Called with the answer alone in the read buffer; not called for one that was
   * recognised.
   *
   * @returns The answer kept, or `null` when it is not worth it: too long, or each one differs
   */
  rememberAnswer(head: AnswerHead, body: Uint8Array, sizeBytes: number): KnownAnswer | null {
    if (sizeBytes > MAX_KNOWN_ANSWER_BYTES || this.#answerMisses > MAX_MISSES) return this.lastAnswer = null;
    this.#answerMisses++;
    return this.lastAnswer = new KnownAnswer(head, body, sizeBytes);
  }

  /** Takes note that an answer was the last one's like. */
  countKnownAnswer(): void {
    this.#answerMisses = 0;
  }
}

/**
 * Returns the plan of a request, made on its first use.
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

/** Returns the header line that states where the body ends, or nothing where it is given or there is no body. */
function bodyFraming(method: string, body: WireRequest["body"], given: ReadonlyMap<string, string>): string {
  const length = given.get("content-length");
  const coding = given.get("transfer-encoding");
  if (body instanceof ReadableStream) {
    if (coding !== undefined && coding.trim().toLowerCase() !== "chunked") {
      throw new TransportError("unsupported", "no transfer-encoding but chunked can be sent");
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
