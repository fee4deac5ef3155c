import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { runFigures } from "../../lib/report/compare/run_file.ts";
import { renderReport } from "../../lib/web/downloads.ts";
import { LiveRun, MAX_LOG_LINES, MAX_NOTES } from "../../lib/web/live_run.ts";
import { pagePercentiles, type RunMessage, type ViewMessage } from "../../lib/web/protocol.ts";
import { INFO, plainSummary, resultOf, summaryOf, viewAt } from "../helpers/runs/run_result.ts";

/** A run and the events it sends. */
function liveRun() {
  const sent: [type: string, data: unknown][] = [];
  const run = new LiveRun(1, { send: (type, data) => void sent.push([type, structuredClone(data)]) }, 1000);
  const last = <T>(type: string) => sent.filter((one) => one[0] === type).at(-1)![1] as T;
  return { run, sent, last };
}

Deno.test("LiveRun sends all rows once, then those that changed", () => {
  const { run, last } = liveRun();
  run.onStart(INFO);
  const rows = (counts: readonly number[]) =>
    summaryOf((recorder) => {
      counts.forEach((count, row) => {
        for (let sample = 0; sample < count; sample++) recorder.series("GET", `/${row}`).record(1, false, 10);
      });
    }, 1000);
  const view = (atMs: number, counts: readonly number[], interval: readonly number[]) =>
    run.onView({ ...viewAt(atMs), overall: rows(counts), interval: rows(interval) });
  const changed = () =>
    last<ViewMessage>("view").rows.map(({ id, count, ratePerSecond }) => [id, count, ratePerSecond]);
  view(1000, [2, 1], [2, 1]);
  assertEquals(changed(), [[0, 2, 2], [1, 1, 1]]);
  view(2000, [2, 3], [0, 2]);
  assertEquals(changed(), [[0, 2, 0], [1, 3, 2]], "the rate of the first one has fallen");
  view(3000, [2, 3, 4], [0, 0, 4]);
  assertEquals(changed(), [[1, 3, 0], [2, 4, 4]]);
  assertEquals(run.message().view!.rows.map(({ count }) => count), [2, 3, 4]);
});

Deno.test("LiveRun keeps a row that is in Total apart from one of the same name that is not", () => {
  const { run } = liveRun();
  run.onStart(INFO);
  const both = summaryOf((recorder) => {
    recorder.series("GET", "/").record(1, false, 10);
    recorder.series("GET", "/", "", false).record(1, false, 10);
    recorder.series("GET", "/", "", false).record(1, false, 10);
  }, 1000);
  run.onView({ ...viewAt(1000), overall: both, interval: both });
  assertEquals(run.message().view!.rows.map(({ inTotal, count }) => [inTotal, count]), [[true, 1], [false, 2]]);
});

Deno.test("LiveRun sends errors only when they have changed", () => {
  const { run, last } = liveRun();
  run.onStart(INFO);
  run.onView(viewAt(1000));
  assertEquals(last<ViewMessage>("view").errors!.length, 1);
  const view = viewAt(1000);
  run.onView({ ...view, elapsedMs: 2000 });
  run.onView({ ...view, elapsedMs: 3000 });
  assertEquals(last<ViewMessage>("view").errors, null);
});

Deno.test("LiveRun shows checks and measures, while the run lasts and after it", () => {
  const { run, last } = liveRun();
  run.onStart(INFO);
  const summary = summaryOf(({ checks, measures }) => {
    checks.add("has a token", true);
    measures.add("cart items", "", 3);
  }, 1000);
  const cells = (view: ViewMessage) => view.tables.map(({ caption, rows }) => [caption, ...rows.map(([name]) => name)]);
  run.onView(viewAt(1000));
  assertEquals(last<ViewMessage>("view").tables, []);
  run.onView({ ...viewAt(2000), overall: summary });
  const wanted = [["Checks", "has a token"], ["Measures", "cart items"]];
  assertEquals(cells(last<ViewMessage>("view")), wanted);
  run.onResult(resultOf(summary));
  assertEquals(cells(last<RunMessage>("end").view!), wanted);
});

Deno.test("LiveRun has points of the total and of each row, and none of a row that is not there", () => {
  const { run } = liveRun();
  run.onStart(INFO);
  run.onView(viewAt(1000));
  run.onView(viewAt(2000));
  assertEquals(run.points(-1, -1)!.map(({ at, rate }) => [at, rate]), [[1, 5], [2, 5]]);
  assertEquals(run.points(0, 1)!.map(({ at }) => at), [2], "only what came after");
  assertEquals([run.points(7, -1), run.points(NaN, -1)], [null, null]);
});

Deno.test("LiveRun keeps eight hours of 1,000 rows in bounded memory", () => {
  const { run } = liveRun();
  run.onStart(INFO);
  const interval = summaryOf((recorder) => {
    for (let row = 0; row < 1000; row++) recorder.series("GET", `/${row}`).record(1, false, 10);
  }, 1000);
  for (let second = 1; second <= 120; second++) run.onView({ ...viewAt(second * 1000), overall: interval, interval });
  for (const id of [0, 500, 999]) {
    const points = run.points(id, -1)!;
    assert(points.length <= 40, `${points.length} points of row ${id}`);
    assertEquals(points.at(-1)!.at, 120);
  }
  assertEquals(run.points(-1, -1)!.length, 120);
});

Deno.test("LiveRun shows the means of the summary after the end", () => {
  const { run, last } = liveRun();
  run.onStart(INFO);
  run.onView(viewAt(1000));
  run.onResult(resultOf(plainSummary(30, 10_000), { exitCode: 99, warnings: ["doubtful"] }));
  const { view, outcome } = last<RunMessage>("end");
  assertEquals([view!.total.ratePerSecond, view!.total.count, outcome!.exitCode, outcome!.warnings], [
    3,
    30,
    99,
    ["doubtful"],
  ]);
  assertEquals(run.entry(), { id: 1, startedAtMs: 1000, requests: 30, failures: 1, p95Ms: 1, exitCode: 99 });
});

Deno.test("LiveRun limits its log and its notes", () => {
  const { run } = liveRun();
  for (let line = 0; line < MAX_LOG_LINES + 10; line++) run.addLog("info", String(line), line);
  assertEquals([run.message().log.length, run.message().log[0]!.text], [MAX_LOG_LINES, "10"]);
  for (let note = 0; note < MAX_NOTES; note++) run.addNote(String(note));
  assertThrows(() => run.addNote("one more"), RangeError, `${MAX_NOTES} are the most`);
});

Deno.test("the JSON of a finished run has its figures over time, so that it can be a baseline; a running one has none", () => {
  const run = new LiveRun(1, { send: () => {} }, 0);
  run.onStart(INFO);
  run.onView(viewAt(1000));
  assertEquals(renderReport("json", run), null);
  run.onResult(resultOf(plainSummary(5, 1000)));
  assertEquals(runFigures(JSON.parse(renderReport("json", run)!)).rows[0]!.history.counts, [5]);
});

Deno.test("LiveRun tells how the run compares with earlier ones", () => {
  const sent: RunMessage[] = [];
  const run = new LiveRun(1, { send: (type, data) => void (type === "end" && sent.push(data as RunMessage)) }, 0);
  const comparison = { title: "Comparison", columns: ["Row"], lines: [], notes: ["No row is worse"] };
  run.onResult({ ...resultOf(plainSummary(1, 1000)), comparison });
  run.onResult(resultOf(plainSummary(1, 1000)));
  assertEquals(sent.map(({ outcome }) => outcome!.comparison), [comparison, null]);
});

Deno.test("LiveRun has the percentiles that --percentiles asks for, beside those that the page always offers", () => {
  const percentiles = pagePercentiles([50, 97]);
  assertEquals(percentiles.offered, [50, 75, 90, 95, 97, 99, 99.9, 99.99]);
  const run = new LiveRun(1, { send: () => {} }, 0, percentiles);
  run.onStart(INFO);
  run.onView(viewAt(1000));
  run.onResult(resultOf(plainSummary(1, 1000)));
  assertEquals(run.message().view!.total.percentilesMs.length, 8);
  assertEquals(run.message().points[0]!.percentilesMs!.length, 8);
  assertStringIncludes(renderReport("csv", run)!, ",rate,p50_ms,p97_ms,max_ms,");
  assertStringIncludes(renderReport("html", run)!, ">p97</th>");
  assertEquals(Object.keys(JSON.parse(renderReport("json", run)!).total.percentiles), ["50", "97"]);
});

Deno.test("LiveRun shows what a row had in earlier runs, and the total", () => {
  const run = new LiveRun(1, { send: () => {} }, 0);
  const before = {
    method: "GET",
    name: "/",
    userClass: "",
    inTotal: true,
    p95Ms: 7.123,
    failureRatio: 0.5,
    ratePerSecond: 3,
  };
  run.onStart({ ...INFO, before: [before, { ...before, method: "", name: "Total", p95Ms: 9 }] });
  run.onView(viewAt(1000));
  const { rows, total } = run.message().view!;
  assertEquals([rows[0]!.before, total.before!.p95Ms], [{ p95Ms: 7.12, failureRatio: 0.5, ratePerSecond: 3 }, 9]);
});
