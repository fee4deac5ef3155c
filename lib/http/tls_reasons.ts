/**
 * Why an encrypted connection was not made, in words that are the same for all transports.
 *
 * @module
 */

import type { FailureKind } from "./transport.ts";

/** A class of failures with its stable message. */
export type TlsReason = readonly [kind: FailureKind, message: string];

const reason = (message: string, kind: FailureKind = "tls"): TlsReason => [kind, `TLS: ${message}`];

/** The validity of the server's certificate is over. */
export const EXPIRED: TlsReason = reason("certificate expired");
/** It has not begun. */
export const NOT_YET_VALID: TlsReason = reason("certificate not yet valid");
/** The server's certificate is signed by its own key, and is not trusted. */
export const SELF_SIGNED: TlsReason = reason("certificate is self-signed");
/** No trusted authority has signed it. */
export const ISSUER_UNKNOWN: TlsReason = reason("certificate issuer is unknown");
/** It is not for the host of the URL. */
export const OTHER_NAME: TlsReason = reason("certificate is for another name");
/** Its authority has taken it back. */
export const REVOKED: TlsReason = reason("certificate revoked");

/** By the text of an error of rustls or Node; the first match wins. */
const BY_TEXT: readonly (readonly [pattern: RegExp, reason: TlsReason])[] = [
  [/self[- ]signed/i, SELF_SIGNED],
  [/not valid yet|not yet valid|NotValidYet/i, NOT_YET_VALID],
  [/certificate (?:has )?expired|certificate: expired|CertificateExpired/i, EXPIRED],
  [/not valid for|altname|NotValidForName/i, OTHER_NAME],
  [/unknown ?issuer|unable to (?:get|verify)|CaUsedAsEndEntity/i, ISSUER_UNKNOWN],
  [/revoked/i, REVOKED],
  [/certificate ?required|PEER_DID_NOT_RETURN_A_CERTIFICATE/i, reason("the server wants a client certificate")],
  [/wrong version number|corrupt message|InvalidContentType|packet length too long/i, reason("not a TLS server")],
];

/** Returns the reason that a text stands for, or `null` if it names none. */
export function tlsReasonOf(text: string): TlsReason | null {
  return BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}
