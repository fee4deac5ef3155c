import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { SharedRows } from "../../../../lib/script/shared/rows/rows.ts";
import { shared } from "../../../../lib/script/shared/shared.ts";
import { createSharedMemory, SharedTable } from "../../../../lib/script/shared/shared_table.ts";
import { inThreads } from "../../../helpers/runs/shared_workers.ts";

const table = () => new SharedTable(createSharedMemory());
const take = <T>(rows: SharedRows<T>, count: number) => Array.from({ length: count }, () => rows.next());

Deno.test("SharedRows of one memory return each row once before any twice", () => {
  const memory = createSharedMemory();
  const views = [0, 1, 2].map(() => new SharedRows("x", ["a", "b", "c", "d"], new SharedTable(memory)));
  const drawn = Array.from({ length: 12 }, (_, index) => views[index % 3]!.next());
  for (const round of [0, 4, 8]) assertEquals(drawn.slice(round, round + 4).sort(), ["a", "b", "c", "d"]);
});

Deno.test("SharedRows with repeat: false return undefined after the last row", () => {
  const rows = new SharedRows("x", [1, 2], table(), { repeat: false });
  assertEquals([rows.length, ...take(rows, 4)], [2, 1, 2, undefined, undefined]);
  const shuffled = new SharedRows("x", [1, 2], table(), { repeat: false, order: "random" });
  assertEquals([...take(shuffled, 2).sort(), shuffled.next()], [1, 2, undefined]);
});

Deno.test("SharedRows in random order depend on the seed only, and differ between passes", () => {
  const values = Array.from({ length: 50 }, (_, index) => index);
  const drawn = (seed?: number) =>
    take(new SharedRows("x", values, table(), { order: "random", ...(seed === undefined ? {} : { seed }) }), 100);
  const [one, same, other] = [drawn(), drawn(1), drawn(2)];
  assertEquals(one, same);
  assertNotEquals(one, other);
  for (const pass of [one.slice(0, 50), one.slice(50), other.slice(0, 50)]) {
    assertNotEquals(pass, values);
    assertEquals(pass.toSorted((a, b) => (a as number) - (b as number)), values);
  }
  assertNotEquals(one.slice(0, 50), one.slice(50));
});

Deno.test("SharedRows throws if there are no rows, or other rows under the same name", async () => {
  const memory = createSharedMemory();
  assertThrows(() => new SharedRows("x", [], new SharedTable(memory)), TypeError, 'rows "x": the source has no rows');
  new SharedRows("x", [1, 2], new SharedTable(memory));
  assertThrows(() => new SharedRows("x", [1], new SharedTable(memory)), TypeError, "1 here but 2 where");
  await using file = await csv("a\n1\n2\n");
  assertThrows(
    () => shared.rows("two sources", [1, 2]) && shared.rows("two sources", file.url),
    TypeError,
    'Cannot share rows "two sources": another source than where the name was used first',
  );
  await using empty = await csv("a,b\n\n");
  assertThrows(() => shared.rows("empty", empty.url), TypeError, 'Cannot share rows "empty": the source has no rows');
});

const OPTIONS: [options: Record<string, unknown>, message: string][] = [
  [{ repeat: "no" }, 'repeat is "no", expected true or false'],
  [{ order: "rnd" }, 'order is "rnd", expected "sequential" or "random"'],
  [{ seed: 1.5 }, "seed is 1.5, expected an integer"],
  [{ delimiter: ";;" }, 'delimiter is ";;", expected one ASCII character such as "," or ";", not a quote or line end'],
  [{ delimiter: '"' }, 'delimiter is \'"\', expected one ASCII character such as "," or ";", not a quote or line end'],
  [{ encoding: "utf8" }, 'encoding is "utf8", expected "utf-8" or "latin1"'],
  [{ repaet: true }, 'unknown option "repaet", expected repeat, order, seed, delimiter, encoding'],
];

for (const [options, message] of OPTIONS) {
  Deno.test(`shared.rows() throws for ${JSON.stringify(options)}`, () => {
    const error = assertThrows(() => shared.rows("x", [1], options), TypeError);
    assertEquals(error.message, `Cannot share rows "x": ${message}`);
  });
}

Deno.test("shared.rows() works outside of a run, with an array and a file", async () => {
  const rows = shared.rows("alone", [1, 2]);
  assertEquals([rows.length, ...take(rows, 3)], [2, 1, 2, 1]);
  await using file = await csv("a;b\n1;2\n");
  assertEquals(shared.rows("file", file.url, { repeat: false }).next(), { a: "1", b: "2" });
});

Deno.test("shared.rows() reads a file once for 4 threads, which take each row once", async () => {
  const memory = createSharedMemory();
  const before = new SharedTable(memory).dataEnd;
  const count = 200_000;
  await using file = await csv(`n\n${Array.from({ length: count }, (_, n) => n).join("\n")}`);
  const taken = (await inThreads<number[]>(4, memory, "rows", count / 4, file.url.href)).flat();
  assertEquals(new Set(taken).size, count);
  const bytes = new SharedTable(memory).dataEnd - before;
  const { size } = await Deno.stat(file.url);
  assertEquals(bytes >= size && bytes < size + 4 * count + 1000, true, `${bytes} bytes for a file of ${size}`);
});

async function csv(content: string): Promise<AsyncDisposable & { readonly url: URL }> {
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  await Deno.writeTextFile(path, content);
  return { url: new URL(`file://${path}`), [Symbol.asyncDispose]: () => Deno.remove(path) };
}
