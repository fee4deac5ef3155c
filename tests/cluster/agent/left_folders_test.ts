import { assertEquals } from "@std/assert";
import { join } from "node:path";
import process from "node:process";
import { folderPrefix, removeLeftFolders } from "../../../lib/cluster/agent/left_folders.ts";

Deno.test("the folders that a killed agent left behind are removed by the next one; those of others stay", async () => {
  const parent = await Deno.makeTempDir({ prefix: "locust left " });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(parent, { recursive: true }));
  const ended = new Deno.Command(Deno.execPath(), { args: ["--version"], stdout: "null" }).spawn();
  await ended.status;
  const kept = [`${folderPrefix()}abc`, `${folderPrefix(process.ppid)}abc`, `locust-run-other.host-${ended.pid}-abc`];
  for (const name of [...kept, `${folderPrefix(ended.pid)}abc`]) {
    await Deno.mkdir(join(parent, name, "sub"), { recursive: true });
  }
  removeLeftFolders(parent);
  assertEquals(Array.from(Deno.readDirSync(parent), ({ name }) => name).sort(), kept.sort());
});
