/**
 * Entry point of the standalone binary. Answers `--version` without loading anything else, so that it is fast.
 *
 * @module
 */

import { versionLine } from "./commands/version_line.ts";

if (Deno.args.length === 1 && Deno.args[0] === "--version") {
  Deno.stdout.writeSync(new TextEncoder().encode(`${versionLine()}\n`));
} else {
  import("./app.ts").then(({ main }) => main());
}
