// Each thing the Python tool does is held by a test that names its line, or the README says why we do otherwise.

import { assertEquals } from "@std/assert";

/** Lines that count: 57–62 (OpenTelemetry) and 63 (recording) come later. */
const LINES = [...range(1, 56), ...range(64, 71)];

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Returns the numbers of `1, 4–6`. */
function numbersIn(text: string): number[] {
  return [...text.matchAll(/(\d+)(?:–(\d+))?/g)].flatMap(([, from, to]) => range(Number(from), Number(to ?? from)));
}

function* testFiles(folder: URL): Generator<URL> {
  for (const entry of Deno.readDirSync(folder)) {
    if (entry.isDirectory) yield* testFiles(new URL(`${entry.name}/`, folder));
    else if (entry.name.endsWith("_test.ts")) yield new URL(entry.name, folder);
  }
}

Deno.test("every line of the Python tool has a test with its number, or a row in the README's parity table", () => {
  const named = [...testFiles(new URL("./", import.meta.url))].flatMap((file) =>
    [...Deno.readTextFileSync(file).matchAll(/\(PARITY ([\d, –]+)\)["`]/g)].flatMap((match) => numbersIn(match[1]!))
  );
  const readme = Deno.readTextFileSync(new URL("../README.md", import.meta.url));
  const section = readme.split("### Coming from aiolocust")[1]?.split("\n## ")[0] ?? "";
  const explained = [...section.matchAll(/^\| ([\d, –]+?) *\|/gm)].flatMap((match) => numbersIn(match[1]!));
  const covered = new Set([...named, ...explained]);
  assertEquals(LINES.filter((line) => !covered.has(line)), []);
});
