/**
 * The table of transports.
 *
 * @module
 */

import { prepareCookies } from "./client/cookies.ts";
import { FetchTransport } from "./fetch/fetch_transport.ts";
import { prepareDecoding } from "./content_coding.ts";
import { releasePoller } from "./socket/net/epoll/poller.ts";
import { limitConnecting } from "./socket/net/connect_queue.ts";
import { prepareSockets } from "./socket/net/open_socket.ts";
import { prepareTls } from "./socket/net/prepare_tls.ts";
import { SocketTransport } from "./socket/socket_transport.ts";
import type { Transport, TransportName, TransportObserver, TransportOptions } from "./transport.ts";

interface TransportKind {
  readonly create: (options: TransportOptions, observer: TransportObserver | null) => Transport;
  /** Whether it estimates bytes received, since it does not see the wire. */
  readonly estimatesBytes: boolean;
}

const TRANSPORTS: Readonly<Record<TransportName, TransportKind>> = {
  socket: { create: (options, observer) => new SocketTransport(options, observer), estimatesBytes: false },
  fetch: { create: (options) => new FetchTransport(options), estimatesBytes: true },
};

/**
 * Makes a transport.
 *
 * @param name Which one
 * @param options Options of its connections; pass the same object for all users of a class
 * @param observer Receives connection events, from transports that expose them
 * @throws {Error} if an option cannot be used
 */
export function createTransport(
  name: TransportName,
  options: TransportOptions,
  observer: TransportObserver | null,
): Transport {
  return TRANSPORTS[name].create(options, observer);
}

/**
 * Prepares this thread for connections, compressed bodies, cookies and `https:` requests, so that one-time work is not part of any request's time. Must be
 * awaited before the first request. Sends nothing.
 *
 * @param baseUrls Base URLs of the classes; `null` for a class that requests full URLs
 * @param workers How many threads of this process send requests; one alone establishes more connections at once
 */
export async function prepareTransports(baseUrls: readonly (string | null)[], workers: number): Promise<void> {
  limitConnecting(workers);
  prepareSockets();
  prepareDecoding();
  await prepareCookies();
  if (baseUrls.some((url) => url === null || /^https:/i.test(url))) await prepareTls();
}

/** Returns whether a transport estimates {@linkcode WireResponse.bytesReceived}, since it does not see the wire. */
export function estimatesBytes(name: TransportName): boolean {
  return TRANSPORTS[name].estimatesBytes;
}

/** Releases what all transports of this thread share, once they are closed. */
export function releaseTransports(): Promise<void> {
  return releasePoller();
}
