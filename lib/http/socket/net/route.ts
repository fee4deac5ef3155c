/**
 * How the connections of one user are made.
 *
 * @module
 */

import { type Endpoint, fixedEndpoint } from "../../origin.ts";
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
}

/**
 * Returns the route of a user.
 *
 * @throws {RangeError} if `connectTo` is not of the form `host:port`
 */
export function routeFor(options: TransportOptions, opener: SocketOpener): Route {
  const sessions = options.tlsResume === false ? null : new TlsSessions();
  return { options, fixed: fixedEndpoint(options), opener, sessions };
}
