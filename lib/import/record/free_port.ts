/**
 * Checks of ports.
 *
 * @module
 */

import { errorMessage } from "../../core/error_site.ts";
import { ScriptError } from "../../core/errors.ts";

/**
 * Checks that a port is not another program's, which would be taken for the one that is started.
 *
 * @param option The option with its value, for the message
 * @throws {ScriptError} if it cannot be listened on
 */
export function checkIsFree(hostname: string, port: number, option: string): void {
  try {
    Deno.listen({ hostname, port }).close();
  } catch (cause) {
    const problem = cause instanceof Deno.errors.AddrInUse ? "the port is taken" : errorMessage(cause);
    throw new ScriptError(`Cannot use ${option}: ${problem}, expected a free one`, { cause });
  }
}
