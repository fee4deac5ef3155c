/**
 * Requests over Deno's own fetch.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import { explainedFailure } from "./fetch_failure.ts";
import { FetchResponse, type HeadFacts, headFacts } from "./fetch_response.ts";
import { type HttpClientOptions, HttpClients } from "./http_client.ts";
import {
  type Exchange,
  type ExchangeListener,
  isIdempotent,
  type PartsListener,
  type Transport,
  TransportError,
  type TransportOptions,
  type WireRequest,
  type WireResponse,
} from "../transport.ts";

const DEFAULT_MAX_BODY_BYTES = 2 ** 30;
/** Declared size up to which a body is read at once. */
const SMALL_BODY_BYTES = 2 ** 18;

/**
 * Transport over `fetch`: HTTP/1.1, HTTP/2 and proxies, at several times the cost of the socket transport.
 *
 * Deno's fetch repeats a request whose kept-alive connection ended without an answer, and does not report it, so `onSent`
 * is still called once. It cannot repeat a stream: the bodies of methods that are not idempotent are sent as one.
 *
 * Bytes are estimates: bodies are counted after content decoding and heads by their lines, since fetch does not show the
 * wire. The time to connect is part of the first request's time and is not measured by itself.
 */
export class FetchTransport implements Transport {
  readonly #clients: HttpClients;
  readonly #options: TransportOptions;
  /** Not a `Set`: the tables that V8 replaces as entries come and go keep what they held. */
  readonly #underWay: FetchExchange[] = [];
  #isClosed = false;

  /**
   * @throws {TypeError} if fetch does not support an option
   * @throws {RangeError} if `proxy` is not the URL of a proxy
   */
  constructor(options: TransportOptions = {}) {
    this.#options = options;
    this.#clients = new HttpClients(clientOptions(options), options.proxy);
  }

  send(request: WireRequest, listener: ExchangeListener): Exchange {
    if (this.#isClosed) {
      queueMicrotask(() => listener.onError(interrupted(), 0));
      return { abort(): void {}, hold(): void {} };
    }
    const exchange = new FetchExchange(listener, () => this.#underWay.splice(this.#underWay.indexOf(exchange), 1));
    this.#underWay.push(exchange);
    listener.onStart(nowMs());
    listener.onSent();
    void exchange.run(request, this.#clients, this.#options);
    return exchange;
  }

  close(): void {
    this.#isClosed = true;
    for (const exchange of [...this.#underWay]) exchange.abort(interrupted());
    this.#clients.close();
  }
}

function interrupted(): TransportError {
  return new TransportError("interrupted", "interrupted by the end of the run");
}

/** One fetch in flight. */
class FetchExchange implements Exchange {
  readonly #controller = new AbortController();
  readonly #listener: ExchangeListener;
  readonly #onEnd: () => void;
  #reason: TransportError | null = null;
  #bytesReceived = 0;
  /** Resolves once reading goes on; `null` while it does. */
  #held: PromiseWithResolvers<void> | null = null;

  constructor(listener: ExchangeListener, onEnd: () => void) {
    this.#listener = listener;
    this.#onEnd = onEnd;
  }

  abort(reason: TransportError): void {
    this.#reason ??= reason;
    this.#controller.abort(reason);
    this.hold(false);
  }

  hold(isHeld: boolean): void {
    if (isHeld) this.#held ??= Promise.withResolvers();
    else {
      this.#held?.resolve();
      this.#held = null;
    }
  }

  async run(request: WireRequest, clients: HttpClients, options: TransportOptions): Promise<void> {
    let outcome: WireResponse | TransportError;
    try {
      await null; // send() must return before the listener learns of a bad request
      outcome = await this.#fetch(request, clients.clientFor(request.url), options);
    } catch (error) {
      const failure = await failureOf(error, request, options, this.#bytesReceived > 0);
      outcome = this.#reason ?? failure;
    }
    this.#onEnd();
    if (outcome instanceof TransportError) this.#listener.onError(outcome, this.#bytesReceived);
    else this.#listener.onResponse(outcome);
  }

  async #fetch(request: WireRequest, client: Deno.HttpClient, options: TransportOptions): Promise<WireResponse> {
    const headers = request.headers as [string, string][];
    const response = await fetch(urlOf(request), {
      method: request.method,
      headers: options.keepAlive === false ? [...headers, ["connection", "close"]] : headers,
      body: bodyOf(request),
      redirect: "manual",
      signal: this.#controller.signal,
      client,
    });
    if (response.status === 101) {
      void response.body?.cancel();
      throw new TransportError("protocol", "the server switched protocols (101) without being asked");
    }
    const firstByteMs = nowMs();
    const facts = headFacts(response);
    this.#bytesReceived = facts.bytes;
    const { parts } = this.#listener;
    const maxBytes = options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;
    let body: Uint8Array;
    if (parts !== undefined) {
      parts.onHead(new FetchResponse(response, facts, new Uint8Array(), 0, firstByteMs, firstByteMs));
      body = await this.#passOn(response, parts);
    } else if (isSmall(facts, maxBytes)) {
      body = new Uint8Array(await response.arrayBuffer());
      this.#bytesReceived += body.length;
    } else body = await this.#readBody(response, maxBytes);
    return new FetchResponse(response, facts, body, this.#bytesReceived, firstByteMs, nowMs());
  }

  async #passOn({ body }: Response, parts: PartsListener): Promise<Uint8Array> {
    for await (const part of body ?? []) {
      this.#bytesReceived += part.length;
      parts.onPart(part);
      if (this.#held !== null) await this.#held.promise;
    }
    return new Uint8Array();
  }

  async #readBody({ body }: Response, maxBytes: number): Promise<Uint8Array> {
    if (body === null) return new Uint8Array();
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of body) {
      size += part.length;
      this.#bytesReceived += part.length;
      if (size > maxBytes) throw new TransportError("limit", `body larger than ${maxBytes} bytes`);
      parts.push(part);
    }
    return joined(parts, size);
  }
}

/** Returns the URL if its host is connected to directly, else `null`. */
function directUrl({ url }: WireRequest, { proxy, unixSocket }: TransportOptions): URL | null {
  return proxy === undefined && unixSocket === undefined ? url : null;
}

/** Returns the URL, without name and password if there is an `authorization` header: fetch would send both. */
function urlOf({ url, headers }: WireRequest): URL {
  if ((url.username === "" && url.password === "") || !headers.some(([name]) => /^authorization$/i.test(name))) {
    return url;
  }
  const bare = new URL(url);
  bare.username = bare.password = "";
  return bare;
}

/**
 * Returns the body, in a form that fetch sends at most once if the method is not idempotent. Fetch treats a `Blob` as a
 * stream, but sends its `content-length`; it costs about 40 µs. An empty body stays as it is, since fetch would send an
 * empty `Blob` in chunked coding.
 */
function bodyOf({ method, body }: WireRequest): BodyInit | null {
  if (isIdempotent(method) || !(body instanceof Uint8Array) || body.length === 0) return body as BodyInit | null;
  return new Blob([body as BlobPart]);
}

/**
 * Returns whether the body is known to be small, so that it may be read at once, at half the cost of reading it in parts.
 * How much of it had come is unknown then if it breaks off.
 */
function isSmall(facts: HeadFacts, maxBytes: number): boolean {
  const { contentLength, contentEncoding, hasTransferEncoding } = facts;
  if (contentLength === null || !(Number(contentLength) <= Math.min(SMALL_BODY_BYTES, maxBytes))) return false;
  // In a coding the body may be larger than declared.
  return contentEncoding === null && !hasTransferEncoding;
}

/** Returns the failure that a rejected fetch means, which may be that of a header line. */
function failureOf(
  error: unknown,
  request: WireRequest,
  options: TransportOptions,
  hasHead: boolean,
): TransportError | Promise<TransportError> {
  if (error instanceof TransportError) return error;
  try {
    new Headers(request.headers as [string, string][]);
  } catch {
    return new TransportError("protocol", "header name or value not allowed", { cause: error });
  }
  return explainedFailure(error, directUrl(request, options), hasHead);
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function clientOptions(options: TransportOptions): HttpClientOptions {
  if (options.insecure) {
    throw new TypeError("Cannot use insecure with the fetch transport: expected the socket transport, or caCerts");
  }
  if (options.connectTo) throw new TypeError("Cannot use connectTo with the fetch transport: expected socket");
  const base: Deno.CreateHttpClientOptions = { allowHost: true };
  if (options.keepAlive === false) base.poolMaxIdlePerHost = 0; // hyper ignores the request's own header
  if (options.caCerts) base.caCerts = [...options.caCerts];
  if (options.localAddress) base.localAddress = options.localAddress;
  if (options.unixSocket) base.proxy = { transport: "unix", path: options.unixSocket };
  return options.cert && options.key ? { ...base, cert: options.cert, key: options.key } : base;
}
