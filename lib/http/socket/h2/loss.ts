/**
 * Decides about exchanges whose connection has ended.
 *
 * @module
 */

import { TransportError } from "../../transport.ts";
import type { WireSocket } from "../net/wire_socket.ts";
import type { StreamExchange } from "./exchange.ts";
import type { Outgoing } from "./outgoing.ts";

/** No exchange. */
export const NOBODY: ReadonlySet<StreamExchange> = new Set();

/**
 * Returns the exchanges of which the server has not received a byte: sending them again is not a repetition.
 *
 * @param outgoing The sending side; `null` if the connection was never established
 */
export function unseenOf(
  sent: readonly StreamExchange[],
  outgoing: Outgoing | null,
  socket: WireSocket | null,
): ReadonlySet<StreamExchange> {
  const unreceived = socket?.unreceivedBytes ?? 0;
  if (unreceived === 0 || outgoing === null) return NOBODY;
  const receivedBytes = outgoing.writtenBytes - unreceived;
  return new Set(sent.filter(({ writtenAt }) => writtenAt >= receivedBytes));
}

/** Returns whether an exchange may be repeated after its connection ended without an answer. */
export function mayRepeat({ plan, isRepeated, bytesReceived }: StreamExchange): boolean {
  return plan.isIdempotent && !isRepeated && bytesReceived === 0;
}

/**
 * Returns the failure of an exchange whose connection has ended without an error.
 *
 * @param goAwayReason The reason in the server's GOAWAY, or `null`
 */
export function endOf({ bytesReceived }: StreamExchange, goAwayReason: string | null): TransportError {
  if (goAwayReason !== null) return new TransportError("reset", `connection ended by the server (${goAwayReason})`);
  return new TransportError(
    "truncated",
    bytesReceived === 0 ? "connection closed before an answer" : "connection closed before the answer was complete",
  );
}
