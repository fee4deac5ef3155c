/**
 * The protocols offered for an encrypted connection.
 *
 * @module
 */

/** Protocols offered in a TLS handshake, the preferred one first (RFC 7301). */
export class Alpn {
  /** Their names. */
  readonly names: readonly string[];
  /** The names as sent: each after its length. */
  readonly bytes: Uint8Array<ArrayBuffer>;

  private constructor(...names: string[]) {
    this.names = names;
    this.bytes = new Uint8Array(names.flatMap((name) => [name.length, ...new TextEncoder().encode(name)]));
  }

  /** HTTP/1.1 only. */
  static readonly HTTP1: Alpn = new Alpn("http/1.1");
  /** HTTP/2 only. */
  static readonly HTTP2: Alpn = new Alpn("h2");
  /** HTTP/2, or HTTP/1.1 if the server does not support HTTP/2. */
  static readonly EITHER: Alpn = new Alpn("h2", "http/1.1");
}
