/**
 * Options, messages and closure of a WebSocket.
 *
 * @module
 */

import type { Duration } from "../client/request_options.ts";

/** Options of `client.ws()`. */
export interface WebSocketConnectOptions {
  /** Name of the row for opening the connection. @default the requested path as written */
  readonly name?: string;
  /**
   * Header lines, merged with the class's; a header given here replaces the class's. `user-agent` cannot be set: Deno sends
   * its own.
   */
  readonly headers?: HeadersInit;
  /** Subprotocols to offer, the preferred one first. @default none */
  readonly protocols?: string | readonly string[];
  /**
   * Longest time to open the connection, and default of {@linkcode WebSocketReceiveOptions.timeout}; 0 means no limit.
   *
   * @default the client's, which is 60 s
   */
  readonly timeout?: Duration;
  /**
   * Codes of a close frame that are not a failure, in addition to 1000, 1001 and a frame without a code: a loop over
   * messages ends there. Whole numbers from 1000 to 4999, except 1006 and 1015. @default none
   */
  readonly closeCodes?: readonly number[];
}

/** Codes of a close frame that are never a failure: normal, going away, none given. */
const QUIET_CODES: readonly number[] = [1000, 1001, 1005];

/**
 * Returns the codes of a close frame that are not a failure.
 *
 * @param given The option `closeCodes`
 * @throws {TypeError} if it is not a list of numbers
 * @throws {RangeError} if a close frame cannot have one of them
 */
export function quietCodes(given: readonly number[] | undefined): ReadonlySet<number> {
  const wanted = "expected a list of whole numbers from 1000 to 4999";
  if (given === undefined) return new Set(QUIET_CODES);
  if (!Array.isArray(given)) throw new TypeError(`Cannot use closeCodes ${Deno.inspect(given)}: not a list, ${wanted}`);
  for (const code of given) {
    if (Number.isInteger(code) && code >= 1000 && code <= 4999 && code !== 1006 && code !== 1015) continue;
    throw new RangeError(
      `Cannot use closeCodes ${Deno.inspect(given)}: ${code} is not a code of a close frame, ${wanted}`,
    );
  }
  return new Set([...QUIET_CODES, ...given]);
}

/** A message: a string, or bytes if it is binary. */
export type WebSocketMessage = string | Uint8Array;

/** Options of {@linkcode LocustWebSocket.send}. */
export interface WebSocketSendOptions {
  /** Row, of method `WS`, for the time until the next message arrives; without it, nothing is measured. */
  readonly name?: string;
}

/** Options of {@linkcode LocustWebSocket.receive}. */
export interface WebSocketReceiveOptions {
  /** Row, of method `WS`, instead of the one named by the send; without that, it measures the wait for the message. */
  readonly name?: string;
  /** Longest wait for the message; 0 means no limit. @default the connection's */
  readonly timeout?: Duration;
}

/** How a connection ended. */
export interface WebSocketClosure {
  /** The code of the close frame: 1005 if it had none, 1006 without a frame. */
  readonly code: number;
  /** The reason in the close frame; empty if none. */
  readonly reason: string;
}
