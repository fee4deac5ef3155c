// The percentiles that reports show.

import { assert, assertEquals, assertThrows } from "@std/assert";
import { summaryJson } from "../../lib/report/json/summary_json.ts";
import { markdownSummary } from "../../lib/report/markdown_reporter.ts";
import { parsePercentiles } from "../../lib/report/percentiles.ts";
import { statsTable } from "../../lib/report/stats_table.ts";
import { reportPage } from "../../lib/report/html/page.ts";
import { History } from "../../lib/report/html/history.ts";
import { resultOf, summaryOf } from "../helpers/runs/run_result.ts";

const PERCENTILES = [50, 90, 99.9];
const result = resultOf(summaryOf((recorder) => {
  for (let ms = 1; ms <= 100; ms++) recorder.series("GET", "/").record(ms, false, 1);
}, 1000));

Deno.test("parsePercentiles() returns the numbers in ascending order, each once", () => {
  assertEquals(parsePercentiles("99.9, 50,p90,50"), PERCENTILES);
});

Deno.test("parsePercentiles() throws for what is not a list of percentiles", () => {
  for (const text of ["", "50,", "0", "101", "-1", "1e1", "x", Array.from({ length: 11 }, (_, n) => n + 1).join()]) {
    assertThrows(() => parsePercentiles(text), RangeError, "expected", text);
  }
});

Deno.test("each report has the percentiles asked for in place of the usual ones", () => {
  const table = statsTable(result.summary, { width: 200, hasColor: false, percentiles: PERCENTILES });
  assert(/ p50 +p90 +p99\.9 +Max /.test(table), table);
  assert(markdownSummary(result, PERCENTILES).includes("| p50 | p90 | p99.9 | Max |"));
  const page = reportPage(result, new History(), [], PERCENTILES);
  assert(page.includes("<span>p99.9</span>") && !page.includes("<span>p95</span>"));
});

Deno.test("the JSON has percentiles by number, those of the table by default", () => {
  const { percentiles } = summaryJson(result).total as { percentiles: Record<string, number> };
  assertEquals(Object.keys(percentiles), ["50", "95", "99"]);
  const asked = summaryJson(result, PERCENTILES).total as { percentiles: Record<string, number> };
  assertEquals(Object.keys(asked.percentiles), ["50", "90", "99.9"]);
  assert(Math.abs(asked.percentiles["90"]! - 90) <= 0.9);
});

Deno.test("a narrow live table leaves out percentiles asked for before the usual ones", () => {
  const widest = new Map<string, number>();
  const table = statsTable(result.summary, { width: 52, hasColor: false, percentiles: PERCENTILES, widest });
  assert(/p50/.test(table) && !/p99\.9/.test(table), table);
});
