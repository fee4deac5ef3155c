/**
 * The output of `--version`.
 *
 * @module
 */

import { VERSION } from "../../core/version.ts";

/** Returns the versions of program and runtime, and the platform. */
export function versionLine(): string {
  return `locust ${VERSION} (deno ${Deno.version.deno}, ${Deno.build.target})`;
}
