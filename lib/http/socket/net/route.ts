/**
 * How the connections of one user are made.
 *
 * @module
 */

import { type Endpoint, fixedEndpoint, type Origin } from "../../origin.ts";
import { type ProxyChoice, proxyChoice } from "../../proxy.ts";
import type { TransportOptions } from "../../transport.ts";
import { TlsSessions } from "./tls_sessions.ts";
import type { SocketOpener } from "./wire_socket.ts";

/** What all connections of one user have in common. */
export interface Route {
  readonly options: TransportOptions;
  /** What is connected to in place of a request's origin, or `null`. */
  readonly fixed: Endpoint | null;
  /** How sockets are opened. */
  readonly opener: SocketOpener;
  /** The user's TLS sessions; `null` resumes none. */
  readonly sessions: TlsSessions | null;
  /** Which proxy is connected to in place of an origin; `null` where none ever is. */
  readonly proxies: ProxyChoice | null;
  /** Returns whether a proxy has to connect through to an origin; else it is sent the requests themselves. */
  isTunnelled(origin: Origin): boolean;
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
    throw new RangeError(`a proxy spoken to by ${other.protocol}// is not for the socket transport, expected http://`);
  }
  const sessions = options.tlsResume === false ? null : new TlsSessions();
  return {
    options,
    fixed: fixedEndpoint(options),
    opener,
    sessions,
    proxies,
    isTunnelled: ({ isTls }) => isTls || options.http === "2",
  };
}
