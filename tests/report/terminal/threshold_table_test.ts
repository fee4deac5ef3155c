import { assertEquals } from "@std/assert";
import { thresholdTable } from "../../../lib/report/terminal/threshold_table.ts";

const NAME = "GET /shops/:shop/items/:item/reviews/:review/answers/:answer";
const RESULTS = [
  { expression: "p95 < 500ms", verdict: "pass", actual: "12.0ms" },
  { expression: `${NAME} failures < 1%`, verdict: "no data", actual: null },
] as const;

Deno.test("thresholdTable() breaks long expressions and never the other columns", () => {
  assertEquals(thresholdTable(RESULTS, { width: 60, hasColor: false }).split("\n").map((line) => line.trimEnd()), [
    " Verdict  Threshold                                 Measured",
    " pass     p95 < 500ms                               12.0ms",
    " no data  GET                                       -",
    "          /shops/:shop/items/:item/reviews/:review",
    "          /answers/:answer failures < 1%",
  ]);
});

for (const width of [120, 100, 80, 60, 40]) {
  Deno.test(`thresholdTable() fits a terminal of ${width} columns`, () => {
    const lines = thresholdTable(RESULTS, { width, hasColor: false }).split("\n");
    assertEquals(lines.filter((line) => line.length > width), []);
  });
}

Deno.test("thresholdTable() keeps expressions whole without a terminal", () => {
  const lines = thresholdTable(RESULTS, { width: Infinity, hasColor: false }).split("\n");
  assertEquals(lines[2]!.trimEnd(), ` no data  ${NAME} failures < 1%  -`);
});
