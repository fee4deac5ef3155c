/**
 * Our own HTTP client.
 *
 * @module
 */

import {
  type ConnectPhases,
  type Exchange,
  type ExchangeListener,
  type Transport,
  TransportError,
  type TransportObserver,
  type TransportOptions,
  type WireRequest,
} from "../transport.ts";
import { Connection, type ConnectionOwner, type Dialed } from "./h1/connection.ts";
import { failedExchange, SocketExchange } from "./h1/exchange.ts";
import { socketFailure } from "./failures.ts";
import { openSocket } from "./net/open_socket.ts";
import { planFor, RequestPlan } from "./h1/request_plan.ts";
import { type Route, routeFor } from "./net/route.ts";
import type { SocketOpener, WireSocket } from "./net/wire_socket.ts";
import { type Origin, originOf } from "../origin.ts";
import type { StreamExchange } from "./h2/exchange.ts";
import { RequestPlan as StreamPlan } from "./h2/request_plan.ts";
import { type OtherVersion, StreamPool } from "./h2/stream_pool.ts";

/**
 * Transport over our own sockets: HTTP/1.1 and HTTP/2, with and without TLS, several times as fast as {@linkcode fetch}.
 */
export class SocketTransport implements Transport, ConnectionOwner, OtherVersion {
  readonly #observer: TransportObserver | null;
  readonly #route: Route;
  readonly #isKeepAlive: boolean;
  /** Every connection that is not closed. */
  readonly #connections = new Set<Connection>();
  /** The idle connection used last, which the server is least likely to have closed. */
  #lastIdle: Connection | null = null;
  /** The other idle connections, in the order of use: empty while requests are sent one at a time. */
  readonly #idle: Connection[] = [];
  /** HTTP/2 connections; `null` if only HTTP/1.1 is used. */
  readonly #streams: StreamPool | null;
  readonly #isHttp2Only: boolean;
  /** Origin keys of encrypted servers without HTTP/2. */
  readonly #http1Origins = new Set<string>();
  #isClosed = false;

  /**
   * @param options Options of this user's connections; pass the same object for all users, so that certificates are
   * parsed once
   * @param observer Receives connection events
   * @param opener Opens sockets; by default in the fastest available way
   * @throws {RangeError} if `connectTo` is not of the form `host:port`, or `proxy` is not the URL of an HTTP proxy
   */
  constructor(
    options: TransportOptions = {},
    observer: TransportObserver | null = null,
    opener: SocketOpener = openSocket,
  ) {
    this.#observer = observer;
    this.#route = routeFor(options, opener);
    this.#isKeepAlive = options.keepAlive ?? true;
    const { http = "auto" } = options;
    this.#isHttp2Only = http === "2";
    this.#streams = http === "1.1" ? null : new StreamPool(observer, this.#route, this.#isHttp2Only ? null : this);
  }

  send(request: WireRequest, listener: ExchangeListener): Exchange {
    let plan: RequestPlan;
    try {
      if (this.#isClosed) throw interrupted();
      if (this.#streams !== null && this.#isForStreams(request)) return this.#streams.send(request, listener);
      plan = planFor(request, this.#isKeepAlive, this.#route.proxies);
    } catch (error) {
      return failedExchange(listener, socketFailure(error));
    }
    return this.#send(plan, listener);
  }

  close(): void {
    this.#isClosed = true;
    for (const connection of this.#connections) connection.interrupt(interrupted());
    this.#streams?.close(interrupted());
    this.#route.sessions?.close();
  }

  onConnected(phases: ConnectPhases): void {
    this.#observer?.onConnected(phases);
  }

  onIdle(connection: Connection): void {
    if (this.#lastIdle !== null) this.#idle.push(this.#lastIdle);
    this.#lastIdle = connection;
  }

  onClosed(connection: Connection): void {
    this.#connections.delete(connection);
    if (this.#lastIdle === connection) {
      this.#lastIdle = this.#idle.pop() ?? null;
      return;
    }
    const at = this.#idle.indexOf(connection);
    if (at !== -1) this.#idle.splice(at, 1);
  }

  onStale(exchange: SocketExchange): void {
    this.#open(exchange);
  }

  takeOver(
    origin: Origin,
    exchanges: readonly StreamExchange[],
    socket: WireSocket,
    phases: ConnectPhases,
  ): void {
    this.#http1Origins.add(origin.key);
    let dialed: Dialed | null = { socket, phases };
    for (const exchange of exchanges) {
      exchange.handOver((listener) => {
        try {
          const begun = new SocketExchange(
            planFor(exchange.plan.request, this.#isKeepAlive, this.#route.proxies),
            listener,
          );
          this.#open(begun, dialed);
          dialed = null;
          return begun;
        } catch (error) {
          return failedExchange(listener, socketFailure(error));
        }
      });
    }
    if (dialed !== null) socket.destroy();
  }

  /** Returns whether a request's server supports, or may support, HTTP/2. */
  #isForStreams({ url, transportCache }: WireRequest): boolean {
    if (this.#isHttp2Only) return true;
    if (transportCache instanceof RequestPlan) return false;
    if (transportCache instanceof StreamPlan) return !this.#http1Origins.has(transportCache.origin.key);
    return url.protocol === "https:" && !this.#http1Origins.has(originOf(url).key);
  }

  #send(plan: RequestPlan, listener: ExchangeListener): Exchange {
    const exchange = new SocketExchange(plan, listener);
    const connection = this.#takeIdle(plan.origin.key);
    if (connection === null) this.#open(exchange);
    else connection.serve(exchange);
    return exchange;
  }

  #open(exchange: SocketExchange, dialed: Dialed | null = null): void {
    this.#connections.add(new Connection(this, exchange, this.#route, dialed));
  }

  #takeIdle(originKey: string): Connection | null {
    const last = this.#lastIdle;
    const idle = this.#idle;
    if (last !== null && last.originKey === originKey) {
      this.#lastIdle = idle.length === 0 ? null : idle.pop()!;
      return last;
    }
    const at = idle.findLastIndex((one) => one.originKey === originKey);
    return at === -1 ? null : idle.splice(at, 1)[0]!;
  }
}

function interrupted(): TransportError {
  return new TransportError("interrupted", "interrupted by the end of the run");
}
