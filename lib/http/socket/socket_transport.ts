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
  #connections: Connection[] = [];
  /** The idle connection used last, which the server is least likely to have closed. */
  #lastIdle: Connection | null = null;
  /** The other idle connections, in the order of use; `null` without any, as while requests are sent one at a time. */
  #idle: Connection[] | null = null;
  /** HTTP/2 connections; `null` if only HTTP/1.1 is used. */
  readonly #streams: StreamPool | null;
  readonly #isHttp2Only: boolean;
  /** Origin keys of encrypted servers without HTTP/2; `null` without any. */
  #http1Origins: Set<string> | null = null;
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
    for (const connection of [...this.#connections]) connection.interrupt(interrupted());
    this.#streams?.close(interrupted());
    this.#route.sessions?.close();
  }

  onConnected(phases: ConnectPhases): void {
    this.#observer?.onConnected(phases);
  }

  onIdle(connection: Connection): void {
    if (this.#lastIdle !== null) (this.#idle ??= []).push(this.#lastIdle);
    this.#lastIdle = connection;
  }

  onClosed(connection: Connection): void {
    const at = this.#connections.indexOf(connection);
    if (at !== -1) this.#connections.splice(at, 1);
    if (this.#lastIdle === connection) this.#lastIdle = this.#takeOther((this.#idle?.length ?? 0) - 1);
    else this.#takeOther(this.#idle?.indexOf(connection) ?? -1);
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
    (this.#http1Origins ??= new Set()).add(origin.key);
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
    if (transportCache instanceof StreamPlan) return !this.#isHttp1Only(transportCache.origin);
    return url.protocol === "https:" && !this.#isHttp1Only(originOf(url));
  }

  #isHttp1Only({ key }: Origin): boolean {
    return this.#http1Origins !== null && this.#http1Origins.has(key);
  }

  #send(plan: RequestPlan, listener: ExchangeListener): Exchange {
    const exchange = new SocketExchange(plan, listener);
    const connection = this.#takeIdle(plan.origin.key);
    if (connection === null) this.#open(exchange);
    else connection.serve(exchange);
    return exchange;
  }

  #open(exchange: SocketExchange, dialed: Dialed | null = null): void {
    const connection = new Connection(this, exchange, this.#route, dialed);
    if (this.#connections.length === 0) this.#connections = [connection]; // has no room for more, unlike after a push
    else this.#connections.push(connection);
  }

  #takeIdle(originKey: string): Connection | null {
    const last = this.#lastIdle;
    if (last === null || last.originKey !== originKey) {
      return this.#takeOther(this.#idle?.findLastIndex((one) => one.originKey === originKey) ?? -1);
    }
    this.#lastIdle = this.#idle === null ? null : this.#takeOther(this.#idle.length - 1);
    return last;
  }

  /** Removes one of the other idle connections; returns `null` for an index of -1. */
  #takeOther(index: number): Connection | null {
    if (index === -1) return null;
    const [taken] = this.#idle!.splice(index, 1);
    if (this.#idle!.length === 0) this.#idle = null;
    return taken!;
  }
}

function interrupted(): TransportError {
  return new TransportError("interrupted", "interrupted by the end of the run");
}
