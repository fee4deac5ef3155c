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
  /** The head of the response; `null` without one. */
  head: ResponseHead | null;
  /** The body as received, up to the limit; `null` if nothing came. */
  body: Uint8Array | null;
  /** Length of the whole body, in bytes. */
  bodyBytes: number;
  error: TransportError | null;
}

/** What one request of the script has caused: an exchange, and one for each redirect. */
export interface Trace {
  readonly exchanges: TracedExchange[];
}

/** The traces of the requests of one worker that are in flight or being judged. */
export class Traces {
  /** Traces of requests whose redirect is still to be sent. */
  readonly #redirected = new WeakMap<ExchangeListener, Trace>();
  readonly #judged = new Map<object, Trace>();
  /** The request whose listener is being called. */
  #current: { readonly listener: ExchangeListener; readonly trace: Trace } | null = null;
  readonly maxBodyBytes: number;
  readonly #onInterrupted: (trace: Trace) => void;

  /**
   * @param maxBodyBytes Most bytes of a streamed body that are kept
   * @param onInterrupted Receives the trace of a request that the end of the run cut off: no verdict is given on it
   */
  constructor(maxBodyBytes: number, onInterrupted: (trace: Trace) => void = () => {}) {
    this.maxBodyBytes = maxBodyBytes;
    this.#onInterrupted = onInterrupted;
  }

  /** Adds an exchange to those of its request. */
  begin(listener: ExchangeListener, exchange: TracedExchange): Trace {
    const isCurrent = this.#current?.listener === listener;
    const trace = isCurrent ? this.#current!.trace : this.#redirected.get(listener);
    if (trace === undefined) return { exchanges: [exchange] };
    trace.exchanges.push(exchange);
    return trace;
  }

  /** Passes the end of an exchange on; meanwhile, or after it, a verdict is given on the request unless it goes on. */
  end(listener: ExchangeListener, trace: Trace, pass: () => void): void {
    this.#current = { listener, trace };
    pass();
    this.#current = null;
    const { judge } = listener;
    if (!judge) this.#redirected.set(listener, trace);
    else if (judge.isOpen) this.#judged.set(judge, trace);
  }

  /** Passes the end of an exchange on that the end of the run has cut off. */
  interrupt(trace: Trace, pass: () => void): void {
    pass();
    this.#onInterrupted(trace);
  }

  /**
   * Takes the trace of a request out, when its verdict is final.
   *
   * @returns `null` if it was never sent
   */
  take(judge: object): Trace | null {
    const trace = this.#judged.get(judge);
    if (trace === undefined) return this.#current?.trace ?? null; // judged as soon as it ended, as requests without a response are
    this.#judged.delete(judge);
    return trace;
  }
}

/** A transport that passes everything on and keeps a trace of it. */
export class TraceTransport implements Transport {
  readonly turns?: Turns;
  readonly #inner: Transport;
  readonly #traces: Traces;

  /** @param inner Sends the requests */
  constructor(inner: Transport, traces: Traces) {
    this.#inner = inner;
    this.#traces = traces;
    if (inner.turns !== undefined) this.turns = inner.turns;
  }

  send(request: WireRequest, listener: ExchangeListener): Exchange {
    return this.#inner.send(request, new TracedListener(request, listener, this.#traces));
  }

  close(): void {
    this.#inner.close();
  }
}

/** Listens to one exchange for its trace, and passes everything on. */
class TracedListener implements ExchangeListener, PartsListener {
  readonly parts: PartsListener | undefined;
  readonly #exchange: TracedExchange;
  readonly #listener: ExchangeListener;
  readonly #traces: Traces;
  readonly #trace: Trace;

  constructor(request: WireRequest, listener: ExchangeListener, traces: Traces) {
    this.#exchange = { request, head: null, body: null, bodyBytes: 0, error: null };
    this.#listener = listener;
    this.#traces = traces;
    this.#trace = traces.begin(listener, this.#exchange);
    this.parts = listener.parts === undefined ? undefined : this;
  }

  onStart(atMs: number): void {
    this.#listener.onStart(atMs);
  }

  onSent(): void {
    this.#listener.onSent();
  }

  onHead(head: ResponseHead): void {
    this.#exchange.head = head;
    this.#listener.parts!.onHead(head);
  }

  onPart(bytes: Uint8Array): void {
    const { maxBodyBytes } = this.#traces;
    const kept = this.#exchange.body ?? new Uint8Array();
    if (kept.length <= maxBodyBytes) {
      const more = bytes.subarray(0, maxBodyBytes + 1 - kept.length);
      const joined = new Uint8Array(kept.length + more.length);
      joined.set(kept);
      joined.set(more, kept.length);
      this.#exchange.body = joined;
    }
    this.#exchange.bodyBytes += bytes.length;
    this.#listener.parts!.onPart(bytes);
  }

  onResponse(response: WireResponse): void {
    const exchange = this.#exchange;
    exchange.head = response;
    if (this.parts === undefined) {
      exchange.body = response.body;
      exchange.bodyBytes = response.body.length;
    }
    this.#traces.end(this.#listener, this.#trace, () => this.#listener.onResponse(response));
  }

  onError(error: TransportError, bytesReceived: number): void {
    this.#exchange.error = error;
    const pass = () => this.#listener.onError(error, bytesReceived);
    if (error.kind === "interrupted") this.#traces.interrupt(this.#trace, pass);
    else this.#traces.end(this.#listener, this.#trace, pass);
  }
}
