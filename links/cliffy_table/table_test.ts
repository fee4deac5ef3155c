import { assertEquals } from "@std/assert";
import { bold, red } from "@std/fmt/colors";
import { Column, Table } from "@cliffy/table";

const lines = (table: Table) => table.toString().split("\n").map((line) => line.trimEnd());

Deno.test("Table aligns columns by displayed width, and its titles to the left", () => {
  const table = new Table(["a", red("bbb"), 3], ["日本", "c", 44444]).header(["x", "y", "z"]).padding(2)
    .columns([{}, new Column().align("right"), { align: "right" }]);
  assertEquals(lines(table), ["x     y    z", `a     ${red("bbb")}      3`, "日本    c  44444"]);
});

Deno.test("Table wraps cells wider than a column may be, between words where it can", () => {
  const table = new Table(["one two three", 1], ["abcdefgh", 2]).columns([new Column().maxWidth(7).minWidth(7)]);
  assertEquals(lines(table), ["one two 1", "three", "abcdefg 2", "h"]);
});

Deno.test("Table sizes a column of limited width by the first words of its lines", () => {
  const table = new Table(["a bb", "|"], ["one/very/long/word follows", "|"]).columns([new Column().maxWidth(20)]);
  assertEquals(lines(table), ["a bb               |", "one/very/long/word |", "follows"]);
});

Deno.test("Table closes the styles of a line that is broken, and opens them again in the next one", () => {
  const table = new Table([bold(red("aa bb"))]).columns([new Column().maxWidth(2)]);
  assertEquals(lines(table), [bold(red("aa")), bold(red("bb"))]);
});

Deno.test("Table of nothing is an empty string, body() replaces the rows", () => {
  assertEquals(new Table().toString(), "");
  assertEquals(lines(new Table(["old"]).body([["new"]]).indent(2)), ["  new"]);
});
