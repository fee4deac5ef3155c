import { assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import { checkWritable } from "../../lib/report/output_file.ts";

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a run that fails before its load leaves no empty report", () =>
  inFolder(async (folder) => {
    await checkWritable(`${folder}/result.json`, "json");
    await checkWritable(`${folder}/a/b/result.json`, "json");
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["a"]);
    assertEquals([...Deno.readDirSync(`${folder}/a/b`)], []);
  }));

Deno.test("a run that fails before its load does not change the report of the previous run", () =>
  inFolder(async (folder) => {
    const path = `${folder}/result.json`;
    await Deno.writeTextFile(path, "the one before");
    await checkWritable(path, "json");
    assertEquals(await Deno.readTextFile(path), "the one before");
  }));

Deno.test("a report is written through a link to a file that does not exist yet", {
  ignore: Deno.build.os === "windows",
}, () =>
  inFolder(async (folder) => {
    await Deno.symlink(`${folder}/result.json`, `${folder}/latest.json`);
    await checkWritable(`${folder}/latest.json`, "json");
    assertEquals((await Deno.lstat(`${folder}/latest.json`)).isSymlink, true);
  }));

Deno.test("a report that cannot be written is a usage error before the load", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    for (const path of [folder, `${folder}/file/result.json`]) {
      await assertRejects(() => checkWritable(path, "json"), UsageError, `Cannot use json "${path}": `);
    }
  }));
