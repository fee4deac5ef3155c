import { assertEquals, assertMatch } from "@std/assert";
import { progressBar, sparkline, Trend } from "../../../lib/report/terminal/trend.ts";
import { plainSummary, viewAt } from "../../helpers/runs/run_result.ts";

Deno.test("sparkline() returns heights relative to the greatest value", () => {
  assertEquals(sparkline([0, 1, 2, 3, 4, 5, 6, 7, 8]), "▁▂▃▄▅▆▇██");
  assertEquals(sparkline([5, null, 5]), "█ █");
  assertEquals(sparkline([0, 0]), "▁▁");
  assertEquals(sparkline([]), "");
});

Deno.test("progressBar() fills with the planned time and never overflows", () => {
  const bar = (elapsedMs: number, plannedMs: number) => progressBar({ elapsedMs }, { plannedMs });
  assertEquals(bar(0, 1000), "░".repeat(20));
  assertEquals(bar(500, 1000), "█".repeat(10) + "░".repeat(10));
  assertEquals(bar(5000, 1000), "█".repeat(20));
  assertEquals([bar(5000, Infinity), bar(0, 0)], ["", ""]);
});

Deno.test("Trend shows rate and p95 of the last seconds, within the width", () => {
  const trend = new Trend();
  assertEquals(trend.parts(100), []);
  trend.add(viewAt(1000, plainSummary(5, 1000)));
  assertEquals(trend.parts(100), [], "one second has no trend");
  trend.add(viewAt(2000, plainSummary(10, 1000)));
  trend.add(viewAt(3000, plainSummary(0, 1000)));
  assertEquals(trend.parts(100), ["rate ▅█▁ 0.00/s", "p95 ██  -"]);
  for (let second = 4; second < 500; second++) trend.add(viewAt(second * 1000, plainSummary(5, 1000)));
  for (const width of [40, 60, 80, 200]) {
    const line = trend.parts(width).join("  ");
    assertEquals(line.length <= width, true, `${width}: ${line}`);
    assertMatch(line, /^$|^rate █{8,40} 5\.00\/s {2}p95 █{8,40} 1\.0ms$/);
  }
  assertEquals(trend.parts(20), []);
});
