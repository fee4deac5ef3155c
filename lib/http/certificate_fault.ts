/**
 * Finds out what is wrong with a server's certificate when the TLS library only reports an unknown issuer.
 *
 * @module
 */

import type tls from "node:tls";
import { builtin } from "../core/builtin.ts";
import { ipVersion } from "../core/ip.ts";
import { nowMs } from "../core/clock.ts";
import type { Endpoint } from "./origin.ts";
import { EXPIRED, NOT_YET_VALID, SELF_SIGNED, type TlsReason } from "./tls_reasons.ts";

/** How long to wait for the certificate, in milliseconds. */
const LIMIT_MS = 1000;
/** How long a fault stays known, in milliseconds. */
const LIFE_MS = 10_000;
/** Most servers remembered; the memory is emptied beyond that. */
const MAX_SERVERS = 256;

interface Known {
  readonly fault: Promise<TlsReason | null>;
  readonly expiresMs: number;
}

const known = new Map<string, Known>();

/**
 * Reads the certificate of a server over a connection that is closed before any request, and returns what is wrong with
 * the certificate itself. A second call for the same server within 10 s opens no connection.
 *
 * @param endpoint What to connect to
 * @param host Name or address that the certificate should be for
 * @returns The fault: expired, not yet valid or self-signed; `null` if it has none of these, or
 * cannot be read within 1 s
 */
export function certificateFault(endpoint: Endpoint, host: string): Promise<TlsReason | null> {
  const key = JSON.stringify([endpoint, host]);
  const last = known.get(key);
  if (last !== undefined && nowMs() < last.expiresMs) return last.fault;
  if (known.size >= MAX_SERVERS) known.clear();
  const fault = readFault(endpoint, host);
  known.set(key, { fault, expiresMs: nowMs() + LIFE_MS });
  return fault;
}

/** Returns what is wrong with a certificate at an instant, in milliseconds since 1970. */
export function faultOf(certificate: tls.PeerCertificate, atMs: number): TlsReason | null {
  if (atMs > Date.parse(certificate.valid_to)) return EXPIRED;
  if (atMs < Date.parse(certificate.valid_from)) return NOT_YET_VALID;
  const isOwnIssuer = certificate.subject !== undefined &&
    JSON.stringify(certificate.subject) === JSON.stringify(certificate.issuer);
  return isOwnIssuer ? SELF_SIGNED : null;
}

function readFault(endpoint: Endpoint, host: string): Promise<TlsReason | null> {
  const { promise, resolve } = Promise.withResolvers<TlsReason | null>();
  const socket = builtin("node:tls").connect({
    ...endpoint,
    rejectUnauthorized: false, // nothing is sent: the certificate is looked at, and not trusted
    servername: ipVersion(host) === 0 ? host : "",
  });
  const timer = setTimeout(() => end(null), LIMIT_MS);
  const end = (fault: TlsReason | null) => {
    clearTimeout(timer);
    socket.destroy();
    resolve(fault);
  };
  socket.on("secureConnect", () => end(faultOf(socket.getPeerCertificate(), Date.now())));
  socket.on("error", () => end(null));
  socket.on("close", () => end(null));
  return promise;
}
