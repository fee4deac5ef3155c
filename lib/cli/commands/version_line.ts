/**
 * What `--version` says.
 *
 * @module
 */

import { VERSION } from "../../core/version.ts";

/** Returns the program's version with the runtime and the platform it runs on. */
export function versionLine(): string {
  return `locust ${VERSION} (deno ${Deno.version.deno}, ${Deno.build.target})`;
}
