/**
 * Why a server cannot listen, for the user who named its address.
 *
 * @module
 */

import { UsageError } from "../../core/errors.ts";
import type { ListenAddress } from "../../core/listen_address.ts";

/** How many ports after one that is taken are looked at for a free one. */
const PORTS_TO_TRY = 20;

/**
 * Returns the error of an address that cannot be used; of a port that is taken, with a free one near it.
 *
 * @param option The option that gave the address
 * @param cause What listening threw
 */
export function listenProblem(option: string, { host, port }: ListenAddress, cause: unknown): UsageError {
  const given = `${host}:${port}`;
  if (!(cause instanceof Deno.errors.AddrInUse)) {
    return new UsageError([`Cannot use ${option} "${given}": ${(cause as Error).message}`]);
  }
  const free = freePort(host, port);
  return new UsageError(
    [`Cannot use ${option} "${given}": the port is taken, expected a free one`],
    free === null ? undefined : `port ${free} is free: ${option} ${free}`,
  );
}

/** Returns the next port that is free; `null` if it is not near. */
function freePort(hostname: string, port: number): number | null {
  for (let next = port + 1; next <= Math.min(port + PORTS_TO_TRY, 65_535); next++) {
    try {
      Deno.listen({ hostname, port: next }).close();
      return next;
    } catch {
      // Taken, too.
    }
  }
  return null;
}
