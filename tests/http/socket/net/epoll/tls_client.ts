// Connections encrypted by OpenSSL if possible, and servers for them.

import { openSsl } from "../../../../../lib/http/socket/net/epoll/openssl.ts";
import { atRest, Poller } from "../../../../../lib/http/socket/net/epoll/poller.ts";
import { openSocket } from "../../../../../lib/http/socket/net/open_socket.ts";
import { SocketTransport } from "../../../../../lib/http/socket/socket_transport.ts";
import { NodeNeeded, type SocketOpener } from "../../../../../lib/http/socket/net/wire_socket.ts";
import {
  type Transport,
  TransportError,
  type TransportOptions,
  type WireRequest,
  type WireResponse,
} from "../../../../../lib/http/transport.ts";
import { type Certificates, type Certified, makeCertificates } from "../../../../helpers/http/certificates.ts";
import { acceptAll } from "../../../../helpers/servers/raw_server.ts";
import { latin1 } from "../../../conformance/cases/hostile_server.ts";
import { type RecordingServer, type Reply, startRecording } from "../../../conformance/seen_request.ts";
import { within } from "./open.ts";

/** The servers' address. */
export const LOCAL = "127.0.0.1";
const made = openSsl() === null ? null : makeCertificates();
// Another authority with the same name.
const madeByOthers = made === null ? null : makeCertificates();
const WHY_NOT = made === null ? " (skipped: no OpenSSL that can be called here)" : "";
/** Certificates of two authorities. Not used without openssl: those tests are skipped. */
export const [certificates, others] = [made, madeByOthers] as [Certificates, Certificates];
globalThis.addEventListener("unload", () => [made, madeByOthers].forEach((one) => one?.[Symbol.dispose]()));

/** The failure for a certificate of an unknown authority. */
export const NOT_TRUSTED = "tls: TLS: certificate issuer is unknown";

/** Declares a test that is skipped without OpenSSL. */
export function tlsTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: `${name}${WHY_NOT}`, ignore: made === null, fn });
}

/** Starts a server. */
export function start(certified: Certified, reply?: Reply): RecordingServer {
  return startRecording(reply, Deno.listenTls({ hostname: LOCAL, port: 0, ...certified, alpnProtocols: ["http/1.1"] }));
}

/** A port that stays while the servers behind it change: no other process can take it meanwhile. */
export interface Front extends AsyncDisposable {
  readonly url: string;
  /** The server that new connections are passed on to. */
  server: { readonly port: number };
}

/** Passes connections on to a server. */
export function startFront(server: RecordingServer): Front {
  const relay = acceptAll(async (near) => {
    await using far = await near.connect(front.server.port);
    for (const { conn } of [near, far]) (conn as Deno.TcpConn).setNoDelay();
    await near.join(far);
  });
  const front: Front = {
    url: `https://localhost:${relay.port}/`,
    server,
    [Symbol.asyncDispose]: () => relay[Symbol.asyncDispose](),
  };
  return front;
}

/** A transport, and how its connections were encrypted. */
export interface Client extends AsyncDisposable {
  /** `node`; `openssl`; `openssl gave up`, after which Node connects. */
  readonly seen: readonly string[];
  send(url: string, body?: Uint8Array): Promise<WireResponse | TransportError>;
  /** Returns the body, or kind and message of a failure. */
  ask(url: string): Promise<string>;
}

/** Makes a transport. */
export function client(options: TransportOptions): Client {
  const seen: string[] = [];
  const opener: SocketOpener = (recipe, listener) => {
    const socket = openSocket(recipe, {
      onConnect: () => listener.onConnect(),
      onSecure(isResumed) {
        seen.push(socket.batch instanceof Poller ? "openssl" : "node");
        listener.onSecure(isResumed);
      },
      onBytes: (bytes, length) => listener.onBytes(bytes, length),
      onEnd: () => listener.onEnd(),
      onError(error) {
        if (error instanceof NodeNeeded) seen.push("openssl gave up");
        listener.onError(error);
      },
    });
    return socket;
  };
  const transport: Transport = new SocketTransport(options, null, opener);
  const send = (url: string, body: Uint8Array | null = null) => {
    const request: WireRequest = { method: body === null ? "GET" : "POST", url: new URL(url), headers: [], body };
    return within(
      new Promise<WireResponse | TransportError>((resolve) => {
        transport.send(request, { onStart() {}, onSent() {}, onResponse: resolve, onError: resolve });
      }),
      "answered",
    );
  };
  return {
    seen,
    send,
    async ask(url) {
      const outcome = await send(url);
      return outcome instanceof TransportError ? `${outcome.kind}: ${outcome.message}` : latin1(outcome.body);
    },
    [Symbol.asyncDispose]() {
      transport.close();
      return atRest();
    },
  };
}

/** Options of a transport with a connection for each request that also trusts the given authorities. */
export const trusting = (...authorities: Certificates[]) => ({
  keepAlive: false,
  caCerts: authorities.map(({ ca }) => ca),
});
