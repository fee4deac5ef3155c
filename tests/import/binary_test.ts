import { assertEquals, assertLess } from "@std/assert";
import { fileURLToPath } from "node:url";
import { run } from "../helpers/processes/command.ts";
import { BINARY, DENO_RUN, programTest } from "../helpers/processes/programs.ts";

/** Largest binary, in bytes. */
const MAX_BYTES = 115_000_000;
const FILES = ["openapi/documents/uber.json", "openapi/documents/tictactoe.yaml", "postman/collections/sample.json"];

programTest("imports what `deno run` imports: it has the libraries, and stays below 115 MB", BINARY, async () => {
  assertLess((await Deno.stat(BINARY.command[0]!)).size, MAX_BYTES);
  for (const file of FILES) {
    const path = fileURLToPath(new URL(file, import.meta.url));
    const [made, expected] = await Promise.all(
      [BINARY, DENO_RUN].map(({ command }) => run([...command, "import", path])),
    );
    assertEquals([made!.code, made!.stderr, made!.stdout], [0, "", expected!.stdout]);
  }
});
