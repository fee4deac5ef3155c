// The rules of the house: rooms and what they import, no cycles, no long files.

import { assertEquals } from "@std/assert";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOMS } from "./helpers/rooms.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const MAX_LINES = 300;
const MAX_README_LINES = 20;

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

const FILES = [...sourceFiles("lib"), ...sourceFiles("workers"), "main.ts"];
const FOLDERS = [...new Set(FILES.map(dirname))].filter((folder) => folder.startsWith("lib/"));
const isInside = (room: string, folder: string) => room.startsWith(`${folder}/`);

/** Returns the rooms that the line `Imports:` of a README names. */
function roomsIn(readme: string): string[] {
  const paragraph = readme.match(/^Imports:([^]*?)\.\n\n/m)?.[1] ?? "";
  return [...paragraph.matchAll(/`([^`]+)`/g)].map((match) => `lib/${match[1]}`).filter((room) => room !== "lib/lib/");
}

Deno.test("every folder of lib with files is a room of the table, and every room is there", () => {
  assertEquals(FOLDERS.toSorted(), Object.keys(ROOMS).toSorted());
});

Deno.test("a room of lib imports itself and the rooms that the table permits only", () => {
  const violations: string[] = [];
  for (const file of FILES.filter((one) => dirname(one) in ROOMS)) {
    for (const imported of importsOf(file)) {
      const [from, to] = [dirname(file), dirname(imported)];
      if (from !== to && !ROOMS[from]!.includes(to)) violations.push(`${file} → ${imported}`);
    }
  }
  assertEquals(violations, []);
});

Deno.test("the table of rooms permits no cycle but between a folder and its own rooms", () => {
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    ROOMS[from]!.some((next) => {
      if (isInside(from, next) || isInside(next, from) || seen.has(next)) return false;
      seen.add(next);
      return next === to || reaches(next, to, seen);
    });
  assertEquals(Object.keys(ROOMS).filter((room) => reaches(room, room)), []);
});

Deno.test("every room has a README of at most 20 lines that names what the room may import and what goes there", () => {
  const problems = FOLDERS.flatMap((folder) => {
    try {
      const readme = Deno.readTextFileSync(join(ROOT, folder, "README.md"));
      const lines = readme.trimEnd().split("\n").length;
      return [
        ...(lines > MAX_README_LINES ? [`${folder}: ${lines} lines`] : []),
        ...(roomsIn(readme).join() === ROOMS[folder]?.join() ? [] : [`${folder}: "Imports:" is not the table's`]),
        ...(/^New here:/m.test(readme) ? [] : [`${folder}: no line "New here:"`]),
      ];
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [`${folder}: none`];
      throw error;
    }
  });
  assertEquals(problems, []);
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
