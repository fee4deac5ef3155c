/**
 * Entry of the standalone binary: answers `--version` before anything else is loaded, since pipelines ask for it.
 *
 * @module
 */

import { versionLine } from "./commands/version_line.ts";

if (Deno.args.length === 1 && Deno.args[0] === "--version") {
  Deno.stdout.writeSync(new TextEncoder().encode(`${versionLine()}\n`));
} else {
  import("./app.ts").then(({ main }) => main());
}
