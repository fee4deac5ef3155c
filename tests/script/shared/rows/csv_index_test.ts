import { assertEquals, assertThrows } from "@std/assert";
import { parse } from "@std/csv/parse";
import { BlockWriter, IndexWriter } from "../../../../lib/script/shared/rows/block_writer.ts";
import { indexRecords, readHeader } from "../../../../lib/script/shared/rows/csv_index.ts";
import { recordFields, withoutLineEnd } from "../../../../lib/script/shared/rows/csv_record.ts";
import { createSharedMemory, SharedTable } from "../../../../lib/script/shared/shared_table.ts";
import { seededRandom } from "../../../helpers/random.ts";

const table = new SharedTable(createSharedMemory());

/** Returns header and records as the index finds them. */
function indexed(text: string, delimiter: string | null = ","): string[][] {
  const writer = new BlockWriter(table);
  writer.write(new TextEncoder().encode(text));
  const view = writer.view();
  writer.endBlock();
  const header = readHeader(view, delimiter);
  if (header === null) return [];
  const index = new IndexWriter(writer, () => {});
  indexRecords(view, header, index);
  index.flush();
  const starts = new Uint32Array(table.memory, writer.endBlock().at, index.length);
  const records = Array.from({ length: starts.length - 1 }, (_, row) => {
    const record = view.toString("utf8", starts[row], starts[row + 1]);
    return recordFields(withoutLineEnd(record), header.delimiter);
  });
  return [[...header.columns], ...records];
}

/** What @std/csv reads; `null` if it throws, or if the records differ in length. */
function reference(text: string): string[][] | null {
  try {
    const records = parse(text);
    return records.every(({ length }) => length === records[0]!.length) ? records : null;
  } catch {
    return null;
  }
}

function attempt(text: string): string[][] | null {
  try {
    return indexed(text);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return null;
  }
}

Deno.test("indexRecords() reads 5,000 generated files as @std/csv does, and rejects the same ones", () => {
  const random = seededRandom(12);
  const pieces = ["a", "é", " ", ",", ",", "\n", "\r\n", "\r", '"', '""', '"x"', '"x,\ny"', '"\r\n"', "𝄞"];
  let read = 0;
  for (let file = 0; file < 5_000; file++) {
    const length = Math.floor(random() * 12);
    const body = Array.from({ length }, () => pieces[Math.floor(random() * pieces.length)]).join("");
    const text = (file % 2 === 0 ? "p,q\n" : "p\r\n") + body;
    const expected = reference(text);
    assertEquals(attempt(text), expected, JSON.stringify(text));
    if (expected !== null && expected.length > 1) read++;
  }
  assertEquals(read > 500, true, `${read} files have records`);
});

Deno.test("indexRecords() reads generated quoted records back", () => {
  const random = seededRandom(7);
  const pieces = ["a", "ü", ",", '"', "\n", " ", "\r", "中", ""];
  for (let file = 0; file < 500; file++) {
    const records = Array.from(
      { length: 5 },
      () =>
        Array.from(
          { length: 3 },
          () => Array.from({ length: 4 }, () => pieces[Math.floor(random() * pieces.length)]).join(""),
        ),
    );
    const quoted = (field: string) => `"${field.replaceAll('"', '""')}"`;
    const text = ["a,b,c", ...records.map((record) => record.map(quoted).join(","))].join("\r\n");
    const expected = records.map((record) => record.map((field) => field.replaceAll("\r\n", "\n")));
    assertEquals(indexed(text), [["a", "b", "c"], ...expected]);
  }
});

const DELIMITERS: [text: string, delimiter: string | null, records: string[][]][] = [
  ["a,b\n1,2", null, [["a", "b"], ["1", "2"]]],
  ["a;b\n1,5;2", null, [["a", "b"], ["1,5", "2"]]],
  ["a\tb\n1 \t2", null, [["a", "b"], ["1 ", "2"]]],
  ["a|b\n1|2", null, [["a", "b"], ["1", "2"]]],
  ['"a,x";b\n1;2', null, [["a,x", "b"], ["1", "2"]]],
  ["a\n1,5", ";", [["a"], ["1,5"]]],
  ['"a;b"\n1,5', ";", [["a;b"], ["1,5"]]],
  ['"a;b"\n1', null, [["a;b"], ["1"]]],
  ['"a;b"\n1', ",", [["a;b"], ["1"]]],
  ["a:b;c\n1:2", ":", [["a", "b;c"], ["1", "2"]]],
  ["\r\n\n  name ,\tage\t\n\nada,36\n\n\r\nbob,1\n\n", ",", [["name", "age"], ["ada", "36"], ["bob", "1"]]],
];

for (const [text, delimiter, records] of DELIMITERS) {
  Deno.test(`readHeader() of ${JSON.stringify(text)} with delimiter ${JSON.stringify(delimiter)}`, () => {
    assertEquals(indexed(text, delimiter), records);
  });
}

const PROBLEMS: [text: string, delimiter: string | null, message: string][] = [
  ["a,b\n1,2\n\n3\n", null, "line 4: 1 field, expected 2 as in the header"],
  ["a,b\n1,2,3", null, "line 2: 3 fields, expected 2 as in the header"],
  ['a,b\n"1\n\n",2\n3', null, "line 5: 1 field, expected 2 as in the header"],
  ["\na,a\n1,2", null, 'line 2: column "a" occurs twice in the header'],
  ["a, a\n1,2", null, 'line 1: column "a" occurs twice in the header'],
  ["a, ,b\n", null, "line 1: column 2 of the header has no name"],
  ["a,b,\n1,2,3", null, "line 1: column 3 of the header has no name"],
  [
    "a;b\n1;2",
    ",",
    'line 1: the header is one column that holds ";", expected { delimiter: ";" }, or quotes around the name if it is one column',
  ],
  [
    "a\tb\n",
    ",",
    'line 1: the header is one column that holds "\\t", expected { delimiter: "\\t" }, or quotes around the name if it is one column',
  ],
  ["a,b;c\n1,2", null, 'line 1: the header holds "," and ";", expected an option such as { delimiter: "," }'],
  ['a,b\n1,2\nx"y,3', null, 'line 3: a quote inside a field, expected "…""…" around the whole field'],
  ['a,b\n1,"2"x\n', null, 'line 2: characters after a closing quote, expected ","'],
  ['a,b\n1,2\n"3\n4,', null, "line 3: a quoted field has no end, expected a closing quote"],
  ["a\0,\0b\0\n", null, "line 1: the header holds a NUL, expected UTF-8, or UTF-16 with a byte order mark"],
];

for (const [text, delimiter, message] of PROBLEMS) {
  Deno.test(`a CSV file ${JSON.stringify(text)} is rejected with the line`, () => {
    assertEquals(assertThrows(() => indexed(text, delimiter), TypeError).message, message);
  });
}
