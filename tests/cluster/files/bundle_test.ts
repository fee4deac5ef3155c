import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { collectBundle, unpackBundle } from "../../../lib/cluster/files/bundle.ts";
import { UsageError } from "../../../lib/core/errors.ts";

async function withFiles(files: Record<string, string>, body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "locust bundle " });
  try {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(join(folder, path, ".."), { recursive: true });
      await Deno.writeTextFile(join(folder, path), text);
    }
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("collectBundle() takes the locustfile and what it imports by relative paths, not its neighbours", async () => {
  const files = {
    "load/locustfile.ts": `import { a } from "../lib/a.ts";\nimport "@x/locust";\nexport * from './b.ts';\n` +
      `const c = await import("./c.js");\nconst data = new URL("./data.json", import.meta.url);`,
    "lib/a.ts": `import d from "./d.json" with { type: "json" };\nimport "../load/locustfile.ts";`,
    "lib/d.json": "{}",
    "load/b.ts": "export const b = 1; // from './gone.ts'",
    "load/c.js": "",
    "load/data.json": "[]",
    "load/neighbour.ts": "",
    "other/secret.txt": "",
  };
  await withFiles(files, async (folder) => {
    const bundle = await collectBundle(pathToFileURL(join(folder, "load/locustfile.ts")).href);
    assertEquals(bundle.main, "load/locustfile.ts");
    const expected = ["lib/a.ts", "lib/d.json", "load/b.ts", "load/c.js", "load/data.json", "load/locustfile.ts"];
    assertEquals(bundle.files.map(({ path }) => path), expected);
  });
});

Deno.test("unpackBundle() writes the files, and refuses changed ones and paths out of its folder", async () => {
  await withFiles({ "locustfile.ts": "import './sub/a.ts';", "sub/a.ts": "1" }, async (folder) => {
    const bundle = await collectBundle(pathToFileURL(join(folder, "locustfile.ts")).href);
    const target = join(folder, "unpacked");
    assertEquals(await unpackBundle(bundle, target), join(target, "locustfile.ts"));
    assertEquals(await Deno.readTextFile(join(target, "sub/a.ts")), "1");
    const changed = bundle.files.map((file) => ({ ...file, bytes: new Uint8Array([1]) }));
    await assertRejects(() => unpackBundle({ ...bundle, files: changed }, target), UsageError, bundle.hash);
    const outside = { path: "../outside.ts", bytes: new Uint8Array(0) };
    const { hashOf } = await import("../../../lib/cluster/files/bundle.ts");
    const bad = { ...bundle, files: [outside], hash: hashOf([outside]) };
    await assertRejects(() => unpackBundle(bad, target), UsageError, "outside of the run's folder");
  });
});

Deno.test("collectBundle() says which locustfile cannot be read", async () => {
  await assertRejects(() => collectBundle("file:///no/such/locustfile.ts"), UsageError, '"/no/such/locustfile.ts"');
});
