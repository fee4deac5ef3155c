/**
 * Connections encrypted by OpenSSL.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { READ_BUFFER } from "../read_buffer.ts";
import type { Alpn } from "../tls/alpn.ts";
import type { Security } from "../tls/security.ts";
import type { SessionSource, TlsSession } from "../tls/tls_sessions.ts";
import type { SessionPlace } from "../wire_socket.ts";
import { type Channel, FAILED, MUST_WAIT } from "./channel.ts";
import { type OpenSsl, openSsl } from "./openssl.ts";
import { lastErrno, systemError } from "./system_calls.ts";

const [SSL_ERROR_SSL, SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE, SSL_ERROR_ZERO_RETURN] = [1, 2, 3, 6];
const SSL_CTRL_SET_TLSEXT_HOSTNAME = 55;
const TLS_1_3 = 0x304;
/**
 * Record size, in bytes, from which more may be on the socket. OpenSSL reads about 16 KB at once, which may include several
 * records and a part of the next; if a record is smaller and nothing is pending, it has read everything.
 */
const MAYBE_MORE_BYTES = 4096;

/** A session of OpenSSL. */
class OpenSslSession implements TlsSession {
  readonly #calls: OpenSsl;
  readonly pointer: Deno.PointerObject;

  constructor(calls: OpenSsl, pointer: Deno.PointerObject) {
    this.#calls = calls;
    this.pointer = pointer;
  }

  free(): void {
    this.#calls.SSL_SESSION_free(this.pointer);
  }
}

/** A TLS connection on a connected socket. */
export class TlsChannel implements Channel, SessionSource {
  error: unknown = null;
  readonly #calls: OpenSsl;
  #session: Deno.PointerObject | null;
  /** Reads in a row since the last one that found nothing. */
  #reads = 0;
  #isEstablished = false;
  readonly #place: SessionPlace | null;
  /**
   * The session that was resumed or passed on: a TLS 1.3 ticket is for one connection. Held, since the next session could
   * otherwise have the same address.
   */
  #spent: OpenSslSession | null = null;

  /**
   * Starts a connection.
   *
   * @param alpn The protocols to offer
   * @param place The place of the session to resume, and of this connection's; `null` resumes none
   * @returns `null` without OpenSSL
   */
  static open(file: number, security: Security, alpn: Alpn, place: SessionPlace | null): TlsChannel | null {
    const library = openSsl();
    const session = library === null ? null : library.calls.SSL_new(library.context);
    if (library === null || session === null) return null;
    return new TlsChannel(library.calls, session, file, security, alpn, place);
  }

  private constructor(
    calls: OpenSsl,
    session: Deno.PointerObject,
    file: number,
    { serverName }: Security,
    { bytes }: Alpn,
    place: SessionPlace | null,
  ) {
    this.#calls = calls;
    this.#session = session;
    this.#place = place;
    calls.SSL_set_fd(session, file);
    calls.SSL_set_alpn_protos(session, bytes, bytes.length);
    if (serverName !== "") {
      calls.SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, 0n, new TextEncoder().encode(`${serverName}\0`));
    }
    const known = place?.sessions.take(place.originKey);
    if (!(known instanceof OpenSslSession)) return;
    calls.SSL_set_session(session, known.pointer);
    this.#spent = known;
  }

  /** Name of the protocol that the server selected, or `null`. */
  get protocol(): string | null {
    if (this.#session === null) return null;
    const [start, length] = [new BigUint64Array(1), new Uint32Array(1)];
    this.#calls.SSL_get0_alpn_selected(this.#session, start, length);
    const pointer = Deno.UnsafePointer.create(start[0]!);
    if (pointer === null) return null;
    return new TextDecoder().decode(Deno.UnsafePointerView.getArrayBuffer(pointer, length[0]!));
  }

  /** Whether the handshake has resumed a session. */
  get isResumed(): boolean {
    return this.#session !== null && this.#calls.SSL_session_reused(this.#session) === 1;
  }

  /** Registers the connection, after the handshake with an accepted server. */
  accept(): void {
    this.#place?.sessions.opened(this.#place.originKey, this);
  }

  takeSession(): TlsSession | null {
    const calls = this.#calls;
    if (this.#session === null) return null;
    const pointer = calls.SSL_get1_session(this.#session);
    if (pointer === null) return null;
    const spent = this.#spent;
    const isSpent = spent !== null && Deno.UnsafePointer.equals(pointer, spent.pointer) &&
      calls.SSL_version(this.#session) >= TLS_1_3;
    const session = new OpenSslSession(calls, pointer);
    if (isSpent || calls.SSL_SESSION_is_resumable(pointer) !== 1) {
      session.free();
      return null;
    }
    spent?.free();
    calls.SSL_SESSION_up_ref(pointer);
    return this.#spent = session;
  }

  /** Continues the handshake; returns 1 when it is done, {@linkcode MUST_WAIT} or {@linkcode FAILED}. */
  handshake(): number {
    const result = this.#calls.SSL_connect(this.#session);
    if (result !== 1) return this.#failure("SSL_connect", result) || FAILED;
    this.#isEstablished = true;
    return 1;
  }

  /** Returns the SHA-256 fingerprint of the server's certificate as hexadecimal digits; empty without one. */
  fingerprint(): string {
    const calls = this.#calls;
    const certificate = calls.SSL_get1_peer_certificate(this.#session);
    if (certificate === null) return "";
    const digest = Buffer.allocUnsafe(32);
    const isMade = calls.X509_digest(certificate, calls.EVP_sha256(), digest, new Uint32Array(1));
    calls.X509_free(certificate);
    return isMade === 1 ? digest.toString("hex") : "";
  }

  receive(): number {
    const length = this.#calls.SSL_read(this.#session, READ_BUFFER, READ_BUFFER.length);
    if (length > 0) {
      this.#reads++;
      return length;
    }
    this.#reads = 0;
    return this.#failure("SSL_read", length);
  }

  mayHaveMore(received: number): boolean {
    if (this.#reads > 1 || received >= MAYBE_MORE_BYTES || this.#calls.SSL_has_pending(this.#session) === 1) {
      return true;
    }
    this.#reads = 0;
    return false;
  }

  send(_file: number, bytes: Uint8Array): number {
    if (this.#session === null) return FAILED; // OpenSSL would crash the process
    const length = this.#calls.SSL_write(this.#session, bytes, bytes.length);
    return length > 0 ? length : this.#failure("SSL_write", length) || FAILED;
  }

  close(): void {
    if (this.#session === null) return;
    if (this.#isEstablished && this.error === null) {
      this.#place?.sessions.closing(this.#place.originKey, this);
      this.#calls.SSL_shutdown(this.#session);
    } else this.#place?.sessions.failed(this.#place.originKey, this);
    this.#calls.ERR_clear_error();
    this.#calls.SSL_free(this.#session);
    this.#session = null;
    this.#spent?.free();
    this.#spent = null;
  }

  /** Returns 0 if the other side has closed. */
  #failure(call: string, result: number): number {
    const errno = lastErrno();
    const reason = this.#calls.SSL_get_error(this.#session, result);
    if (reason === SSL_ERROR_WANT_READ || reason === SSL_ERROR_WANT_WRITE) return MUST_WAIT;
    if (reason === SSL_ERROR_ZERO_RETURN) return 0;
    this.error = reason === SSL_ERROR_SSL ? new Error(this.#lastError()) : systemError(call, errno);
    return FAILED;
  }

  #lastError(): string {
    const text = new Uint8Array(256);
    this.#calls.ERR_error_string_n(this.#calls.ERR_get_error(), text, BigInt(text.length));
    this.#calls.ERR_clear_error();
    return new TextDecoder().decode(text.subarray(0, text.indexOf(0)));
  }
}
