import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import { checkWritable, replaceFile } from "../../lib/report/output_file.ts";

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

Deno.test("an output that is a named pipe without a reader is refused, and not waited for", {
  ignore: Deno.build.os === "windows",
}, () =>
  inFolder(async (folder) => {
    const path = `${folder}/pipe.csv`;
    await new Deno.Command("mkfifo", { args: [path] }).output();
    await assertRejects(() => checkWritable(path, "--samples"), UsageError, "a named pipe");
  }));

Deno.test("replaceFile() leaves no PREFIX_rows.csv.tmp behind if the file cannot be replaced", () =>
  inFolder((folder) => {
    const path = `${folder}/rows.csv`;
    const rename = Deno.renameSync;
    try {
      Deno.renameSync = () => {
        throw new Error("No space left on device");
      };
      assertThrows(() => replaceFile(path, "a"), Error, "No space left");
    } finally {
      Deno.renameSync = rename;
    }
    assertEquals([...Deno.readDirSync(folder)], []);
    return Promise.resolve();
  }));
