/**
 * The transports there are.
 *
 * @module
 */

import { FetchTransport } from "./fetch/fetch_transport.ts";
import { releasePoller } from "./socket/net/epoll/poller.ts";
import { SocketTransport } from "./socket/socket_transport.ts";
import type { Transport, TransportName, TransportObserver, TransportOptions } from "./transport.ts";

/**
 * Makes a transport.
 *
 * @param name Which
 * @param options What its connections look like; pass the same object for all users of a class
 * @param observer Told about connections, by a transport that sees them
 * @throws {Error} if an option cannot be used
 */
export function createTransport(
  name: TransportName,
  options: TransportOptions,
  observer: TransportObserver | null,
): Transport {
  return name === "fetch" ? new FetchTransport(options) : new SocketTransport(options, observer);
}

/** Gives back what all transports of this thread share, once they are closed. */
export function releaseTransports(): Promise<void> {
  return releasePoller();
}
