import { assertEquals, assertStringIncludes } from "@std/assert";
import { displayWidth } from "../../lib/core/text.ts";
import { reportPage } from "../../lib/report/html/page.ts";
import { History } from "../../lib/report/html/history.ts";
import { markdownSummary } from "../../lib/report/markdown_reporter.ts";
import { valueTables } from "../../lib/report/value_tables.ts";
import { resultOf, summaryOf } from "../helpers/runs/run_result.ts";

const RESULT = resultOf(
  summaryOf(({ checks, measures }) => {
    checks.add("has a token", true);
    checks.add("has a token", false);
    measures.add("queue time", "ms", 80);
    measures.add("cart items", "", 3);
    measures.add("cart items", "", 4.5);
  }, 1000),
  { counters: [{ name: "paid", value: -2 }] },
);

Deno.test("valueTables() draws checks, measures and counters", () => {
  const tables = valueTables(RESULT, { width: 80, hasColor: false }).map((table) =>
    table.split("\n").map((line) => line.trim().split(/ {2,}/))
  );
  assertEquals(tables, [
    [["Check", "Passed", "Failed", "Pass rate"], ["has a token", "1", "1", "50.0%"]],
    [
      ["Measure", "Count", "Avg", "Min", "p50", "p95", "p99", "Max"],
      ["cart items", "2", "3.75", "3", "3", "4.5", "4.5", "4.5"],
      ["queue time", "1", "80.0ms", "80.0ms", "80.0ms", "80.0ms", "80.0ms", "80.0ms"],
    ],
    [["Counter", "Value"], ["paid", "-2"]],
  ]);
});

Deno.test("valueTables() cuts names to the width of the terminal, coloured or not", () => {
  const summary = summaryOf(({ checks, measures }) => {
    checks.add("a name that is long ".repeat(6), true);
    measures.add("another name that is long ".repeat(6), "ms", 1234.5);
  }, 1000);
  for (const hasColor of [true, false]) {
    const lines = valueTables(resultOf(summary), { width: 80, hasColor }).flatMap((table) => table.split("\n"));
    assertEquals(lines.map((line) => displayWidth(line)).filter((width) => width > 80), []);
    assertEquals(lines.filter((line) => line.includes("…")).length, 2);
  }
});

Deno.test("valueTables() draws nothing without any", () => {
  assertEquals(valueTables(resultOf(summaryOf(() => {}, 1000)), { width: 80, hasColor: false }), []);
});

Deno.test("the HTML report shows checks, measures and counters", () => {
  const page = reportPage(RESULT, new History());
  for (const heading of ["Checks", "Measures", "Counters"]) assertStringIncludes(page, `<h2>${heading}</h2>`);
  assertStringIncludes(page, '<td class="n">50.0%</td>');
});

Deno.test("measures have the percentiles of --percentiles in the table, the report and on a job page", () => {
  const summary = summaryOf(({ measures }) => {
    for (let value = 1; value <= 100; value++) measures.add("items", "", value);
  }, 1000);
  const percentiles = [10, 97.5];
  const [table] = valueTables(resultOf(summary), { width: 80, hasColor: false, percentiles });
  assertEquals(table!.split("\n").map((line) => line.trim().split(/ {2,}/)), [
    ["Measure", "Count", "Avg", "Min", "p10", "p97.5", "Max"],
    ["items", "100", "50.5", "1", "10", "98", "100"],
  ]);
  assertStringIncludes(reportPage(resultOf(summary), new History(), [], percentiles), '<td class="n">98</td>');
  assertStringIncludes(markdownSummary(resultOf(summary), percentiles), "| `items` | 100 | 50.5 | 1 | 10 | 98 | 100 |");
});
