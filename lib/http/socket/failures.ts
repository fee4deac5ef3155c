/**
 * Classifies connection failures by the errors of Node's interface.
 *
 * @module
 */

import {
  EXPIRED,
  ISSUER_UNKNOWN,
  NOT_YET_VALID,
  OTHER_NAME,
  REVOKED,
  SELF_SIGNED,
  tlsReasonOf,
} from "../tls_reasons.ts";
import { type FailureKind, TransportError } from "../transport.ts";

type Failure = readonly [kind: FailureKind, message: string];

const NO_PERMISSION: Failure = ["other", "not permitted: run with --allow-net for this host"];

/** By the error's `code`. */
const BY_CODE: Readonly<Record<string, Failure>> = {
  ECONNREFUSED: ["refused", "connection refused"],
  ECONNRESET: ["reset", "connection reset"],
  ECONNABORTED: ["reset", "connection reset"],
  EPIPE: ["reset", "connection reset"],
  ETIMEDOUT: ["timeout", "connect timeout"],
  EHOSTUNREACH: ["unreachable", "host unreachable"],
  ENETUNREACH: ["unreachable", "host unreachable"],
  EHOSTDOWN: ["unreachable", "host unreachable"],
  ENETDOWN: ["unreachable", "host unreachable"],
  EMFILE: ["resources", "too many open files: raise the limit with ulimit -n"],
  ENFILE: ["resources", "too many open files on this machine"],
  EADDRNOTAVAIL: ["resources", "no free local port: keep connections alive or use more addresses"],
  EADDRINUSE: ["resources", "no free local port: keep connections alive or use more addresses"],
  ENOBUFS: ["resources", "no memory for another connection"],
  ENOMEM: ["resources", "no memory for another connection"],
  ENOSPC: ["resources", "too many connections watched: raise the limit with sysctl fs.epoll.max_user_watches"],
  EACCES: ["refused", "connecting is not permitted"],
  EPERM: ["refused", "connecting is not permitted"],
  ENOENT: ["refused", "unix socket not found"],
  ENOTSOCK: ["refused", "unix socket not found"],
  CERT_HAS_EXPIRED: EXPIRED,
  CERT_NOT_YET_VALID: NOT_YET_VALID,
  CERT_REVOKED: REVOKED,
  ERR_TLS_CERT_ALTNAME_INVALID: OTHER_NAME,
  HOSTNAME_MISMATCH: OTHER_NAME,
  DEPTH_ZERO_SELF_SIGNED_CERT: SELF_SIGNED,
  SELF_SIGNED_CERT_IN_CHAIN: ISSUER_UNKNOWN,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ISSUER_UNKNOWN,
  UNABLE_TO_GET_ISSUER_CERT: ISSUER_UNKNOWN,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ISSUER_UNKNOWN,
  CERT_UNTRUSTED: ISSUER_UNKNOWN,
};

/** By the error's message, if the code does not decide; the first match wins. */
const BY_TEXT: readonly (readonly [pattern: RegExp, ...Failure])[] = [
  [/--allow-net/, ...NO_PERMISSION],
  [/no_?application_?protocol/i, "unsupported", "the server does not support HTTP/1.1: use --http 2"],
  [/connection refused/i, "refused", "connection refused"],
  [/connection reset|broken pipe|socket hang up/i, "reset", "connection reset"],
  [/too many open files/i, "resources", BY_CODE.EMFILE![1]],
  [/unreachable|no route to host/i, "unreachable", "host unreachable"],
  [/timed? ?out/i, "timeout", "connect timeout"],
];

/**
 * Returns the failure that a socket's error means.
 *
 * @param error The argument of the socket's `error` event
 * @param isHandshake Whether it occurred during the TLS handshake; an unknown error is then a handshake failure
 */
export function socketFailure(error: unknown, isHandshake = false): TransportError {
  if (error instanceof TransportError) return error;
  const { code, message } = error as { code?: unknown; message?: unknown };
  const name = typeof code === "string" ? code : "";
  const text = `${name} ${String(message)}`;
  const known = Object.hasOwn(BY_CODE, name) ? BY_CODE[name]! : undefined;
  if (isHandshake && known?.[0] === "reset") {
    return new TransportError("tls", "TLS: connection closed during the handshake", { cause: error });
  }
  if (known !== undefined) return new TransportError(known[0], known[1], { cause: error });
  const reason = tlsReasonOf(text);
  if (reason !== null) return new TransportError(...reason, { cause: error });
  const found = BY_TEXT.find(([pattern]) => pattern.test(text));
  if (found !== undefined) return new TransportError(found[1], found[2], { cause: error });
  if (isHandshake || /ssl|tls|handshake|certificate|alert/i.test(text)) {
    return new TransportError("tls", `TLS: ${isHandshake ? "handshake" : "connection"} failed`, { cause: error });
  }
  return new TransportError("other", name === "" ? "connection failed" : `connection failed (${name})`, {
    cause: error,
  });
}

/** Returns the failure of a host name without an address. */
export function hostNotFound(host: string, cause?: unknown): TransportError {
  if (cause instanceof Deno.errors.NotCapable) return new TransportError(...NO_PERMISSION, { cause });
  return new TransportError("dns", `host not found: ${host}`, { cause });
}

/** Returns the failure of connecting from an address that this machine does not have. */
export function noLocalAddress(address: string, cause?: unknown): TransportError {
  return new TransportError("resources", `localAddress is not an address of this machine: ${address}`, { cause });
}
