import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { TableReporter } from "../../lib/report/table_reporter.ts";
import { Recorder } from "../../lib/stats/recorder.ts";
import type { RunInfo, RunResult, RunView } from "../../lib/stats/run_model.ts";
import { summarize } from "../../lib/stats/summary.ts";
import { Totals } from "../../lib/stats/totals.ts";

const INFO: RunInfo = {
  subject: "locustfile.ts",
  startedAt: new Date(0),
  targetUsers: 2,
  plannedMs: 10_000,
  workers: 1,
  options: {},
};

function totalsOf(requests: number): Totals {
  const recorder = new Recorder();
  for (let count = 0; count < requests; count++) recorder.series("GET", "/").record(1, count === 0, 100);
  if (requests > 0) recorder.countError("404 Not Found");
  const totals = new Totals();
  totals.add(recorder.takeDelta());
  return totals;
}

function view(elapsedMs: number): RunView {
  const overall = summarize(totalsOf(elapsedMs / 100), elapsedMs);
  const interval = summarize(totalsOf(5), 1000);
  return { elapsedMs, users: 2, targetUsers: 2, iterations: 3, overall, interval, warnings: [], stopping: null };
}

function result(requests: number, changes: Partial<RunResult> = {}): RunResult {
  return {
    info: INFO,
    endedAt: new Date(10_000),
    loadMs: 10_000,
    reason: "target duration elapsed after 10s",
    summary: summarize(totalsOf(requests), 10_000),
    iterations: 7,
    interruptedIterations: 0,
    warnings: [],
    problems: [],
    exitCode: 0,
    ...changes,
  };
}

function reporter(isTerminal: boolean) {
  const written: string[] = [];
  const size = () => ({ columns: 100, rows: 24 });
  const made = new TableReporter({ write: (text) => written.push(text), isTerminal, hasColor: false, size });
  made.onStart(INFO);
  return { made, written };
}

Deno.test("TableReporter off a terminal writes one table every 2 seconds (PARITY 52)", () => {
  const { made, written } = reporter(false);
  for (let second = 1; second <= 6; second++) made.onView(view(second * 1000));
  assertEquals(written.map((text) => text.split("\n")[0]!.trim().split(" ")[0]), ["0:02", "0:04", "0:06"]);
  assertMatch(written[0]!, /GET +\/ +20 +1 \(5\.0%\).* 5\.00\/s\n/);
  assert(!written.join("").includes("\x1b"), "no escape codes off a terminal");
});

Deno.test("TableReporter on a terminal draws each frame over the one before, in one write", () => {
  const { made, written } = reporter(true);
  made.onView(view(1000));
  made.onView(view(2000));
  assertEquals(written.length, 2);
  assert(!written[0]!.includes("A\r\x1b[J"));
  const height = written[0]!.split("\n").length - 1;
  assertStringIncludes(written[1]!, `\x1b[${height}A\r\x1b[J`);
  assertStringIncludes(written[1]!, "0:02 / 0:10  2/2 users  5.00/s  1 failure");
});

Deno.test("TableReporter keeps a log line above the live table", () => {
  const { made, written } = reporter(true);
  made.onView(view(1000));
  made.writeAbove("a log line\n");
  const height = written[0]!.split("\n").length - 1;
  assert(written[1]!.startsWith(`\x1b[${height}A\r\x1b[Ja log line\n Method`));
});

Deno.test("TableReporter ends with summary, facts and errors, the live table gone and the cursor back", () => {
  const { made, written } = reporter(true);
  made.onView(view(1000));
  made.onResult(result(30, { interruptedIterations: 1 }));
  const text = written.slice(1).join("");
  assertStringIncludes(text, "A\r\x1b[J\x1b[?25h Summary\n");
  assertStringIncludes(text, "10s, 2 users, 7 iterations, 1 iteration interrupted, 3.00 kB received, ended: target");
  assertMatch(text, /GET +\/ +30 +1 \(3\.3%\).* 3\.00\/s\n/);
  assertMatch(text, /Count +Error *\n.*\n +1 +404 Not Found\n$/);
});

Deno.test("TableReporter says so when no request was finished, and has no error table then", () => {
  const { made, written } = reporter(false);
  made.onResult(result(0, { problems: ["Worker 1 ended early: x"] }));
  const text = written.join("");
  assertStringIncludes(text, " No request was finished.\n");
  assertStringIncludes(text, " Warning: Worker 1 ended early: x\n");
  assert(!text.includes("Error\n"));
});
