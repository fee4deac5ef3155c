/**
 * The HTTP/2 connections of one user.
 *
 * @module
 */

import type { Origin } from "../../origin.ts";
import {
  type ConnectPhases,
  type Exchange,
  type ExchangeListener,
  NO_HTTP2,
  TransportError,
  type TransportObserver,
  type WireRequest,
} from "../../transport.ts";
import { Alpn } from "../net/tls/alpn.ts";
import type { Route } from "../net/route.ts";
import type { WireSocket } from "../net/wire_socket.ts";
import { type ConnectionOwner, StreamConnection } from "./connection.ts";
import { StreamExchange } from "./exchange.ts";
import { planFor } from "./request_plan.ts";

/** Serves exchanges in HTTP/1.1 if the server has selected that. */
export interface OtherVersion {
  /** Takes over a connection and its exchanges. */
  takeOver(origin: Origin, exchanges: readonly StreamExchange[], socket: WireSocket, phases: ConnectPhases): void;
}

/** Sends requests as streams of one connection per origin. */
export class StreamPool implements ConnectionOwner {
  readonly #observer: TransportObserver | null;
  readonly #route: Route;
  readonly #other: OtherVersion | null;
  /** Every connection that is not closed. */
  readonly #connections = new Set<StreamConnection>();
  /** The connection of each origin that accepts further exchanges. */
  readonly #current = new Map<string, StreamConnection>();
  /** Most open streams of each origin, as its last connection knew it: too many at once would be refused. */
  readonly #maxStreams = new Map<string, number>();

  /**
   * @param route How this user connects
   * @param other Serves exchanges in HTTP/1.1 if the server does not support HTTP/2; `null` makes that a failure
   */
  constructor(observer: TransportObserver | null, route: Route, other: OtherVersion | null) {
    this.#other = other;
    this.#observer = observer;
    this.#route = route;
  }

  /**
   * Starts one exchange.
   *
   * @throws {TransportError} `protocol` or `unsupported` if the request cannot be sent
   */
  send(request: WireRequest, listener: ExchangeListener): Exchange {
    const exchange = new StreamExchange(planFor(request), listener);
    this.#place(exchange);
    return exchange;
  }

  /** Closes every connection; exchanges in flight end with the reason. */
  close(reason: TransportError): void {
    for (const connection of this.#connections) connection.interrupt(reason);
  }

  onConnected(phases: ConnectPhases): void {
    this.#observer?.onConnected(phases);
  }

  onRetired(connection: StreamConnection): void {
    if (connection.maxStreams !== null) this.#maxStreams.set(connection.originKey, connection.maxStreams);
    if (this.#current.get(connection.originKey) === connection) this.#current.delete(connection.originKey);
  }

  onClosed(connection: StreamConnection): void {
    this.#connections.delete(connection);
  }

  onStale(exchange: StreamExchange): void {
    this.#place(exchange);
  }

  onOtherProtocol(exchanges: readonly StreamExchange[], socket: WireSocket, phases: ConnectPhases): void {
    const [first] = exchanges;
    if (this.#other !== null && first !== undefined) {
      return this.#other.takeOver(first.plan.origin, exchanges, socket, phases);
    }
    socket.destroy();
    for (const exchange of exchanges) exchange.fail(new TransportError("protocol", NO_HTTP2[0]));
  }

  #place(exchange: StreamExchange): void {
    const { origin } = exchange.plan;
    (this.#current.get(origin.key) ?? this.#open(origin)).serve(exchange);
  }

  #open(origin: Origin): StreamConnection {
    const connection = new StreamConnection(this, origin, this.#route, this.#other === null ? Alpn.HTTP2 : Alpn.EITHER);
    connection.firstMaxStreams = this.#maxStreams.get(origin.key) ?? null;
    this.#connections.add(connection);
    this.#current.set(origin.key, connection);
    return connection;
  }
}
