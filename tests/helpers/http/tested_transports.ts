// The transports that client tests run over: the socket transport over each kind of socket, and fetch.

import { openSsl } from "../../../lib/http/socket/net/epoll/openssl.ts";
import { atRest } from "../../../lib/http/socket/net/epoll/poller.ts";
import { openNodeSocket } from "../../../lib/http/socket/net/node_socket.ts";
import { SocketTransport } from "../../../lib/http/socket/socket_transport.ts";
import type { Transport, TransportObserver, TransportOptions } from "../../../lib/http/transport.ts";
import { createTransport } from "../../../lib/http/transports.ts";

openSsl(); // outside of tests, as it stays open

/** `socket` uses system calls if possible. */
export const TESTED = ["socket", "socket over Node", "fetch"] as const;
/** The same over HTTP/2, which is spoken without asking first. */
export const TESTED_HTTP2 = ["socket 2", "socket 2 over Node"] as const;
/** One of them. */
export type Tested = typeof TESTED[number] | typeof TESTED_HTTP2[number];

/** Creates a transport. */
export function createTested(name: Tested, options: TransportOptions, observer: TransportObserver | null): Transport {
  if (name === "socket 2") return new SocketTransport({ ...options, http: "2" }, observer);
  if (name === "socket 2 over Node") return new SocketTransport({ ...options, http: "2" }, observer, openNodeSocket);
  if (name === "socket over Node") return new SocketTransport(options, observer, openNodeSocket);
  return createTransport(name, options, observer);
}

/** Resolves once closed transports have finished all work. */
export function transportsAtRest(): Promise<void> {
  return atRest();
}
