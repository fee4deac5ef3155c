/**
 * How one user connects.
 *
 * @module
 */

import { type Endpoint, fixedEndpoint, type Origin } from "../../origin.ts";
import { type ProxyChoice, proxyChoice } from "../../proxy.ts";
import type { TransportOptions } from "../../transport.ts";
import { TlsSessions } from "./tls/tls_sessions.ts";
import type { SocketOpener } from "./wire_socket.ts";

/** Settings shared by all connections of one user. */
export interface Route {
  readonly options: TransportOptions;
  /** Replaces the request's origin, or `null`. */
  readonly fixed: Endpoint | null;
  /** Opens sockets. */
  readonly opener: SocketOpener;
  /** The user's TLS sessions; `null` disables resumption. */
  readonly sessions: TlsSessions | null;
  /** Selects the proxy for an origin; `null` without proxies. */
  readonly proxies: ProxyChoice | null;
}

/**
 * Returns the route of a user.
 *
 * @throws {RangeError} if `connectTo` is not of the form `host:port`, or `proxy` is not the URL of an HTTP proxy
 */
export function routeFor(options: TransportOptions, opener: SocketOpener): Route {
  const proxies = proxyChoice(options.proxy);
  const other = proxies?.proxies.find(({ protocol }) => protocol !== "http:");
  if (other !== undefined) {
    throw new RangeError(`the socket transport does not support proxies of ${other.protocol}//, expected http://`);
  }
  const sessions = options.tlsResume === false ? null : new TlsSessions();
  return {
    options,
    fixed: fixedEndpoint(options),
    opener,
    sessions,
    proxies,
  };
}

/** Returns whether a proxy must open a tunnel to an origin; otherwise it receives the requests themselves. */
export function isTunnelled({ options }: Route, { isTls }: Origin): boolean {
  return isTls || options.http === "2";
}
