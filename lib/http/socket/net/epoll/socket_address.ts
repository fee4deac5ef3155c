/**
 * Addresses in the system's form.
 *
 * @module
 */

import { ipVersion } from "../../../../core/ip.ts";
import type { SystemCalls } from "./system_calls.ts";

/** Linux's address families. */
const AF_INET = 2;
const AF_INET6 = 10;

/** An address with a port: `sockaddr_in` or `sockaddr_in6`. */
export interface SocketAddress {
  /** The address family. */
  readonly family: number;
  /** Its bytes. */
  readonly bytes: Uint8Array;
}

/**
 * Returns an address for `connect`.
 *
 * @param host An IPv4 or IPv6 address
 * @param port 1–65535
 * @returns `null` if `host` is not an address, or names a network interface (`fe80::1%eth0`)
 */
export function socketAddress(calls: SystemCalls, host: string, port: number): SocketAddress | null {
  const version = ipVersion(host);
  if (version === 0 || host.includes("%")) return null;
  const family = version === 4 ? AF_INET : AF_INET6;
  // sockaddr_in: family, port, 4 bytes of address, 8 unused; sockaddr_in6: family, port, flow, 16 bytes, scope.
  const bytes = new Uint8Array(version === 4 ? 16 : 28);
  const view = new DataView(bytes.buffer);
  const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
  view.setUint16(0, family, isLittleEndian);
  view.setUint16(2, port);
  const isParsed = calls.inet_pton(
    family,
    new TextEncoder().encode(`${host}\0`),
    bytes.subarray(version === 4 ? 4 : 8),
  );
  return isParsed === 1 ? { family, bytes } : null;
}
