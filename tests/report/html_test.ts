import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import { History, MAX_POINTS } from "../../lib/report/html/history.ts";
import { HtmlReporter } from "../../lib/report/html/html_reporter.ts";
import { optionRows } from "../../lib/report/html/option_rows.ts";
import { reportPage, reportTitle } from "../../lib/report/html/page.ts";
import { Recorder } from "../../lib/stats/recorder.ts";
import { summarize } from "../../lib/stats/summary.ts";
import { Totals } from "../../lib/stats/totals.ts";
import { INFO, plainSummary, resultOf, summaryOf, viewAt } from "../helpers/runs/run_result.ts";

const EVIL = `</script><script>alert("1 & 2")</script>`;

Deno.test("reportPage() has the title and the figures of the summary, and loads nothing (PARITY 55, 64)", () => {
  const page = reportPage(resultOf(plainSummary(30, 10_000)), new History());
  assert(page.startsWith("<!doctype html>"));
  assertStringIncludes(page, "2026-01-02 03:04:05.67 – 03:04:15.70 (10.00s, target user count: 2)");
  assertMatch(page, /<td>GET<\/td><td class="t">\/<\/td><td class="n">30<\/td><td class="n">1 \(3\.3%\)<\/td>/);
  assertMatch(page, /<tfoot>.*<td class="t">Total<\/td><td class="n">30<\/td>.*3\.00\/s<\/td>.*<\/tfoot>/);
  assertMatch(page, /<td class="t">404 Not Found<\/td><td class="n">1<\/td>/);
  assertMatch(page, /<td>duration<\/td><td class="t">10s<\/td>/);
  assert(!/(?:src|href)=|@import|url\(/.test(page), "nothing is loaded from elsewhere");
});

Deno.test("reportPage() escapes every name, message and option", () => {
  const summary = summaryOf((recorder) => {
    recorder.series(EVIL, EVIL).record(1, true, 0);
    recorder.series(EVIL, EVIL).error(EVIL).add(0);
  }, 1000);
  const info = { ...INFO, subject: EVIL, options: { host: EVIL } };
  const page = reportPage(resultOf(summary, { info, reason: EVIL, problems: [EVIL] }), new History());
  assert(!page.includes(`<script>alert`));
  assertEquals(page.split("&lt;/script&gt;&lt;script&gt;alert(&quot;1 &amp; 2&quot;)").length - 1, 9);
});

Deno.test("a report of the open model has the class of each row in both tables of times", () => {
  const recorder = new Recorder(true);
  for (const userClass of ["Buyer", "Payer"]) recorder.series("GET", "/", userClass).record(1, false, 0, 5);
  const totals = new Totals();
  totals.add(structuredClone(recorder.takeDelta()));
  const page = reportPage(resultOf(summarize(totals, 1000)), new History());
  for (const userClass of ["Buyer", "Payer"]) {
    assertEquals(page.split(`<td>${userClass}</td><td>GET</td><td class="t">/</td>`).length - 1, 2, userClass);
  }
});

Deno.test("a report highlights thresholds that did not pass", () => {
  const threshold = (verdict: "pass" | "fail" | "no data") => ({ expression: verdict, verdict, actual: null });
  const thresholds = (["pass", "fail", "no data"] as const).map(threshold);
  const page = reportPage(resultOf(plainSummary(1, 1000), { thresholds }), new History());
  assertEquals(page.match(/<tr class="bad"><td>(?:fail|no data)<\/td>/g)?.length, 2);
  assertStringIncludes(page, "<tr><td>pass</td>");
});

Deno.test("a report has the status codes of each row, errors with times and examples, and marks rows not in Total", () => {
  const at = INFO.startedAt.getTime();
  const page = reportPage(
    resultOf(summaryOf((recorder) => {
      const series = recorder.series("GET", "/a");
      for (const status of [200, 200, 503, 0]) series.record(1, status !== 200, 0, 0, status);
      series.error("503 Service Unavailable").add(at + 1000);
      series.userError("item 17 is gone").add(at + 2000);
      series.userError("item 18 is gone").add(at + 3000);
      recorder.series("CUSTOM", "audit", "", false).record(1, false, 0);
    }, 1000)),
    new History(),
  );
  const cells = (values: readonly string[]) => values.map((value) => `<td class="n">${value}</td>`).join("");
  assertStringIncludes(page, `<td>GET</td><td class="t">/a</td>${cells(["2", "1", "1"])}</tr>`);
  assertStringIncludes(page, `<td>GET /a</td><td>503 Service Unavailable</td><td class="t"></td><td class="n">1</td>`);
  assertStringIncludes(
    page,
    `<td>GET /a</td><td>item {n} is gone</td><td class="t">item 17 is gone</td>${
      cells(["2", "03:04:07.67", "03:04:08.67"])
    }`,
  );
  assertStringIncludes(page, `<td class="t">audit (not in Total)</td>`);
});

Deno.test("optionRows() returns options in readable form, without those that are not set", () => {
  const rows = optionRows({
    arrivalRatePerSecond: 100,
    maxLatenessMs: 1500,
    groupByClass: true,
    only: ["A", "B"],
    iterations: null,
    thresholds: [],
    stages: [{ durationMs: 1, target: 2 }],
  });
  assertEquals(rows, [
    ["arrival rate", "100.00/s"],
    ["max lateness", "1.5s"],
    ["group by class", "yes"],
    ["only", "A, B"],
    ["stages", '[{"durationMs":1,"target":2}]'],
  ]);
});

Deno.test("reportTitle() has the planned number of users in one phrase", () => {
  assertMatch(reportTitle(resultOf(plainSummary(0, 0), { loadMs: 0 })), / \(0\.00s, target user count: 2\)$/);
});

Deno.test("a report of the open model has a chart of late and dropped arrivals, one of the closed model has none", () => {
  const arrivals = { started: 8, ratePerSecond: 1, late: 3, dropped: 2, lateness: { ...plainSummary(1, 1).total } };
  const open = { ...plainSummary(8, 10_000), arrivals };
  const history = new History();
  history.add(viewAt(1000, open));
  assertEquals(history.points().map(({ late, dropped }) => [late, dropped]), [[3, 2]]);
  assertStringIncludes(reportPage(resultOf(open), history), 'id="chart-arrivals"');
  assertEquals(reportPage(resultOf(plainSummary(8, 10_000)), history).includes('id="chart-arrivals"'), false);
});

Deno.test("History keeps the users that were wanted before the order to stop, after which none are", () => {
  const history = new History();
  history.begin({ targetUsers: 9 });
  history.add({ ...viewAt(1000), users: 4, targetUsers: 5 });
  history.add({ ...viewAt(2000), users: 3, targetUsers: 0, stopping: "enough" });
  assertEquals(history.points().map(({ users, targetUsers }) => [users, targetUsers]), [[4, 5], [3, 5]]);
});

Deno.test("History derives percentiles of each span, null if no request completed", () => {
  const history = new History();
  history.add(viewAt(1000, plainSummary(5, 1000)));
  history.add(viewAt(2000, plainSummary(0, 1000)));
  assertEquals(history.points(), [
    { at: 1, users: 2, targetUsers: 2, rate: 5, failures: 1, p50: 1, p95: 1, p99: 1, late: 0, dropped: 0 },
    { at: 2, users: 2, targetUsers: 2, rate: 0, failures: 0, p50: null, p95: null, p99: null, late: 0, dropped: 0 },
  ]);
});

/** Returns the history of a run with one request per second, alternately fast and slow. */
function alternatingHistory(seconds: number): History {
  const history = new History();
  const [fast, slow] = [1, 100].map((ms) =>
    summaryOf((recorder) => recorder.series("GET", "/").record(ms, false, 0), 1000)
  );
  const view = viewAt(0);
  for (let second = 1; second <= seconds; second++) {
    history.add({ ...view, elapsedMs: second * 1000, interval: second % 2 ? fast! : slow! });
  }
  return history;
}

Deno.test("History of ten hours is bounded and merges counts, not percentiles", () => {
  const points = alternatingHistory(36_000).points();
  assert(points.length <= MAX_POINTS && points.length > MAX_POINTS / 2);
  assertEquals(points.at(-1)!.at, 36_000);
  for (const { rate, p50, p99 } of points) {
    assertEquals([rate, p50], [1, 1]);
    assertAlmostEquals(p99!, 100, 1);
  }
});

Deno.test("the charts of a long run cover all of it in spans of equal length", () => {
  for (const [seconds, width] of [[1800, 1], [1802, 2], [3600, 2], [28_800, 16], [86_400, 64]] as const) {
    const history = alternatingHistory(seconds);
    const ends = history.points().map(({ at }) => at);
    const widths = ends.map((end, index) => end - (ends[index - 1] ?? 0));
    assertEquals(new Set(widths), new Set([width]), `${seconds} s`);
    assertEquals(history.spanMs, width * 1000);
  }
});

Deno.test("the rest of a run after its last whole second is in the charts without a peak", () => {
  for (
    const [ms, last] of [[20, [2.02, 2, 21.57, 1.96]], [600, [2.6, 2, 13.75, 1.25]], [1200, [
      3.2,
      2,
      10,
      0.83,
    ]]] as const
  ) {
    const history = new History();
    for (const second of [1, 2]) history.add(viewAt(second * 1000, plainSummary(10, 1000)));
    history.add({ ...viewAt(2000 + ms, plainSummary(12, ms)), users: 0, stopping: "enough" });
    const figures = history.points().map(({ at, users, rate, failures }) => [at, users, rate, failures]);
    assertEquals(figures.slice(0, -1), ms < 1000 ? [[1, 2, 10, 1]] : [[1, 2, 10, 1], [2, 2, 10, 1]]);
    assertEquals(figures.at(-1), [...last]);
  }
});

Deno.test("a last second that reports cover mostly is a separate point", () => {
  const history = new History();
  for (const second of [1, 2]) history.add(viewAt(second * 1000, plainSummary(10, 1000)));
  history.add({ ...viewAt(3000, plainSummary(9, 900)), users: 0, stopping: "enough" });
  assertEquals(history.points().map(({ at, rate }) => [at, rate]), [[1, 10], [2, 10], [3, 10]]);
});

Deno.test("a run of less than a second is in the charts, with its planned users", () => {
  const history = new History();
  history.begin(INFO);
  history.add({ ...viewAt(400, plainSummary(8, 400)), users: 0, stopping: "enough" });
  assertEquals(history.points(), [{
    at: 0.4,
    users: 2,
    targetUsers: 2,
    rate: 20,
    failures: 2.5,
    p50: 1,
    p95: 1,
    p99: 1,
    late: 0,
    dropped: 0,
  }]);
});

Deno.test("a report states the length of the spans of its charts", () => {
  const footerOf = (seconds: number) =>
    reportPage(resultOf(plainSummary(1, 1000)), alternatingHistory(seconds)).match(/in the charts, (.*?)\.\s/)?.[1];
  assertEquals(footerOf(60), "over each second");
  assertEquals(footerOf(7200), "over spans of 4s");
});

Deno.test("HtmlReporter creates the folder, reports early that a file cannot be written, and writes at the end (PARITY 11, 50)", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/a/b/report.html`;
  const reporter = new HtmlReporter(path);
  await reporter.check();
  reporter.onView(viewAt(1000));
  await reporter.onResult(resultOf(plainSummary(3, 1000)));
  assertMatch(await Deno.readTextFile(path), /^<!doctype html>/);
  const error = await assertRejects(() => new HtmlReporter(folder).check("--html-report"), UsageError);
  assertMatch(error.message, /^Cannot use --html-report ".*": is a directory/);
  await Deno.remove(folder, { recursive: true });
});
