/**
 * The HTTP/2 connections of one user.
 *
 * @module
 */

import type { Origin } from "../../origin.ts";
import type {
  ConnectPhases,
  Exchange,
  ExchangeListener,
  TransportError,
  TransportObserver,
  WireRequest,
} from "../../transport.ts";
import type { Route } from "../net/route.ts";
import { type ConnectionOwner, StreamConnection } from "./connection.ts";
import { StreamExchange } from "./exchange.ts";
import { planFor } from "./request_plan.ts";

/** Sends requests as streams: one connection per origin, however many are under way. */
export class StreamPool implements ConnectionOwner {
  readonly #observer: TransportObserver | null;
  readonly #route: Route;
  /** Every connection that is not closed. */
  readonly #connections = new Set<StreamConnection>();
  /** The one of each origin that takes further exchanges. */
  readonly #current = new Map<string, StreamConnection>();

  /** @param route How connections of this user are made */
  constructor(observer: TransportObserver | null, route: Route) {
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

  /** Closes every connection; exchanges under way end with the reason. */
  close(reason: TransportError): void {
    for (const connection of this.#connections) connection.interrupt(reason);
  }

  onConnected(phases: ConnectPhases): void {
    this.#observer?.onConnected(phases);
  }

  onRetired(connection: StreamConnection): void {
    if (this.#current.get(connection.originKey) === connection) this.#current.delete(connection.originKey);
  }

  onClosed(connection: StreamConnection): void {
    this.#connections.delete(connection);
  }

  onStale(exchange: StreamExchange): void {
    this.#place(exchange);
  }

  #place(exchange: StreamExchange): void {
    const { origin } = exchange.plan;
    (this.#current.get(origin.key) ?? this.#open(origin)).serve(exchange);
  }

  #open(origin: Origin): StreamConnection {
    const connection = new StreamConnection(this, origin, this.#route);
    this.#connections.add(connection);
    this.#current.set(origin.key, connection);
    return connection;
  }
}
