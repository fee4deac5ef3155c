import { assertEquals, assertThrows } from "@std/assert";
import { readRows } from "../../lib/script/shared/row_source.ts";
import { SharedRows } from "../../lib/script/shared/rows.ts";
import { shared } from "../../lib/script/shared/shared.ts";
import { createSharedMemory, SharedTable } from "../../lib/script/shared/shared_table.ts";

async function rowsIn(name: string, text: string): Promise<unknown[]> {
  const folder = await Deno.makeTempDir({ prefix: "rows of " });
  try {
    await Deno.writeTextFile(`${folder}/${name}`, text);
    return readRows(new URL(`file://${folder.replaceAll(" ", "%20")}/${name}`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function failure(name: string, text: string): Promise<string> {
  try {
    await rowsIn(name, text);
    return "read";
  } catch (error) {
    return (error as Error).message.replace(/"[^"]*\//, '"');
  }
}

Deno.test("readRows() takes CSV with a header, quotes and a byte order mark", async () => {
  assertEquals(await rowsIn("a.csv", '\uFEFFname,age\r\nada,36\r\n"Hopper, Grace","8""5"\r\n'), [
    { name: "ada", age: "36" },
    { name: "Hopper, Grace", age: '8"5' },
  ]);
});

Deno.test("readRows() takes JSON and JSON Lines", async () => {
  assertEquals(await rowsIn("a.json", '[1, {"x": 2}]'), [1, { x: 2 }]);
  assertEquals(await rowsIn("a.jsonl", '{"x": 1}\n\n{"x": 2}\n'), [{ x: 1 }, { x: 2 }]);
  assertEquals(await rowsIn("a.NDJSON", '"y"'), ["y"]);
});

Deno.test("readRows() says what is wrong with a file, and where", async () => {
  assertEquals(
    await failure("a.csv", "a,b\n1,2\n3\n"),
    'Cannot read rows from "a.csv": record 2 has 1 fields, expected 2 as in the header',
  );
  assertEquals(
    await failure("a.csv", "a,a\n1,2\n"),
    'Cannot read rows from "a.csv": column "a" occurs twice in the header',
  );
  assertEquals(await failure("a.json", "{}"), 'Cannot read rows from "a.json": not an array, expected [ … ]');
  assertEquals(
    (await failure("a.jsonl", "1\n{\n")).slice(0, 51),
    'Cannot read rows from "a.jsonl": line 2 is not JSON',
  );
  assertEquals(
    await failure("a.txt", ""),
    'Cannot read rows from "a.txt": unknown ending, expected .csv, .json, .jsonl, .ndjson',
  );
  const error = assertThrows(() => readRows(new URL("file:///nowhere/a.csv")), TypeError);
  assertEquals(error.message, 'Cannot read rows from "/nowhere/a.csv": no such file');
});

Deno.test("SharedRows of one memory hand out each row once before any twice", () => {
  const memory = createSharedMemory();
  const views = [0, 1, 2].map(() => new SharedRows("x", ["a", "b", "c", "d"], new SharedTable(memory)));
  const drawn = Array.from({ length: 12 }, (_, index) => views[index % 3]!.next());
  for (const round of [0, 4, 8]) assertEquals(drawn.slice(round, round + 4).sort(), ["a", "b", "c", "d"]);
});

Deno.test("SharedRows refuses none, and another number of rows under the same name", () => {
  const memory = createSharedMemory();
  assertThrows(() => new SharedRows("x", [], new SharedTable(memory)), TypeError, 'rows "x": there are none');
  new SharedRows("x", [1, 2], new SharedTable(memory));
  assertThrows(() => new SharedRows("x", [1], new SharedTable(memory)), TypeError, "1 here but 2 where");
});

Deno.test("SharedTable keeps names apart, on any thread, and says when it is full", () => {
  const memory = createSharedMemory();
  const [one, two] = [new SharedTable(memory), new SharedTable(memory)];
  assertEquals([one.slot("a"), one.slot("b"), two.slot("b"), two.slot("a"), two.slot("ä")], [0, 1, 1, 0, 2]);
  assertEquals([one.add(0, 5), two.add(0, -2), one.add(1, 1), one.add(0, 0)], [0, 5, 0, 3]);
  assertThrows(() => one.slot("x".repeat(113)), RangeError, "name too long");
  for (let index = 3; index < 256; index++) one.slot(`n${index}`);
  assertThrows(() => two.slot("one more"), RangeError, "too many names");
});

Deno.test("shared.rows() outside of a run hands out rows, too", () => {
  const rows = shared.rows("alone", [1, 2]);
  assertEquals([rows.length, rows.next(), rows.next(), rows.next()], [2, 1, 2, 1]);
});
