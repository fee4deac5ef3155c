// Checks that the package can be published, without publishing it.
//
// If deno.json has links, Deno requires their folders to be published, too. So this checks a copy of the published files
// with the links added. The published package has no links.

import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const copy = await Deno.makeTempDir({ prefix: "locust-publish-" });

/** Copies a file or a folder of the project. */
async function take(path: string): Promise<void> {
  const { isDirectory } = await Deno.stat(root + path);
  if (!isDirectory) return await Deno.copyFile(root + path, `${copy}/${path}`);
  await Deno.mkdir(`${copy}/${path}`, { recursive: true });
  for await (const { name } of Deno.readDir(root + path)) await take(`${path}/${name}`);
}

const config = JSON.parse(await Deno.readTextFile(`${root}deno.json`));
const published: string[] = [...config.publish.include];
if (config.links !== undefined) config.publish.include.push("links");
let code = 1;
try {
  for (const path of [...published, ...(config.links === undefined ? [] : ["links"])]) await take(path);
  await Deno.writeTextFile(`${copy}/deno.json`, JSON.stringify(config));
  const args = ["publish", "--dry-run", "--allow-dirty", "--quiet"];
  code = (await new Deno.Command(Deno.execPath(), { args, cwd: copy, stdin: "null" }).spawn().status).code;
} finally {
  await Deno.remove(copy, { recursive: true });
}
Deno.exit(code);
