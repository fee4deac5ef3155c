/**
 * Why a TLS connection failed, in messages that all transports share.
 *
 * @module
 */

import type { FailureKind } from "./transport.ts";

/** A class of failures and its stable message. */
export type TlsReason = readonly [kind: FailureKind, message: string];

const reason = (message: string, kind: FailureKind = "tls"): TlsReason => [kind, `TLS: ${message}`];

/** The server's certificate has expired. */
export const EXPIRED: TlsReason = reason("certificate expired");
/** The certificate is not valid yet. */
export const NOT_YET_VALID: TlsReason = reason("certificate not yet valid");
/** The certificate is signed by its own key and not trusted. */
export const SELF_SIGNED: TlsReason = reason("certificate is self-signed");
/** No trusted authority has signed the certificate. */
export const ISSUER_UNKNOWN: TlsReason = reason("certificate issuer is unknown");
/** The certificate is not for the host of the URL. */
export const OTHER_NAME: TlsReason = reason("certificate is for another name");
/** The certificate is revoked. */
export const REVOKED: TlsReason = reason("certificate revoked");

/** By the message of an error from rustls or Node; the first match wins. */
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

/** Returns the reason for an error message, or `null` if it is not about TLS. */
export function tlsReasonOf(text: string): TlsReason | null {
  return BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}
