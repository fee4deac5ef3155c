// A run and the earlier runs it is compared with.

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { UsageError } from "../../../lib/core/errors.ts";
import { Baseline, comparisonOf } from "../../../lib/report/compare/baseline.ts";
import { differencesOf } from "../../../lib/report/compare/differences.ts";
import { readRunFile, runFigures } from "../../../lib/report/compare/run_file.ts";
import { RowHistories } from "../../../lib/report/json/row_histories.ts";
import { jsonText, summaryJson } from "../../../lib/report/json/summary_json.ts";
import type { RunInfo, RunResult, RunView } from "../../../lib/stats/run_model.ts";
import { INFO, resultOf, summaryOf, viewAt } from "../../helpers/runs/run_result.ts";
import { simulatedRun } from "../../helpers/runs/simulated_run.ts";

/** Returns the views and the result of a run of 20 s whose requests take so long. */
function runOf(ms: number, changes: Partial<RunResult> = {}): { views: RunView[]; result: RunResult } {
  const summary = (seconds: number) =>
    summaryOf((recorder) => {
      for (let count = 0; count < 50 * seconds; count++) recorder.series("GET", "/").record(ms + count % 7, false, 100);
    }, seconds * 1000);
  const views = Array.from({ length: 20 }, (_, index) => viewAt((index + 1) * 1000, summary(1)));
  return { views, result: resultOf(summary(20), changes) };
}

/** Returns the JSON of a run. */
function documentOf({ views, result }: ReturnType<typeof runOf>): Record<string, unknown> {
  const histories = new RowHistories();
  views.forEach((view) => histories.add(view));
  return JSON.parse(jsonText(summaryJson(result, undefined, histories.read())));
}

/** Compares a run with an earlier one; returns what was printed, and the exit code that another observer gets. */
async function compared(old: ReturnType<typeof runOf>, latest: ReturnType<typeof runOf>) {
  let text = "";
  const baseline = new Baseline([runFigures(documentOf(old))], 0.05, (printed) => void (text += printed));
  let seen = -1;
  const observer = baseline.around({ onResult: ({ exitCode }) => void (seen = exitCode) });
  latest.views.forEach((view) => baseline.onView(view));
  await observer.onResult!(latest.result);
  await baseline.onResult(latest.result);
  assertEquals(baseline.judged(latest.result).exitCode, seen);
  return { text, exitCode: seen };
}

Deno.test("Baseline prints the table and leaves the exit code where no row is worse", async () => {
  const { text, exitCode } = await compared(runOf(10), runOf(10));
  assertEquals(exitCode, 0);
  assertStringIncludes(text, "No row is worse");
  assert(/GET \/ +avg +13\.0ms +13\.0ms +\+0\.0% +±[\d.]+% +same/.test(text), text);
});

Deno.test("Baseline gives a run with a slower row exit code 98, to all reporters, and names the row", async () => {
  const { text, exitCode } = await compared(runOf(10), runOf(20));
  assertEquals(exitCode, 98);
  assertStringIncludes(text, "Worse: GET /, Total");
});

for (const exitCode of [1, 99, 130]) {
  Deno.test(`Baseline keeps exit code ${exitCode} of a run that has failed anyway`, async () => {
    assertEquals((await compared(runOf(10), runOf(20, { exitCode }))).exitCode, exitCode);
  });
}

Deno.test("Baseline gives a run that cannot be compared exit code 2, and says why", async () => {
  const latest = runOf(10, { info: { ...INFO, options: { ...INFO.options, users: 9 } } });
  const { text, exitCode } = await compared(runOf(10), latest);
  assertEquals(exitCode, 2);
  assertEquals(text, "Cannot compare the runs: users: 2 before, 9 now, expected the same load and rows\n");
});

Deno.test("Baseline.check() throws before the load if the options differ too much", () => {
  const baseline = new Baseline([simulatedRun({ seed: 1 })], 0.05, () => {});
  baseline.check({ users: 10, workers: 4 });
  assertThrows(() => baseline.check({ users: 11, workers: 2 }), UsageError, "users: 10 before, 11 now");
});

Deno.test("differencesOf() names options that may explain a change, and ignores those that cannot", () => {
  const options = { users: 1, workers: 2, host: "http://a/", durationMs: 1000, logLevel: "info", thresholds: [] };
  const latest = { ...options, workers: 4, host: null, durationMs: 2000, logLevel: "error", thresholds: ["p95 < 1s"] };
  assertEquals(differencesOf({ options }, { options: latest }), {
    named: ["workers: 2 before, 4 now", "host: http://a/ before, none now", "duration: 1s before, 2s now"],
    decisive: [],
  });
});

Deno.test("comparisonOf() refuses to compare the open with the closed model", () => {
  const run = simulatedRun({ seed: 1 });
  assertThrows(() => comparisonOf([run], { ...run, isOpen: true }, 0.05), UsageError, "times from the schedule");
});

Deno.test("readRunFile() says what is wrong with a file", async () => {
  const path = await Deno.makeTempFile();
  const problem = async (text: string) => {
    await Deno.writeTextFile(path, text);
    const error = await assertRejects(() => readRunFile(path, "--baseline"), UsageError);
    return error.problems[0]!.replace(path, "FILE").replace(", expected a file that --json wrote", "");
  };
  const document = documentOf(runOf(10));
  const { history: _, ...without } = document;
  assertEquals(await problem("{"), 'Cannot use --baseline "FILE": not the summary of a run');
  assertEquals(await problem("null"), 'Cannot use --baseline "FILE": not the summary of a run');
  assertEquals(
    await problem(JSON.stringify(without)),
    'Cannot use --baseline "FILE": made by a version without figures over time',
  );
  assertEquals(
    await problem(JSON.stringify({ ...document, history: null })),
    'Cannot use --baseline "FILE": nothing was measured',
  );
  const changed = (change: Record<string, unknown>) => {
    const [row, ...rows] = document["rows"] as Record<string, unknown>[];
    return problem(JSON.stringify({ ...document, rows: [{ ...row, ...change }, ...rows] }));
  };
  assertEquals(
    [await changed({ p50Ms: "abc" }), await changed({ count: -5 })].map((text) => text.split(": ")[1]),
    ['rows[0].p50Ms is "abc", expected a number of 0 or more', "rows[0].count is -5, expected a number of 0 or more"],
  );
  await Deno.remove(path);
  const error = await assertRejects(() => readRunFile(path, "--baseline"), UsageError);
  assertStringIncludes(error.message, "expected a file that --json wrote");
});

Deno.test("RowHistories keeps a bounded number of points for any number of rows and seconds, and loses no request", () => {
  const histories = new RowHistories();
  const interval = summaryOf((recorder) => {
    for (let row = 0; row < 100; row++) recorder.series("GET", `/${row}`).record(1, false, 1);
  }, 1000);
  for (let second = 1; second <= 500; second++) histories.add({ ...viewAt(second * 1000), interval });
  const { rows, total } = histories.read()!;
  const points = rows.reduce((sum, { counts }) => sum + counts.length, 0);
  assert(points <= 12_000 && total.counts.length <= 240, `${points}`);
  assert(rows.every(({ counts }) => counts.reduce((sum, count) => sum + count, 0) === 500));
});

Deno.test("RowHistories leaves the warm-up out", () => {
  const histories = new RowHistories();
  histories.add({ ...viewAt(1000), isWarmingUp: true });
  assertEquals(histories.read(), null);
  histories.add(viewAt(2000));
  assertEquals(histories.read()!.total.counts, [5]);
});

Deno.test("Baseline tells other observers from the start what earlier runs had, weighted by requests", () => {
  const [one, two] = [simulatedRun({ seed: 1 }), simulatedRun({ seed: 2, perSecond: 600, failureRatio: 0.1 })];
  let before: RunInfo["before"];
  new Baseline([one, two], 0.05, () => {}).around({ onStart: (info) => void (before = info.before) }).onStart!(INFO);
  assertEquals(before!.map(({ name }) => name), ["/slow", "/other", "Total"]);
  const [first, second] = [one.rows[0]!, two.rows[0]!];
  assertAlmostEquals(before![0]!.failureRatio, second.failureRatio * 0.75);
  assertAlmostEquals(before![0]!.p95Ms, first.p95Ms * 0.25 + second.p95Ms * 0.75);
});
