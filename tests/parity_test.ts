// Each thing that aiolocust does is held by a test that names its line, or docs/coming-from-aiolocust.md says why we
// differ.

import { assertEquals } from "@std/assert";

/** How many lines the list has. */
const LAST_LINE = 84;
/** Lines that come later. */
const LATER: readonly number[] = [];

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

Deno.test("every line of aiolocust has a test with its number, a row in the parity table, or comes later", () => {
  const named = [...testFiles(new URL("./", import.meta.url))].flatMap((file) =>
    [...Deno.readTextFileSync(file).matchAll(/\(PARITY ([\d, –]+)\)["`]/g)].flatMap((match) => numbersIn(match[1]!))
  );
  const page = Deno.readTextFileSync(new URL("../docs/coming-from-aiolocust.md", import.meta.url));
  const section = page.split("## Line by line")[1] ?? "";
  const explained = [...section.matchAll(/^\| ([\d, –]+?) *\|/gm)].flatMap((match) => numbersIn(match[1]!));
  const covered = new Set([...named, ...explained]);
  assertEquals(range(1, LAST_LINE).filter((line) => !covered.has(line) && !LATER.includes(line)), []);
  assertEquals(explained.filter((line) => LATER.includes(line)), [], "these are there");
});
