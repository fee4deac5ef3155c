/**
 * Keeps what goes over the wire, for people to read.
 *
 * @module
 */

import type {
  Exchange,
  ExchangeListener,
  PartsListener,
  ResponseHead,
  Transport,
  TransportError,
  Turns,
  WireRequest,
  WireResponse,
} from "../transport.ts";

/** One request as sent and what came back. */
export interface TracedExchange {
  readonly request: WireRequest;
  /** When it started, on {@linkcode nowMs}' clock; 0 if it never did. */
  startMs: number;
  /** The head of the response; `null` without one. */
  head: ResponseHead | null;
  /** The body as received, up to the limit; `null` if nothing came. */
  body: Uint8Array | null;
  /** Length of the whole body, in bytes. */
  bodyBytes: number;
  /** When the last byte arrived; 0 before. */
  endMs: number;
  error: TransportError | null;
}

/** What one request of the script has caused: an exchange, and one for each redirect. */
export interface Trace {
  readonly exchanges: TracedExchange[];
}

/** Traces of one worker, in the order of their requests. */
export class Traces {
  readonly #byListener = new Map<ExchangeListener, Trace>();
  readonly maxBodyBytes: number;

  /** @param maxBodyBytes Most bytes of a streamed body that are kept */
  constructor(maxBodyBytes: number) {
    this.maxBodyBytes = maxBodyBytes;
  }

  /** Adds an exchange to those of its request. */
  add(listener: ExchangeListener, exchange: TracedExchange): void {
    const trace = this.#byListener.get(listener);
    if (trace === undefined) this.#byListener.set(listener, { exchanges: [exchange] });
    else trace.exchanges.push(exchange);
  }

  /**
   * Takes the trace of a request out.
   *
   * @param startMs When it started
   * @returns `null` if it was never sent
   */
  take(method: string, startMs: number): Trace | null {
    for (const [listener, trace] of this.#byListener) {
      const [first] = trace.exchanges;
      const isOver = trace.exchanges.at(-1)!.endMs !== 0;
      if (!isOver || first!.startMs !== startMs || first!.request.method !== method) continue;
      this.#byListener.delete(listener);
      return trace;
    }
    return null;
  }
}

/** A transport that passes everything on and keeps a trace of it. */
export class TraceTransport implements Transport {
  readonly turns?: Turns;
  readonly #inner: Transport;
  readonly #traces: Traces;
  readonly #nowMs: () => number;

  /** @param inner Sends the requests */
  constructor(inner: Transport, traces: Traces, nowMs: () => number) {
    this.#inner = inner;
    this.#traces = traces;
    this.#nowMs = nowMs;
    if (inner.turns !== undefined) this.turns = inner.turns;
  }

  send(request: WireRequest, listener: ExchangeListener): Exchange {
    const nowMs = this.#nowMs;
    const exchange: TracedExchange = {
      ...{ request, startMs: 0, head: null, body: null, bodyBytes: 0, endMs: 0, error: null },
    };
    this.#traces.add(listener, exchange);
    const { parts } = listener;
    return this.#inner.send(request, {
      parts: parts === undefined ? undefined : this.#traceParts(parts, exchange),
      onStart(atMs: number): void {
        exchange.startMs = atMs;
        listener.onStart(atMs);
      },
      onSent: () => listener.onSent(),
      onResponse(response: WireResponse): void {
        exchange.head = response;
        exchange.endMs = response.lastByteMs;
        if (parts === undefined) {
          exchange.body = response.body;
          exchange.bodyBytes = response.body.length;
        }
        listener.onResponse(response);
      },
      onError(error: TransportError, bytesReceived: number): void {
        exchange.error = error;
        exchange.endMs = nowMs();
        listener.onError(error, bytesReceived);
      },
    });
  }

  close(): void {
    this.#inner.close();
  }

  #traceParts(parts: PartsListener, exchange: TracedExchange): PartsListener {
    const { maxBodyBytes } = this.#traces;
    return {
      onHead(head: ResponseHead): void {
        exchange.head = head;
        parts.onHead(head);
      },
      onPart(bytes: Uint8Array): void {
        const kept = exchange.body ?? new Uint8Array();
        if (kept.length <= maxBodyBytes) {
          const more = bytes.subarray(0, maxBodyBytes + 1 - kept.length);
          const joined = new Uint8Array(kept.length + more.length);
          joined.set(kept);
          joined.set(more, kept.length);
          exchange.body = joined;
        }
        exchange.bodyBytes += bytes.length;
        parts.onPart(bytes);
      },
    };
  }
}
