/**
 * The interface of a connection as a byte stream.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import type { Alpn } from "./tls/alpn.ts";
import type { Payload } from "./payload.ts";
import type { Security } from "./tls/security.ts";
import type { Tunnel } from "./tunnel.ts";
import type { TlsSessions } from "./tls/tls_sessions.ts";
import type { Batch } from "./write_batch.ts";

/** Receives the events of a socket, after the function that opens it has returned. */
export interface SocketListener {
  /** Called with bytes that arrived; `bytes` is only valid during the call, and only up to `length`. */
  onBytes(bytes: Buffer, length: number): void;
  /** Called when the connection is established, its tunnel included, before any TLS handshake. */
  onConnect(): void;
  /** Called when the TLS handshake is done, with whether it has resumed a session. */
  onSecure(isResumed: boolean): void;
  /** Called when the other side has ended or the socket has closed; the last call. */
  onEnd(): void;
  /** Called when the socket has failed, with an error that has Node's `code`; the last call. */
  onError(error: unknown): void;
}

/** How to open a socket. */
export interface SocketRecipe {
  /** An IP address and a port, or the path of a unix socket. */
  readonly endpoint: { readonly host: string; readonly port: number } | { readonly path: string };
  /** How to encrypt, or `null` for plain text. */
  readonly security: Security | null;
  /** Protocols to offer on an encrypted connection. @default {Alpn.HTTP1} */
  readonly alpn?: Alpn;
  /** The user's TLS sessions. @default no session is resumed */
  readonly sessionPlace?: SessionPlace | null;
  /** Local address to connect from. @default the system's choice */
  readonly localAddress?: string | null;
  /** Tunnel to open once connected. @default none: the endpoint is the server */
  readonly tunnel?: Tunnel | null;
}

/** The place of a session. */
export interface SessionPlace {
  readonly sessions: TlsSessions;
  /** The server: see {@linkcode Origin.key}. */
  readonly originKey: string;
}

/** A TCP, TLS or unix socket, which starts to connect when it is created. */
export interface WireSocket {
  /** Gathers the writes to sockets of this kind. */
  readonly batch: Batch;

  /** Name of the protocol that the server selected in the TLS handshake, or `null`. */
  readonly protocol: string | null;

  /**
   * Written bytes that the other side had not received when it ended the connection, and so cannot have read. Known once
   * the listener's `onEnd` or `onError` is called; 0 if the system does not report it.
   */
  readonly unreceivedBytes: number;

  /** Replaces the listener. */
  set listener(listener: SocketListener);

  /** Writes a request, or the head of one. */
  writePayload(payload: Payload): void;

  /**
   * Writes bytes, which must not be changed until they are flushed.
   *
   * @param onFlushed Called when the system has taken them, or with an error
   */
  writeBytes(bytes: Uint8Array, onFlushed: (error?: Error | null) => void): void;

  /** Writes bytes, which may be changed once this returns; the reading side reports a failure. */
  writeCopy(bytes: Uint8Array): void;

  /** Stops or continues reading: bytes that arrive meanwhile wait in the system, and then at the other side. */
  hold(isHeld: boolean): void;

  /** Closes the connection at once; the listener gets no more calls. */
  destroy(): void;
}

/** Passed to a listener instead of an error: Node must make this connection again, since it knows the reason. */
export class NodeNeeded extends Error {
  override readonly name = "NodeNeeded";
}

/**
 * Opens sockets.
 *
 * @throws if the options cannot be used
 */
export type SocketOpener = (recipe: SocketRecipe, listener: SocketListener) => WireSocket;
