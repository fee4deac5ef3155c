/**
 * Why Deno's fetch failed, from the message of its error.
 *
 * @module
 */

import { certificateFault } from "../certificate_fault.ts";
import { originOf } from "../origin.ts";
import { ISSUER_UNKNOWN, tlsReasonOf } from "../tls_reasons.ts";
import { type FailureKind, TransportError } from "../transport.ts";

/**
 * Patterns for the messages of an error and its causes; the first match wins. Deno's fetch says only "fetch failed". The
 * causes, from hyper, rustls and the system, say why, but contain URLs and ports, so the message shown is ours.
 */
const REASONS: readonly (readonly [pattern: RegExp, kind: FailureKind, message: string])[] = [
  [/method is forbidden/i, "unsupported", "fetch cannot send this method"],
  [/method is not valid/i, "protocol", "method not allowed"],
  [/--allow-net/, "other", "not permitted: run with --allow-net for this host"],
  [/dns error|failed to lookup|name or service not known|nodename nor servname/i, "dns", "host not found"],
  [/connection refused|os error 111|os error 61|os error 10061/i, "refused", "connection refused"],
  [/no such file or directory|os error 2\b/i, "refused", "unix socket not found"],
  [/too many open files|os error 24\b/i, "resources", "too many open files"],
  [/bind local error/i, "resources", "localAddress is not an address of this machine"],
  [/cannot assign requested address|address not available|os error 99\b/i, "resources", "no free local port"],
  [/network is unreachable|no route to host|host is down/i, "unreachable", "host unreachable"],
  [
    /before message completed|error reading a body|unexpected eof|end of file before|close_notify/i,
    "truncated",
    "connection closed before the answer was complete",
  ],
  [
    /unexpected end of file|corrupt (?:gzip|deflate|brotli)|invalid gzip|brotli error/i,
    "protocol",
    "body is not in its content encoding",
  ],
  [
    /connection reset|os error 104|broken pipe|os error 32\b|connection was not connected/i,
    "reset",
    "connection reset",
  ],
  [/certificate|invalid peer|received corrupt message|handshake|tls|alert/i, "tls", "TLS: handshake failed"],
  [/connect.*timed? ?out|timed? ?out|os error 110\b/i, "timeout", "connect timeout"],
  [/message head is too large/i, "limit", "more header lines in the answer than fetch takes (100)"],
  [
    /invalid HTTP|invalid header|parsed|invalid chunk|invalid content-length|message head|too large/i,
    "protocol",
    "not an HTTP answer",
  ],
  [/proxy|tunnel/i, "refused", "proxy failed"],
];

/**
 * Returns the failure that a rejected fetch means.
 *
 * @param hasHead Whether the head of an answer may have come
 */
export function fetchFailure(error: unknown, hasHead = true): TransportError {
  const texts: string[] = [];
  for (let at = error; at instanceof Error && texts.length < 5; at = at.cause) texts.push(at.message);
  const text = texts.join(": ");
  const reason = tlsReasonOf(text);
  if (reason !== null) return new TransportError(...reason, { cause: error });
  const found = REASONS.find(([pattern]) => pattern.test(text));
  if (found !== undefined) {
    const [, kind, message] = found;
    const isUnanswered = kind === "truncated" && !hasHead; // part of a head may have come: fetch does not report it
    return new TransportError(kind, isUnanswered ? NO_ANSWER : message, { cause: error });
  }
  return new TransportError("other", withoutIds(texts.at(-1) ?? String(error)), { cause: error });
}

const NO_ANSWER = "connection closed before an answer";

/**
 * Returns the failure that a rejected fetch means. If a certificate was refused for its issuer, opens one more connection
 * to read the certificate, since fetch does not report whether it is self-signed.
 *
 * @param url The requested URL if its host was connected to directly, else `null`
 * @param hasHead Whether the head of an answer may have come
 */
export async function explainedFailure(error: unknown, url: URL | null, hasHead = true): Promise<TransportError> {
  const failure = fetchFailure(error, hasHead);
  if (failure.message !== ISSUER_UNKNOWN[1] || url === null) return failure;
  const origin = originOf(url);
  const fault = await certificateFault({ host: origin.host, port: origin.port }, origin.host);
  return fault === null ? failure : new TransportError(...fault, { cause: error });
}

/** Removes URLs, addresses and ports from a message, so that equal failures count as one. */
function withoutIds(text: string): string {
  return text.replace(/\(?https?:\/\/[^\s)]+\)?/g, "").replace(/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, "")
    .replace(/\s{2,}/g, " ").replace(/\bfor url\b\s*:?|\bfrom\s+for\b/g, "").trim();
}
