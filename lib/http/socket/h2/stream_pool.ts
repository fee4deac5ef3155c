/**
 * The HTTP/2 connections of one user.
 *
 * @module
 */

import type { Endpoint, Origin } from "../../origin.ts";
import type {
  ConnectPhases,
  Exchange,
  ExchangeListener,
  TransportError,
  TransportObserver,
  TransportOptions,
  WireRequest,
} from "../../transport.ts";
import type { SocketOpener } from "../net/wire_socket.ts";
import { type ConnectionOwner, StreamConnection } from "./connection.ts";
import { StreamExchange } from "./exchange.ts";
import { planFor } from "./request_plan.ts";

/** Sends requests as streams: one connection per origin, however many are under way. */
export class StreamPool implements ConnectionOwner {
  readonly #options: TransportOptions;
  readonly #observer: TransportObserver | null;
  readonly #fixed: Endpoint | null;
  readonly #opener: SocketOpener;
  /** Every connection that is not closed. */
  readonly #connections = new Set<StreamConnection>();
  /** The one of each origin that takes further exchanges. */
  readonly #current = new Map<string, StreamConnection>();

  /**
   * @param fixed What to connect to in place of origins, or `null`
   * @param opener How sockets are opened
   */
  constructor(
    options: TransportOptions,
    observer: TransportObserver | null,
    fixed: Endpoint | null,
    opener: SocketOpener,
  ) {
    this.#options = options;
    this.#observer = observer;
    this.#fixed = fixed;
    this.#opener = opener;
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
    const connection = new StreamConnection(this, origin, this.#fixed, this.#options, this.#opener);
    this.#connections.add(connection);
    this.#current.set(origin.key, connection);
    return connection;
  }
}
