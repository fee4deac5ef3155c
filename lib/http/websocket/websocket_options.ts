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
  /**
   * Codes of a close frame that are no failure, beside 1000, 1001 and a frame without a code: the loop over messages ends
   * at them. Whole numbers from 1000 to 4999. @default none
   */
  readonly closeCodes?: readonly number[];
}

/** Codes of a close frame that always are no sign of trouble: normal, going away, none given. */
const QUIET_CODES: readonly number[] = [1000, 1001, 1005];

/**
 * Returns the codes at which the end of a connection is no failure.
 *
 * @param given The option `closeCodes`
 * @throws {TypeError} if it is not a list of numbers
 * @throws {RangeError} if one of them cannot stand in a close frame
 */
export function quietCodes(given: readonly number[] | undefined): ReadonlySet<number> {
  const wanted = "expected a list of whole numbers from 1000 to 4999";
  if (given === undefined) return new Set(QUIET_CODES);
  if (!Array.isArray(given)) throw new TypeError(`Cannot use closeCodes ${Deno.inspect(given)}: not a list, ${wanted}`);
  for (const code of given) {
    if (Number.isInteger(code) && code >= 1000 && code <= 4999 && code !== 1006 && code !== 1015) continue;
    throw new RangeError(
      `Cannot use closeCodes ${Deno.inspect(given)}: ${code} is not sent in a close frame, ${wanted}`,
    );
  }
  return new Set([...QUIET_CODES, ...given]);
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
