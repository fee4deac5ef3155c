import { assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { run } from "../helpers/processes/command.ts";
import { BINARY, compilerEnv, programTest } from "../helpers/processes/programs.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/compile.sh", import.meta.url));

programTest(
  "scripts/compile.sh says that a runtime of another version makes no program that starts",
  BINARY,
  async () => {
    const folder = await Deno.makeTempDir();
    const { success, stderr } = await run(["sh", SCRIPT, "--output", `${folder}/locust`], {
      ...await compilerEnv(),
      DENORT_BIN: Deno.execPath(), // taken without a word by the compiler, as any executable is
    });
    assertStringIncludes(stderr, `The binary does not start. DENORT_BIN (${Deno.execPath()}) must be the runtime`);
    assertEquals([success, [...Deno.readDirSync(folder)]], [false, []]);
    await Deno.remove(folder);
  },
);
