/**
 * Creates sockets and starts to connect them.
 *
 * @module
 */

import { type SocketAddress, socketAddress } from "./socket_address.ts";
import { EINPROGRESS, lastErrno, type SystemCalls, systemError } from "./system_calls.ts";

const SOCK_STREAM_NONBLOCK_CLOEXEC = 0x80801;
const [IPPROTO_IP, IPPROTO_TCP, TCP_NODELAY] = [0, 6, 1];
/** Leaves the choice of a port to `connect`, which can share one between servers (`ip(7)`). */
const IP_BIND_ADDRESS_NO_PORT = 24;
const ON = new Int32Array([1]);

/** A file, and the error of an immediate failure. */
export interface BegunFile {
  readonly file: number;
  /** An error like Node's; `null` if it connects. */
  readonly error: Error | null;
}

/**
 * Creates a socket and starts to connect it.
 *
 * @param address The address to connect to
 * @param local Local IP address to connect from; `null` leaves the choice to the system
 * @throws if the limit on open files is reached
 */
export function beginConnect(calls: SystemCalls, address: SocketAddress, local: string | null): BegunFile {
  const file = calls.socket(address.family, SOCK_STREAM_NONBLOCK_CLOEXEC, 0);
  if (file < 0) throw systemError("socket", lastErrno());
  calls.setsockopt(file, IPPROTO_TCP, TCP_NODELAY, ON, 4);
  if (local !== null && !isBound(calls, file, local)) return { file, error: systemError("bind", lastErrno()) };
  if (calls.connect(file, address.bytes, address.bytes.length) === 0) return { file, error: null };
  const errno = lastErrno();
  return { file, error: errno === EINPROGRESS ? null : systemError("connect", errno) };
}

function isBound(calls: SystemCalls, file: number, local: string): boolean {
  const address = socketAddress(calls, local, 0);
  calls.setsockopt(file, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, ON, 4);
  return address !== null && calls.bind(file, address.bytes, address.bytes.length) === 0;
}
