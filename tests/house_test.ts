// Holds the rules of the house: folders by rank, no cycles, no long files.

import { assertEquals } from "@std/assert";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const MAX_LINES = 300;
const RANKS: Readonly<Record<string, number>> = {
  "lib/core": 0,
  "lib/stats": 1,
  "lib/load": 1,
  "lib/http": 2,
  "lib/script": 3,
  "lib/engine": 4,
  "lib/report": 4,
  "lib/cli": 5,
};

function* sourceFiles(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(join(ROOT, folder))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) yield* sourceFiles(path);
    else if (entry.name.endsWith(".ts")) yield path;
  }
}

/** Returns the files of this checkout that a file imports, `import type` included. */
function importsOf(file: string): string[] {
  const source = Deno.readTextFileSync(join(ROOT, file));
  const specifiers = source.matchAll(
    /^\s*(?:import|export)\b[^;]*?\bfrom\s+"(\.[^"]+\.ts)"|import\("(\.[^"]+\.ts)"\)/gm,
  );
  return [...specifiers].map((match) => relative(ROOT, join(ROOT, dirname(file), (match[1] ?? match[2])!)));
}

const folderOf = (file: string) => file.split("/").slice(0, 2).join("/");
const FILES = [...sourceFiles("lib"), ...sourceFiles("workers"), "main.ts"];

Deno.test("a folder of lib imports lower ranks and itself only", () => {
  const violations: string[] = [];
  for (const file of FILES.filter((one) => folderOf(one) in RANKS)) {
    for (const imported of importsOf(file)) {
      const [from, to] = [folderOf(file), folderOf(imported)];
      const rank = RANKS[to];
      if (from === to || (rank !== undefined && rank < RANKS[from]!)) continue;
      violations.push(`${file} → ${imported}`);
    }
  }
  assertEquals(violations, []);
});

Deno.test("there is no import cycle, import type included", () => {
  const state = new Map<string, "open" | "done">();
  const cycles: string[] = [];
  const visit = (file: string, trail: readonly string[]) => {
    if (state.get(file) === "done") return;
    if (state.get(file) === "open") return void cycles.push([...trail.slice(trail.indexOf(file)), file].join(" → "));
    state.set(file, "open");
    importsOf(file).forEach((imported) => visit(imported, [...trail, file]));
    state.set(file, "done");
  };
  FILES.forEach((file) => visit(file, []));
  assertEquals(cycles, []);
});

Deno.test("no source file has more than 300 lines", () => {
  const lines = (file: string) => Deno.readTextFileSync(join(ROOT, file)).split("\n").length - 1;
  const files = [...FILES, ...["examples", "links", "tests"].flatMap((folder) => [...sourceFiles(folder)])];
  assertEquals(files.filter((file) => lines(file) > MAX_LINES), []);
});
