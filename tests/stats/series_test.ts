// Status codes, and rows outside the total.

import { assertEquals } from "@std/assert";
import { Recorder } from "../../lib/stats/recorder.ts";
import { summarize } from "../../lib/stats/summary.ts";
import { Totals } from "../../lib/stats/totals.ts";
import { summaryOf } from "../helpers/runs/run_result.ts";
import { seededRandom } from "../helpers/random.ts";

Deno.test("a row has counts by status, without samples that have no status; codes outside 100–599 are pooled", () => {
  const { rows, total } = summaryOf((recorder) => {
    const series = recorder.series("GET", "/");
    for (const status of [503, 200, 200, 0, 999, 600, 99, 200, 503, 599, 100]) series.record(1, false, 0, 0, status);
    recorder.series("GET", "/b").record(1, false, 0, 0, 204);
    recorder.series("CUSTOM", "step").record(1, false, 0);
  }, 1000);
  assertEquals(rows.map(({ statuses }) => statuses), [{ 100: 1, 200: 3, 503: 2, 599: 1, other: 3 }, { 204: 1 }, {}]);
  assertEquals(total.statuses, { 100: 1, 200: 3, 204: 1, 503: 2, 599: 1, other: 3 });
});

Deno.test("counts by status are exact for any division into deltas and workers", () => {
  const random = seededRandom(5);
  const expected: Record<string, number> = {};
  const [workers, totals] = [[new Recorder(), new Recorder()], new Totals()];
  for (let turn = 0; turn < 5000; turn++) {
    const status = [200, 200, 200, 404, 503][Math.floor(random() * 5)]!;
    expected[status] = (expected[status] ?? 0) + 1;
    const worker = workers[Math.floor(random() * 2)]!;
    worker.series("GET", "/").record(1, status >= 400, 0, 0, status);
    if (random() < 0.01) totals.add(structuredClone(worker.takeDelta()));
  }
  for (const worker of workers) totals.add(structuredClone(worker.takeDelta()));
  assertEquals(summarize(totals, 1000).total.statuses, expected);
});

Deno.test("a row that is not in Total has its own figures and does not affect Total", () => {
  const { rows, total, errors } = summaryOf((recorder) => {
    recorder.series("GET", "/").record(1, false, 10, 0, 200);
    const outside = recorder.series("CUSTOM", "report", "", false);
    outside.record(5000, true, 100);
    outside.error("slow").add(0);
  }, 1000);
  assertEquals(rows.map(({ name, inTotal, count, ratePerSecond }) => [name, inTotal, count, ratePerSecond]), [
    ["/", true, 1, 1],
    ["report", false, 1, 1],
  ]);
  assertEquals([total.count, total.failures, total.maxMs, total.bytesReceived, total.ratePerSecond], [1, 0, 1, 10, 1]);
  assertEquals(errors.map(({ name, count }) => [name, count]), [["report", 1]]);
});

Deno.test("a row that is not in Total is separate from one of the same name that is", () => {
  const { rows, total } = summaryOf((recorder) => {
    recorder.series("CUSTOM", "step").record(1, false, 0);
    recorder.series("CUSTOM", "step", "", false).record(3, false, 0);
  }, 1000);
  assertEquals(rows.map(({ inTotal, maxMs }) => [inTotal, maxMs]), [[true, 1], [false, 3]]);
  assertEquals(total.maxMs, 1);
});
