/**
 * The limit on open files, and so on connections, of this process.
 *
 * @module
 */

import { UsageError } from "../core/errors.ts";
import { openLibc } from "../core/libc.ts";

/** Limit to request; more has no benefit, and some systems refuse "unlimited". */
const WANTED = 1_048_576n;
/** Files that runtime, workers and reports open, besides the users' connections. */
const RESERVE = 60;

/** Resource number of the limit on open files. */
const RESOURCES: Readonly<Record<string, number>> = { linux: 7, darwin: 8 };

/**
 * Raises the soft limit on open files as far as the system allows. `deno run` does this itself, the standalone binary
 * does not. Does nothing without the ffi permission.
 *
 * @returns The limit in force afterwards, or `null` if unknown
 */
export function raiseOpenFiles(): number | null {
  const resource = RESOURCES[Deno.build.os];
  const libc = openLibc({
    getrlimit: { parameters: ["i32", "buffer"], result: "i32" },
    setrlimit: { parameters: ["i32", "buffer"], result: "i32" },
  });
  if (resource === undefined || libc === null) return null;
  try {
    const limits = new BigUint64Array(2); // the soft and the hard one
    if (libc.symbols.getrlimit(resource, limits) !== 0) return null;
    const [soft, hard] = [limits[0]!, limits[1]!];
    const wanted = hard < WANTED ? hard : WANTED;
    // macOS refuses more than 10,240 where its hard limit says "unlimited".
    for (const limit of [wanted, 10_240n]) {
      if (limit <= soft || limit > hard) continue;
      limits.set([limit, hard]);
      if (libc.symbols.setrlimit(resource, limits) === 0) return Number(limit);
    }
    return Number(soft);
  } finally {
    libc.close();
  }
}

/**
 * Checks that the limit is high enough for a number of users.
 *
 * @param users Maximum number of concurrent users
 * @param openFiles The limit in force, or `null` if unknown
 * @throws {UsageError} if it is too low
 */
export function checkOpenFiles(users: number, openFiles: number | null): void {
  const needed = users + RESERVE;
  if (openFiles === null || needed <= openFiles) return;
  throw new UsageError(
    [
      `Cannot run ${users} users: the system limits this process to ${openFiles} open files, ` +
      `expected ${needed} or more`,
    ],
    `Run "ulimit -n ${needed}" in this shell first; if that is refused, raise the hard limit (on Linux in ` +
      "/etc/security/limits.conf, in Docker with --ulimit).",
  );
}
