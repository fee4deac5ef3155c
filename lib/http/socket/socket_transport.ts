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
import { Connection, type ConnectionOwner } from "./h1/connection.ts";
import { failedExchange, SocketExchange } from "./h1/exchange.ts";
import { socketFailure } from "./failures.ts";
import { openSocket } from "./net/open_socket.ts";
import { planFor, type RequestPlan } from "./h1/request_plan.ts";
import { type Route, routeFor } from "./net/route.ts";
import type { SocketOpener } from "./net/wire_socket.ts";
import { StreamPool } from "./h2/stream_pool.ts";

/**
 * Transport over sockets of our own: HTTP/1.1 with and without TLS, and HTTP/2 without; several times as fast as
 * {@linkcode fetch}.
 */
export class SocketTransport implements Transport, ConnectionOwner {
  readonly #observer: TransportObserver | null;
  readonly #route: Route;
  readonly #isKeepAlive: boolean;
  /** Every connection that is not closed. */
  readonly #connections = new Set<Connection>();
  /** Of those without an exchange, the one used last, which the server is least likely to have closed. */
  #lastIdle: Connection | null = null;
  /** The others without an exchange, in the order they were used: none, as long as requests come one after the other. */
  readonly #idle: Connection[] = [];
  /** Those of HTTP/2; `null` where only HTTP/1.1 is spoken. */
  readonly #streams: StreamPool | null;
  #isClosed = false;

  /**
   * @param options What this user's connections look like; pass the same object for all users, so that certificates are
   * parsed once
   * @param observer Told about connections
   * @param opener How sockets are opened; the fastest way there is by default
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
    this.#streams = options.http === "2" ? new StreamPool(observer, this.#route) : null;
  }

  send(request: WireRequest, listener: ExchangeListener): Exchange {
    let plan: RequestPlan;
    try {
      if (this.#isClosed) throw interrupted();
      if (this.#streams !== null) {
        if (request.url.protocol === "https:") throw new TransportError("unsupported", "no HTTP/2 over TLS yet");
        return this.#streams.send(request, listener);
      }
      plan = planFor(request, this.#isKeepAlive, this.#route.proxies);
    } catch (error) {
      return failedExchange(listener, socketFailure(error));
    }
    const exchange = new SocketExchange(plan, listener);
    const connection = this.#takeIdle(plan.origin.key);
    if (connection === null) this.#open(exchange);
    else connection.serve(exchange);
    return exchange;
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

  #open(exchange: SocketExchange): void {
    this.#connections.add(new Connection(this, exchange, this.#route));
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
