import { assertEquals, assertThrows } from "@std/assert";
import { gzipSync } from "node:zlib";
import { RowFile } from "../../../../lib/script/shared/rows/row_file.ts";
import type { RowsOptions } from "../../../../lib/script/shared/rows/rows_options.ts";
import { createSharedMemory, SharedTable } from "../../../../lib/script/shared/shared_table.ts";

const table = new SharedTable(createSharedMemory());

function open(name: string, content: string | Uint8Array, options: RowsOptions = {}, to = table): RowFile {
  const folder = Deno.makeTempDirSync({ prefix: "rows of " });
  try {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    Deno.writeFileSync(`${folder}/${name}`, bytes);
    return RowFile.open(to, new URL(`file://${folder.replaceAll(" ", "%20")}/${name}`), options, () => {});
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function rows(name: string, content: string | Uint8Array, options: RowsOptions = {}): unknown[] {
  const file = open(name, content, options);
  return Array.from({ length: file.length }, (_, row) => file.at(row));
}

function failure(name: string, content: string | Uint8Array, options: RowsOptions = {}, to = table): string {
  const { message } = assertThrows(() => open(name, content, options, to), TypeError);
  return message.replace(/"[^"]*\//, '"').replace('Cannot read rows from "', "").replace('": ', ": ");
}

function utf16(text: string, isBigEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(2 + text.length * 2);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xfeff, !isBigEndian);
  for (let index = 0; index < text.length; index++) view.setUint16(2 + index * 2, text.charCodeAt(index), !isBigEndian);
  return bytes;
}

const CSV = '\uFEFFname,age\r\nädä,36\r\n"Hopper, Grace","8""5"\r\n';
const PEOPLE = [{ name: "ädä", age: "36" }, { name: "Hopper, Grace", age: '8"5' }];

Deno.test("RowFile reads CSV with a header, quotes and a byte order mark, also compressed", () => {
  assertEquals(rows("a.csv", CSV), PEOPLE);
  assertEquals(rows("a.CSV.GZ", gzipSync(CSV)), PEOPLE);
  assertEquals(rows("a.tsv", "a\tb,c\n1\t2\n"), [{ a: "1", "b,c": "2" }]);
  assertEquals(rows("a.csv", "a\n__proto__\n"), [{ a: "__proto__" }]);
});

Deno.test("RowFile names what is wrong with an empty file, or with the first line of the first file of a run", () => {
  const run = new SharedTable(createSharedMemory());
  assertEquals(failure("a.csv", "", {}, run), "a.csv: the file is empty");
  assertEquals(
    failure("a.csv", new Uint8Array([0xff, 0x2c, 0x62, 10]), {}, run),
    'a.csv: line 1 is not UTF-8, expected UTF-8, or { encoding: "latin1" }',
  );
  for (const name of ["a.csv.gz", "a.json", "a.jsonl"]) {
    const content = name.endsWith(".gz") ? gzipSync("") : "";
    assertEquals(failure(name, content, {}, run), `${name}: the file is empty`);
  }
});

Deno.test("RowFile reads gzip files with several members", () => {
  const packed = [gzipSync("a,b\n1,2\n"), gzipSync("3,4\n")];
  assertEquals(rows("a.csv.gz", new Uint8Array(packed.flatMap((part) => [...part]))), [
    { a: "1", b: "2" },
    { a: "3", b: "4" },
  ]);
});

Deno.test("RowFile reads UTF-16 with a byte order mark, and latin1 if specified", () => {
  const text = CSV.slice(1).replace("36", "𝄞");
  const expected = [{ name: "ädä", age: "𝄞" }, PEOPLE[1]];
  assertEquals(rows("a.csv", utf16(text, false)), expected);
  assertEquals(rows("a.csv", utf16(text, true)), expected);
  const latin1 = new Uint8Array([..."name\nm\u00e4x"].map((character) => character.charCodeAt(0)));
  assertEquals(rows("a.csv", latin1, { encoding: "latin1" }), [{ name: "mäx" }]);
  assertEquals(rows("a.csv", "\uFEFFname\nmäx", { encoding: "latin1" }), [{ name: "mäx" }]);
});

Deno.test("RowFile reads JSON and JSON Lines", () => {
  const values = [1, { x: [2, '],\\"'] }, "é\n", null, [[]]];
  assertEquals(rows("a.json", JSON.stringify(values)), values);
  assertEquals(rows("a.json", `\n ${JSON.stringify(values, null, 2).replaceAll(",\n", " ,\n")} \n`), values);
  assertEquals(rows("a.json", "[ ]"), []);
  assertEquals(rows("a.jsonl", '{"x": 1}\r\n\n{"x": 2}\n'), [{ x: 1 }, { x: 2 }]);
  assertEquals(rows("a.NDJSON", '"y"'), ["y"]);
  assertEquals(rows("a.ndjson.gz", gzipSync("1\n2")), [1, 2]);
});

Deno.test("RowFile keeps characters intact that cross a chunk boundary (1 MiB)", () => {
  for (const character of ["é", "中", "𝄞"]) {
    for (let shift = 0; shift < 4; shift++) {
      const row = "x".repeat(1024 * 1024 - 2 - shift) + character + "y";
      assertEquals((rows("a.csv", `a\n${row}\n`)[0] as { a: string }).a === row, true, `${character} ${shift}`);
    }
  }
});

const PROBLEMS: [name: string, content: string | Uint8Array, options: RowsOptions, message: string][] = [
  ["a.csv", "a,b\n1,2\n3\n", {}, "a.csv: line 3: 1 field, expected 2 as in the header"],
  [
    "a.csv",
    new Uint8Array([97, 10, 98, 10, 0xe4, 10]),
    {},
    'a.csv: line 3 is not UTF-8, expected UTF-8, or { encoding: "latin1" }',
  ],
  [
    "a.csv",
    new Uint8Array([97, 10, 98, 0xc3]),
    {},
    'a.csv: line 2 is not UTF-8, expected UTF-8, or { encoding: "latin1" }',
  ],
  ["a.csv", utf16("a\nb\n\ud800x\n", false), {}, "a.csv: line 3 is not UTF-16LE, as the byte order mark says"],
  ["a.csv", utf16("a\nb\n", true).slice(0, -1), {}, "a.csv: line 2 is not UTF-16BE, as the byte order mark says"],
  ["a.json", "{}", {}, "a.json: not an array, expected [ … ]"],
  ["a.json", "[1,\n2", {}, "a.json: line 2: the array has no end, expected ]"],
  ["a.json", "[1]\n]", {}, "a.json: line 2: characters after the array, expected the end of the file"],
  ["a.json", "[1,\n]", {}, "a.json: line 2 is not JSON: Unexpected end of JSON input"],
  ["a.csv.gz", "a,b\n", {}, "a.csv.gz: not a whole gzip file (incorrect header check)"],
  ["a.txt", "", {}, "a.txt: unknown ending, expected .csv, .tsv, .json, .jsonl, .ndjson, or one of these and .gz"],
];

for (const [name, content, options, message] of PROBLEMS) {
  Deno.test(`RowFile throws: ${message}`, () => assertEquals(failure(name, content, options), message));
}

Deno.test("RowFile names the line that is not JSON", () => {
  assertEquals(failure("a.jsonl", "1\n{\n").startsWith("a.jsonl: line 2 is not JSON: "), true);
  assertEquals(failure("a.json", '[1,\n\n{"a": b}]').startsWith("a.json: line 3 is not JSON: "), true);
  assertEquals(
    failure("a.csv.gz", gzipSync(CSV).subarray(0, 30)).startsWith("a.csv.gz: not a whole gzip file ("),
    true,
  );
  const error = assertThrows(() => RowFile.open(table, new URL("file:///nowhere/a.csv"), {}, () => {}), TypeError);
  assertEquals(error.message, 'Cannot read rows from "/nowhere/a.csv": no such file');
});

Deno.test("RowFile has the reason of the system as the cause, and nothing that repeats its message", () => {
  const missing = assertThrows(() => RowFile.open(table, new URL("file:///nowhere/b.csv"), {}, () => {}), TypeError);
  assertEquals(missing.cause instanceof Deno.errors.NotFound, true);
  const uneven = assertThrows(() => open("a.csv", "a,b\n1\n"), TypeError);
  assertEquals(uneven.cause, undefined);
});

Deno.test("RowFile that could not be read uses no memory", () => {
  const before = table.dataEnd;
  failure("a.csv", `a,b\n${"1,2\n".repeat(1000)}3`);
  assertEquals(table.dataEnd, before);
  assertEquals(rows("a.csv", "a,b\n1,2\n").length, 1);
});

Deno.test("RowFile of 10,000 rows returns any of them", () => {
  const file = open("a.csv", `n,square\n${Array.from({ length: 10_000 }, (_, n) => `${n},${n * n}`).join("\n")}`);
  assertEquals(file.length, 10_000);
  for (const row of [0, 9_999, 5_000]) assertEquals(file.at(row), { n: `${row}`, square: `${row * row}` });
});
