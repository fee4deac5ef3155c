/**
 * The span of one request.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import { maskedText } from "../../core/mask.ts";
import { readTraceparent, TRACEPARENT } from "../../spans/ids.ts";
import type { Span } from "../../spans/span.ts";
import type { SpanContext } from "../../spans/span_record.ts";
import { hasHeader, type HeaderLines } from "../headers.ts";
import type {
  Exchange,
  ExchangeListener,
  PartsListener,
  ResponseHead,
  Transport,
  TransportError,
  WireRequest,
  WireResponse,
} from "../transport.ts";
import { SampleSpan } from "./sample_span.ts";

/** Methods that the conventions know; others are `_OTHER`, so that there are few. */
const KNOWN_METHODS = new Set([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "DELETE",
  "CONNECT",
  "OPTIONS",
  "TRACE",
  "PATCH",
  "QUERY",
]);

/**
 * The span of a request as the script sees it, with children for targets of redirects and for repeats. It stands between
 * the transport and the request, and passes everything on.
 */
export class RequestSpan extends SampleSpan implements ExchangeListener {
  /** The span of the exchange under way: the request's, or that of a redirect's target. */
  #current: Span;
  /** The span of the exchange's repeat. */
  #repeat: Span | null = null;
  #request: WireRequest;
  #listener: ExchangeListener | null = null;
  #parts: PartsListener | null = null;
  #startMs = 0;
  #resends = 0;
  #isSent = false;

  /**
   * @param parent The step or iteration
   * @param request Without the user's cookies
   */
  constructor(parent: Span, request: WireRequest, row: { readonly method: string; readonly name: string }) {
    const context = contextIn(request.headers);
    const span = parent.child({ name: `${row.method} ${row.name}`, kind: "client", context });
    super(span, row);
    this.#current = describe(span, request);
    this.#request = request;
  }

  /**
   * Sends the request, or the target of its redirect, with the header that names the span. A header of the script's own
   * is left as it is: the span has its ids, which are those that the server sees.
   *
   * @param listener Receives the events of all its exchanges
   */
  send(request: WireRequest, listener: ExchangeListener, transport: Pick<Transport, "send">): Exchange {
    if (this.#listener !== null) this.#redirect(request);
    this.#listener = listener;
    this.#request = request;
    return transport.send(withTrace(request, this.#current), this);
  }

  /** The verdict on the request, for those who keep traces of exchanges. */
  get judge(): { readonly isOpen: boolean } | null {
    return this.#listener?.judge ?? null;
  }

  /** The parts of the response, if the request wants them. */
  get parts(): PartsListener | undefined {
    const parts = this.#listener!.parts;
    if (parts === undefined) return undefined;
    return this.#parts ??= {
      onHead: (head) => {
        this.#addResponse(head);
        parts.onHead(head);
      },
      onPart: (bytes) => parts.onPart(bytes),
    };
  }

  onStart(atMs: number): void {
    this.#startMs = this.#current.startMs = atMs;
    this.#listener!.onStart(atMs);
  }

  onSent(): void {
    if (this.#isSent) this.#beginRepeat();
    else this.#current.addEvent("requestStart");
    this.#isSent = true;
    this.#listener!.onSent();
  }

  onResponse(response: WireResponse): void {
    if (this.#listener!.parts === undefined) this.#addResponse(response);
    this.#endExchange(response.lastByteMs);
    this.#listener!.onResponse(response);
  }

  onError(error: TransportError, bytesReceived: number): void {
    this.kind = error.kind;
    const endMs = nowMs();
    for (const span of this.#ofExchange()) {
      span.fail(error.message, error.kind === "interrupted" ? error.kind : error.message);
    }
    this.#endExchange(endMs);
    this.#listener!.onError(error, bytesReceived);
  }

  #redirect(request: WireRequest): void {
    this.span.addEvent("redirect", { "http.response.status_code": this.status });
    this.#isSent = false;
    this.#current = describe(this.span.child({ name: request.method, kind: "client" }), request)
      .setAttribute("http.request.resend_count", ++this.#resends);
  }

  #beginRepeat(): void {
    this.#repeat = describe(this.#current.child({ name: this.#request.method, kind: "client" }), this.#request)
      .setAttribute("http.request.resend_count", ++this.#resends);
  }

  /** Adds what the head of a response says; events are named after the W3C's Resource Timing. */
  #addResponse({ status, httpVersion, connectPhases, firstByteMs }: ResponseHead): void {
    this.status = status;
    for (const span of [this.span, ...this.#ofExchange()]) {
      span.setAttribute("http.response.status_code", status);
      if (httpVersion !== null) span.setAttribute("network.protocol.version", httpVersion);
      if (status >= 400 && span !== this.span) span.fail(`${status}`, `${status}`);
    }
    if (connectPhases !== null) {
      const { dnsMs, connectMs, tlsMs } = connectPhases;
      const [foundMs, connectedMs] = [this.#startMs + dnsMs, this.#startMs + dnsMs + connectMs];
      if (dnsMs > 0) this.#current.addEventAt("domainLookupEnd", foundMs);
      this.#current.addEventAt("connectStart", foundMs);
      if (tlsMs > 0) this.#current.addEventAt("secureConnectionStart", connectedMs);
      this.#current.addEventAt("connectEnd", connectedMs + tlsMs);
    }
    this.#current.addEventAt("responseStart", firstByteMs);
  }

  /** The spans of the exchange that end with it: all but the request's, which ends with the verdict. */
  #ofExchange(): Span[] {
    const spans = this.#repeat === null ? [] : [this.#repeat];
    if (this.#current !== this.span) spans.push(this.#current);
    return spans;
  }

  #endExchange(atMs: number): void {
    this.endMs = atMs;
    for (const span of this.#ofExchange()) span.end(atMs);
    this.#repeat = null;
  }
}

/** Adds what is known of a request before it is sent (OpenTelemetry's semantic conventions for HTTP clients). */
function describe(span: Span, { method, url }: WireRequest): Span {
  const isKnown = KNOWN_METHODS.has(method);
  span.setAttribute("http.request.method", isKnown ? method : "_OTHER");
  if (!isKnown) span.setAttribute("http.request.method_original", method);
  return describeTarget(span, url);
}

/** Adds the target of a request, without its secrets. */
export function describeTarget(span: Span, url: URL): Span {
  let target = targets.get(url);
  if (target === undefined) targets.set(url, target = targetOf(url));
  return span
    .setAttribute("url.full", target.shown)
    .setAttribute("server.address", target.address)
    .setAttribute("server.port", target.port);
}

/** What is said of a target. */
interface ShownTarget {
  readonly shown: string;
  readonly address: string;
  readonly port: number;
}

/** Targets by their URL objects, which equal requests share. */
const targets = new WeakMap<URL, ShownTarget>();

function targetOf(url: URL): ShownTarget {
  const shown = new URL(url);
  shown.username = shown.password = "";
  const isTls = url.protocol === "https:" || url.protocol === "wss:";
  return {
    shown: maskedText(shown.href),
    address: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? (isTls ? 443 : 80) : Number(url.port),
  };
}

/** Returns the ids in a header of the script's own; `null` without a valid one. */
export function contextIn(headers: HeaderLines): SpanContext | null {
  const own = headers.find(([name]) => name === TRACEPARENT);
  return own === undefined ? null : readTraceparent(own[1]);
}

function withTrace(request: WireRequest, { traceparent }: Span): WireRequest {
  if (hasHeader(request.headers, TRACEPARENT)) return request;
  // Sent once, so what a transport keeps for the next equal request is not shared.
  return { ...request, headers: [...request.headers, [TRACEPARENT, traceparent]], transportCache: undefined };
}
