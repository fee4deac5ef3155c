import { assertEquals, assertMatch } from "@std/assert";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../helpers/processes/command.ts";
import { BINARY, programTest } from "../helpers/processes/programs.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/start_binary.sh", import.meta.url));

programTest("scripts/start_binary.sh prints the version and passes after a run of 2 s", BINARY, async () => {
  const { success, stdout, stderr } = await run(["sh", SCRIPT, dirname(BINARY.command[0]!)], {});
  assertEquals([success, stderr.includes("Cannot")], [true, false], stderr);
  assertMatch(stdout, /^locust \d[^]*pass +failures < 1%[^]*pass +count > 100/);
});

programTest("scripts/start_binary.sh fails without a binary", BINARY, async () => {
  const folder = await Deno.makeTempDir();
  const { success } = await run(["sh", SCRIPT, folder], {});
  await Deno.remove(folder);
  assertEquals(success, false);
});
