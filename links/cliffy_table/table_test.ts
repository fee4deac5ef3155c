import { assertEquals } from "@std/assert";
import { red } from "@std/fmt/colors";
import { Column, Table } from "@cliffy/table";

const lines = (table: Table) => table.toString().split("\n").map((line) => line.trimEnd());

Deno.test("Table aligns columns by displayed width", () => {
  const table = new Table(["a", red("bbb"), 3], ["日本", "c", 44444]).header(["x", "y", "z"]).padding(2)
    .columns([{}, new Column().align("right"), { align: "right" }]);
  assertEquals(lines(table), ["x       y      z", `a     ${red("bbb")}      3`, "日本    c  44444"]);
});

Deno.test("Table wraps cells wider than a column may be, between words where it can", () => {
  const table = new Table(["one two three", 1], ["abcdefgh", 2]).columns([new Column().maxWidth(7).minWidth(7)]);
  assertEquals(lines(table), ["one two 1", "three", "abcdefg 2", "h"]);
});

Deno.test("Table of nothing is an empty text, body() replaces the rows", () => {
  assertEquals(new Table().toString(), "");
  assertEquals(lines(new Table(["old"]).body([["new"]]).indent(2)), ["  new"]);
});
