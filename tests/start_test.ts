// What each thread loads before it does anything: every module costs about 0.1 ms, and some of Node's 10 to 20 ms.

import { assert, assertEquals } from "@std/assert";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
/** Where threads start: the program, the binary, a worker; locustfiles import `main.ts` in workers, too. */
const ENTRIES = ["main.ts", "lib/cli/app.ts", "workers/user_worker.ts"];
/** Modules of Node that load its streams, and with them most of it; `builtin()` loads them when they are needed. */
const HEAVY = ["child_process", "crypto", "fs", "http", "module", "net", "process", "stream", "tls", "vm", "zlib"];
/** What only some runs, or some threads, need. */
const LATER = [
  "tough-cookie",
  "lib/cli/commands/compare.ts",
  "lib/cli/commands/debug.ts",
  "lib/cluster/",
  "lib/import/har/",
  "lib/report/ci/",
  "lib/report/compare/baseline.ts",
  "lib/report/html/page.ts",
  "lib/report/samples/",
  "lib/script/import_error.ts",
  "lib/telemetry/otlp/",
  "lib/web/",
];

/** Returns what a file imports when it is loaded: not types, and not what it imports later. */
function importsOf(file: string): string[] {
  const source = Deno.readTextFileSync(join(ROOT, file));
  const found = source.matchAll(/^(?:import|export)\s+(?!type\b)(?:([^;"]*?)\s*from\s+)?"([^"]+)"/gm);
  return [...found].filter(([, names = ""]) => !isTypesOnly(names)).map(([, , specifier]) =>
    specifier!.startsWith(".") ? relative(ROOT, join(ROOT, dirname(file), specifier!)) : specifier!
  );
}

function isTypesOnly(names: string): boolean {
  const list = names.match(/^\{([^]*)\}$/)?.[1];
  return list !== undefined && list.split(",").map((name) => name.trim()).filter((name) => name !== "")
    .every((name) => name.startsWith("type "));
}

/** Returns all that is loaded with a file, and which file imports it first. */
function loadedWith(entry: string): Map<string, string> {
  const loaded = new Map([[entry, ""]]);
  for (const file of loaded.keys()) {
    if (!file.endsWith(".ts")) continue;
    for (const imported of importsOf(file)) if (!loaded.has(imported)) loaded.set(imported, file);
  }
  return loaded;
}

for (const entry of ENTRIES) {
  Deno.test(`${entry} loads nothing at start that only some runs need`, () => {
    const loaded = loadedWith(entry);
    assert(loaded.size > 50, "the imports were not found");
    const isHeavy = (name: string) => HEAVY.some((one) => name === `node:${one}`);
    const isLater = (name: string) => LATER.some((one) => name === one || (one.endsWith("/") && name.startsWith(one)));
    const early = [...loaded].filter(([name]) => isHeavy(name) || isLater(name));
    assertEquals(early.map(([name, importer]) => `${importer} → ${name}`), []);
  });
}
