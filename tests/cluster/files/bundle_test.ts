import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type BundleFile, packBundle, unpackBundle } from "../../../lib/cluster/files/bundle.ts";
import { collectBundle } from "../../../lib/cluster/files/collect.ts";
import { needsOf, withPackages } from "../../../lib/cluster/files/specifiers.ts";
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

const collect = (folder: string, main = "locustfile.ts", include: readonly string[] = []) =>
  collectBundle(pathToFileURL(join(folder, main)).href, include);
const paths = ({ files }: { readonly files: readonly BundleFile[] }) => files.map(({ path }) => path);

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
    const bundle = await collect(folder, "load/locustfile.ts");
    assertEquals(bundle.main, "load/locustfile.ts");
    const expected = ["lib/a.ts", "lib/d.json", "load/b.ts", "load/c.js", "load/data.json", "load/locustfile.ts"];
    assertEquals(paths(bundle), expected);
  });
});

Deno.test("collectBundle() takes files of shared.rows and of patterns, from the locustfile's folder", async () => {
  const files = {
    "load/locustfile.ts": `import "./sub/users.ts";`,
    "load/sub/users.ts":
      `const a = shared.rows<{ id: string }>("a", "../data/a.csv");\nshared.rows('b', './b.jsonl', {})`,
    "data/a.csv": "id\n1\n",
    "load/b.jsonl": "1\n",
    "load/more/x.txt": "",
    "load/more/deep/y.txt": "",
    "texts/z.txt": "",
    "texts/z.bin": "",
  };
  await withFiles(files, async (folder) => {
    const bundle = await collect(folder, "load/locustfile.ts", ["more/**/*.txt", "../texts/*.txt"]);
    assertEquals(paths(bundle), Object.keys(files).filter((path) => path !== "texts/z.bin").sort());
    const wrong = () => collect(folder, "load/locustfile.ts", ["*.none", "no/such/*"]);
    const { problems } = await assertRejects(wrong, UsageError);
    assertEquals(problems.map((one) => one.split(":")[0]), [
      'Cannot use --include "*.none"',
      'Cannot use --include "no/such/*"',
    ]);
  });
});

Deno.test("collectBundle() takes installed packages with what they need, and versions for machines that install them", async () => {
  const files = {
    "package.json": JSON.stringify({
      dependencies: { listed: "^1.0.0", local: "file:../local" },
      devDependencies: { far: "2.x" },
    }),
    "deno.json": JSON.stringify({ imports: { mapped: "jsr:@s/mapped@1", "@x/locust": "jsr:@x/locust" } }),
    "load/locustfile.ts":
      `import a from "listed/sub"; import "far"; import "local"; import "mapped"; import "npm:other@3";\n` +
      `import { readFile } from "node:fs"; import "@x/locust";`,
    "node_modules/listed/package.json": JSON.stringify({ version: "1.2.3", dependencies: { "@s/needed": "1" } }),
    "node_modules/listed/lib/index.js": "",
    "node_modules/@s/needed/package.json": "{}",
    "node_modules/@s/needed/index.js": "import './gone.js'",
    "node_modules/unused/package.json": "{}",
    "node_modules/other/package.json": JSON.stringify({ version: "3.0.0" }),
  };
  await withFiles(files, async (folder) => {
    const bundle = await collect(folder, "load/locustfile.ts");
    assertEquals(paths(bundle), Object.keys(files).filter((path) => /load|node_modules\/(?!unused)/.test(path)).sort());
    const target = join(folder, "out");
    await Deno.readTextFile(await unpackBundle(bundle.packed, bundle.head, target, true)).then((text) => {
      assertStringIncludes(
        text,
        `from "npm:listed@1.2.3/sub"; import "npm:far@2.x"; import "local"; import "jsr:@s/mapped@1";`,
      );
      assertStringIncludes(text, `import "npm:other@3";\nimport { readFile } from "node:fs"; import "@x/locust"`);
    });
    const as = await Deno.readTextFile(await unpackBundle(bundle.packed, bundle.head, join(folder, "as"), false));
    assertEquals(as, files["load/locustfile.ts"]);
  });
});

Deno.test("unpackBundle() writes the files, and refuses changed ones and paths out of its folder", async () => {
  await withFiles({ "locustfile.ts": "import './sub/a.ts';", "sub/a.ts": "1" }, async (folder) => {
    const { packed, head } = await collect(folder);
    const target = join(folder, "unpacked");
    assertEquals(await unpackBundle(packed, head, target), join(target, "locustfile.ts"));
    assertEquals(await Deno.readTextFile(join(target, "sub/a.ts")), "1");
    const changed = packed.with(packed.length - 1, 50);
    await assertRejects(() => unpackBundle(changed, head, target), UsageError, `expected ${head.hash}`);
    for (const path of ["../outside.ts", "a/../../outside.ts", join(folder, "outside.ts"), "..\\outside.ts", "", "."]) {
      const bad = packBundle("a.ts", [{ path: "a.ts", bytes: new Uint8Array(1) }, { path, bytes: new Uint8Array(1) }]);
      const folderOfBad = join(folder, "bad");
      const unpacking = () => unpackBundle(bad.packed, bad.head, folderOfBad);
      await assertRejects(unpacking, UsageError, `"${path}" of the run: it is outside of the run's folder`);
      await assertRejects(() => Deno.stat(folderOfBad), Deno.errors.NotFound);
    }
    const main = packBundle("../main.ts", []);
    await assertRejects(() => unpackBundle(main.packed, main.head, target), UsageError, "outside of the run's folder");
  });
});

Deno.test("unpackBundle() refuses a table that is damaged, whatever its hash", async () => {
  const { packed } = packBundle("a.ts", [{ path: "a.ts", bytes: new Uint8Array(10) }]);
  const { createHash } = await import("node:crypto");
  for (const bytes of [packed.subarray(0, packed.length - 1), packed.with(3, 200), new Uint8Array(2)]) {
    const hash = createHash("sha256").update(bytes).digest("hex");
    const unpacking = () => unpackBundle(bytes, { hash, bytes: bytes.length }, "/no/such/folder");
    await assertRejects(unpacking, UsageError, "their table is damaged");
  }
});

Deno.test("collectBundle() says which locustfile cannot be read, and refuses more than 100 MB", async () => {
  await assertRejects(() => collectBundle("file:///no/such/locustfile.ts"), UsageError, '"/no/such/locustfile.ts"');
  await withFiles({ "locustfile.ts": `new URL("./big.bin", import.meta.url)`, "big.bin": "" }, async (folder) => {
    await Deno.truncate(join(folder, "big.bin"), 100_000_000);
    await assertRejects(() => collect(folder), UsageError, "it is more than 100 MB in 20000 files");
  });
});

Deno.test("needsOf() and withPackages() see imports only, and keep lines", () => {
  const text = `import a from "a";\nconst b = "b"; from('c');\nexport * from '@s/d/e.js'; require("f");`;
  assertEquals(needsOf(text).packages, ["a", "c", "@s/d", "f"]);
  const changed = withPackages(new TextEncoder().encode(text), { a: "npm:a@1", b: "npm:b@1", "@s/d": "npm:@s/d@^2" });
  assertEquals(new TextDecoder().decode(changed), text.replace(`"a"`, `"npm:a@1"`).replace("@s/d", "npm:@s/d@^2"));
});
