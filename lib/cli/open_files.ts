/**
 * How many files, and so connections, this process may have open.
 *
 * @module
 */

import { UsageError } from "../core/errors.ts";
import { openLibc } from "../core/libc.ts";

/** Most that is asked for; beyond it nothing is gained, and some systems refuse "unlimited". */
const WANTED = 1_048_576n;
/** Beside the users' connections: what runtime, workers and reports open. */
const RESERVE = 60;

/** The number of the limit on open files. */
const RESOURCES: Readonly<Record<string, number>> = { linux: 7, darwin: 8 };

/**
 * Raises the soft limit on open files as far as the system allows: `deno run` does so by itself, a standalone binary does
 * not. Does nothing without the permission for it.
 *
 * @returns The limit then in force, or `null` where it is not known
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
 * Checks that there are enough for a number of users.
 *
 * @param users Most users that run at once
 * @param openFiles The limit in force, or `null` where it is not known
 * @throws {UsageError} if there are too few
 */
export function checkOpenFiles(users: number, openFiles: number | null): void {
  const needed = users + RESERVE;
  if (openFiles === null || needed <= openFiles) return;
  throw new UsageError(
    [
      `Cannot run ${users} users: the system lets this process have ${openFiles} files open, ` +
      `expected ${needed} or more`,
    ],
    `Run "ulimit -n ${needed}" in this shell first; where that is refused, raise the hard limit (on Linux in ` +
      "/etc/security/limits.conf, in Docker with --ulimit).",
  );
}
