/**
 * What users may say about a WebSocket, and what they get from one.
 *
 * @module
 */

import type { Duration } from "../client/request_options.ts";

/** Options of `client.ws()`. */
export interface WebSocketConnectOptions {
  /** Name of the row for the connect. @default the requested path as written */
  readonly name?: string;
  /**
   * Header lines, on top of the class's; a name given here replaces the class's value. Only `user-agent` cannot be set,
   * here or by the class: Deno sends its own with a WebSocket.
   */
  readonly headers?: HeadersInit;
  /** Subprotocols offered, the preferred one first. @default none */
  readonly protocols?: string | readonly string[];
  /**
   * Longest time to connect, and default of {@linkcode WebSocketReceiveOptions.timeout}; 0 means no limit.
   *
   * @default the client's, which is 60 s
   */
  readonly timeout?: Duration;
}

/** A message: text, or bytes where it was sent as binary. */
export type WebSocketMessage = string | Uint8Array;

/** Options of {@linkcode LocustWebSocket.send}. */
export interface WebSocketSendOptions {
  /** Row, of method `WS`, for the time until the next message arrives. Without it, the message is not measured. */
  readonly name?: string;
}

/** Options of {@linkcode LocustWebSocket.receive}. */
export interface WebSocketReceiveOptions {
  /** Row, of method `WS`, in place of the one the send named; without one, it measures the wait for the message. */
  readonly name?: string;
  /** Longest wait for the message; 0 means no limit. @default the connection's */
  readonly timeout?: Duration;
}

/** How a connection ended. */
export interface WebSocketClosure {
  /** The code of the close frame: 1005 if it had none, 1006 if there was no frame. */
  readonly code: number;
  /** The reason in the close frame; empty without one. */
  readonly reason: string;
}
