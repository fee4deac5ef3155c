/**
 * A connection as bytes, however this machine makes it.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import type { Alpn } from "./alpn.ts";
import type { Payload } from "./payload.ts";
import type { Security } from "./security.ts";
import type { Tunnel } from "./tunnel.ts";
import type { TlsSessions } from "./tls_sessions.ts";
import type { Batch } from "./write_batch.ts";

/** Told what happens on a socket. Not called before the function that opens the socket has returned. */
export interface SocketListener {
  /** Called with bytes that arrived; `bytes` is only valid during the call, and only up to `length`. */
  onBytes(bytes: Buffer, length: number): void;
  /** Called when the connection is established, its tunnel included, before any TLS handshake. */
  onConnect(): void;
  /** Called when the TLS handshake is through, and whether it has resumed a session. */
  onSecure(isResumed: boolean): void;
  /** Called when the other side will send no more, or the socket is gone; nothing else is called after it. */
  onEnd(): void;
  /** Called when the socket failed, with an error like Node's, whose `code` counts; nothing else is called after it. */
  onError(error: unknown): void;
}

/** Where a socket leads to and how. */
export interface SocketRecipe {
  /** An IP address and a port, or the path of a unix socket. */
  readonly endpoint: { readonly host: string; readonly port: number } | { readonly path: string };
  /** How to encrypt, or `null` for plain text. */
  readonly security: Security | null;
  /** What an encrypted connection may be used for. @default {Alpn.HTTP1} */
  readonly alpn?: Alpn;
  /** Where the user's TLS sessions are. @default no session is resumed */
  readonly sessionPlace?: SessionPlace | null;
  /** Address of this machine that it is made from. @default the system's choice */
  readonly localAddress?: string | null;
  /** Asked for once connected, before anything else is said. @default none: the endpoint is the server */
  readonly tunnel?: Tunnel | null;
}

/** Where a session is kept. */
export interface SessionPlace {
  readonly sessions: TlsSessions;
  /** Its server: see {@linkcode Origin.key}. */
  readonly originKey: string;
}

/** One TCP, TLS or unix socket, which begins to connect when it is made. */
export interface WireSocket {
  /** Who gathers the requests written to sockets of this kind. */
  readonly batch: Batch;

  /** Name of the protocol that the server has picked in the TLS handshake; `null` where it has picked none. */
  readonly protocol: string | null;

  /**
   * Bytes written that the other side had not received when it ended the connection: it cannot have read them. Known once
   * the listener's `onEnd` or `onError` is called; 0 where the system does not tell.
   */
  readonly unreceivedBytes: number;

  /** Has somebody else told from now on. */
  set listener(listener: SocketListener);

  /** Writes a request, or the head of one. */
  writePayload(payload: Payload): void;

  /**
   * Writes bytes, which must not be changed until they are out.
   *
   * @param onFlushed Called when the system has taken them, or with an error when it will not
   */
  writeBytes(bytes: Uint8Array, onFlushed: (error?: Error | null) => void): void;

  /** Writes bytes that may be changed once this has returned; a failure shows on the reading side. */
  writeCopy(bytes: Uint8Array): void;

  /** Closes the connection at once; the listener hears no more. */
  destroy(): void;
}

/** Told to a listener in place of an error: this connection is to be made once more, by Node, which knows what is wrong. */
export class NodeNeeded extends Error {
  override readonly name = "NodeNeeded";
}

/**
 * Opens sockets.
 *
 * @throws if the options are of no use
 */
export type SocketOpener = (recipe: SocketRecipe, listener: SocketListener) => WireSocket;
