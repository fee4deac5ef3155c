import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { TableReporter, type TableReporterOptions } from "../../../lib/report/terminal/table_reporter.ts";
import type { RunView } from "../../../lib/stats/run_model.ts";
import { noteLines } from "../../../lib/report/summary_text.ts";
import { INFO, plainSummary, resultOf, summaryOf, viewAt } from "../../helpers/runs/run_result.ts";

function reporter(isTerminal: boolean, columns = 100, rows = 24, options: TableReporterOptions = {}) {
  const written: string[] = [];
  const job = { isForeground: true };
  const made = new TableReporter({
    write: (text) => written.push(text),
    isTerminal,
    isForeground: () => job.isForeground,
    hasColor: false,
    size: () => ({ columns, rows }),
  }, options);
  made.onStart(INFO);
  return { made, written, job };
}

/** Returns the times in the progress lines of a run with one view per second. */
function instantsOf(seconds: number, options: TableReporterOptions = {}): string[] {
  const { made, written } = reporter(false, 100, 24, options);
  const view = viewAt(1000);
  // Views come a little early or late.
  for (let second = 1; second <= seconds; second++) {
    made.onView({ ...view, elapsedMs: second * 1000 + 50 * (-1) ** second });
  }
  assert(!written.join("").includes("\x1b"), "no escape codes off a terminal");
  return written.map((text) => text.trim().split(" ")[0]!);
}

Deno.test("TableReporter off a terminal writes a table every 10 s, and every 30 s after 5 min (PARITY 52)", () => {
  assertEquals(instantsOf(35), ["0:10", "0:20", "0:30"]);
  assertEquals(instantsOf(400).slice(-6), ["4:40", "4:50", "5:00", "5:30", "6:00", "6:30"]);
});

Deno.test("TableReporter off a terminal writes a table every everyMs, or none with isSummaryOnly", () => {
  assertEquals(instantsOf(16, { everyMs: 5000 }), ["0:05", "0:10", "0:15"]);
  assertEquals(instantsOf(400, { everyMs: 100_000 }), ["1:40", "3:20", "5:00", "6:40"]);
  assertEquals(instantsOf(400, { isSummaryOnly: true }), []);
});

Deno.test("TableReporter with isSummaryOnly draws nothing on a terminal before the summary", () => {
  const { made, written } = reporter(true, 100, 24, { isSummaryOnly: true });
  made.onView(viewAt(10_000));
  made.onResult(resultOf(plainSummary(30, 10_000)));
  assertEquals(written.length, 1);
  assert(written[0]!.startsWith(" Summary\n"));
});

/** A view of many rows with increasing numbers of requests; every tenth row fails. */
function manyRows(rows: number): RunView {
  const overall = summaryOf((recorder) => {
    for (let row = 0; row < rows; row++) {
      const series = recorder.series("GET", `/row-${row}`);
      for (let count = 0; count <= row; count++) series.record(1, row % 10 === 0, 0);
      if (row % 10 === 0) series.error("503 Service Unavailable").count += row + 1;
    }
  }, 1000);
  return { ...viewAt(10_000), overall };
}

const namesIn = (text: string) => [...text.matchAll(/ GET +(\/row-\d+) +\d+ +\d+ \(/g)].map((match) => match[1]!);

Deno.test("TableReporter off a terminal writes the 20 rows with the most requests and the number of others", () => {
  const { made, written } = reporter(false);
  made.onView(manyRows(32));
  assertEquals(namesIn(written[0]!), Array.from({ length: 20 }, (_, index) => `/row-${index + 12}`));
  assertMatch(written[0]!, / +… 12 more *\n ─+/);
});

Deno.test("TableReporter's summary has at most 50 rows and says where to find the others", () => {
  const { made, written } = reporter(false);
  made.onResult(resultOf(manyRows(784).overall));
  const text = written.join("");
  assertEquals(namesIn(text).length, 50);
  assertMatch(text, / +… 734 more *\n/);
  assertStringIncludes(
    text,
    " The table has the 50 rows with the most requests, --html-report and --json have all 784\n",
  );
  const { made: few, written: whole } = reporter(false);
  few.onResult(resultOf(manyRows(50).overall));
  assertEquals([namesIn(whole.join("")).length, whole.join("").includes("more")], [50, false]);
});

for (const height of [50, 24, 16, 10]) {
  Deno.test(`TableReporter's live table of many rows and errors fits ${height} lines, with titles and total`, () => {
    const { made, written } = reporter(true, 100, height);
    made.footer = () => "+ - users by 1   p pause   q stop";
    made.onView(manyRows(100));
    const lines = frameOf(written);
    assert(lines.length <= height - 1, `${lines.length} lines`);
    assert(lines[0]!.startsWith(" Method"), lines[0]);
    assert(lines.some((line) => / Total +5050 /.test(line)), "the total is shown");
    assert(namesIn(lines.join("\n")).length >= 1);
    assert(lines.at(-1)!.includes("q stop"));
    const errors = lines.filter((line) => line.includes("503 Service Unavailable"));
    assertEquals(errors.length > 0, height > 10);
    if (height > 10) assertEquals(errors[0]!.trimEnd(), " 91  GET /row-90  503 Service Unavailable");
  });
}

Deno.test("TableReporter's live screen shows the most frequent errors with their rows, and the number of errors", () => {
  const { made, written } = reporter(true, 60, 40);
  const overall = summaryOf((recorder) => {
    for (let kind = 1; kind <= 7; kind++) {
      recorder.series("GET", "/a/long/path/to/somewhere").error(`error ${kind}`).count += kind;
    }
    recorder.countError("onStart", "no\x1b[31m token\n", "Shopper");
  }, 1000);
  made.onView({ ...viewAt(1000), overall });
  const lines = frameOf(written);
  const at = lines.indexOf(" Errors, the 5 most frequent of 8:");
  assertEquals(lines.slice(at + 1, at + 3), [
    " 7  GET /a/long…o/somewhere  error 7",
    " 6  GET /a/long…o/somewhere  error 6",
  ]);
  assertEquals(lines.filter((line) => line.length > 60), []);
});

Deno.test("the summary says how many users ran at most if not all planned users ran", () => {
  const factsOf = (mostUsers: number) => noteLines(resultOf(plainSummary(1, 1000), { mostUsers }))[0]!;
  assertStringIncludes(factsOf(1), "10s, at most 1 of 2 users, 7 iterations");
  assertStringIncludes(factsOf(2), "10s, 2 users, 7 iterations");
});

Deno.test("the summary has a line about status codes if there is more than one", () => {
  const notesOf = (...statuses: number[]) =>
    noteLines(resultOf(summaryOf((recorder) => {
      for (const status of statuses) recorder.series("GET", "/").record(1, false, 0, 0, status);
    }, 1000)));
  assertEquals(notesOf(503, 200, 200, 0, 999)[1], "Status codes: 200: 2, 503: 1, other: 1, none: 1");
  assertEquals(notesOf(200, 200, 0).filter((line) => line.startsWith("Status")), []);
});

Deno.test("TableReporter on a terminal draws each frame over the one before, in one write", () => {
  const { made, written } = reporter(true);
  made.onView(viewAt(1000));
  made.onView(viewAt(2000));
  assertEquals(written.length, 2);
  assert(!written[0]!.includes("A\r\x1b[J"));
  const height = written[0]!.split("\n").length - 1;
  assertStringIncludes(written[1]!, `\x1b[${height}A\r\x1b[J`);
  assertStringIncludes(written[1]!, "0:02 / 0:10  2/2 users  requests 5.00/s  1 failure");
});

Deno.test("TableReporter draws nothing in the background, and below the shell's lines after that", () => {
  const { made, written, job } = reporter(true);
  made.onView(viewAt(1000));
  job.isForeground = false;
  made.onView(viewAt(2000));
  made.onView(viewAt(3000));
  assertEquals(written.slice(1), ["\x1b[?25h"], "the cursor is the shell's again");
  job.isForeground = true;
  made.onView(viewAt(4000));
  assert(written[2]!.startsWith("\x1b[?25l Method"), written[2]);
  job.isForeground = false;
  made.onResult(resultOf(plainSummary(30, 10_000)));
  assertStringIncludes(written.slice(3).join(""), " Summary\n");
});

Deno.test("TableReporter keeps a log line above the live table", () => {
  const { made, written } = reporter(true);
  made.onView(viewAt(1000));
  made.writeAbove("a log line\n");
  const height = written[0]!.split("\n").length - 1;
  assert(written[1]!.startsWith(`\x1b[${height}A\r\x1b[Ja log line\n Method`));
});

Deno.test("TableReporter ends with summary, facts and errors, removes the live table and shows the cursor (PARITY 52)", () => {
  const { made, written } = reporter(true);
  made.onView(viewAt(1000));
  made.onResult(resultOf(plainSummary(30, 10_000), { interruptedIterations: 1 }));
  const text = written.slice(1).join("");
  assertStringIncludes(text, "A\r\x1b[J\x1b[?25h Summary\n");
  assertStringIncludes(
    text,
    "10s, 2 users, 7 iterations, 1 iteration interrupted, 3.00 kB received,\n   ended: target",
  );
  assertMatch(text, /GET +\/ +30 +1 \(3\.3%\).* 3\.00\/s\n/);
  assertMatch(text, /Count +Where +Error *\n.*\n +1 +GET \/ +404 Not Found\n$/);
});

Deno.test("TableReporter says that no request completed, without an error table", () => {
  const { made, written } = reporter(false);
  made.onResult(resultOf(plainSummary(0, 10_000), { problems: ["Worker 1 ended early: x"] }));
  const text = written.join("");
  assertStringIncludes(text, " No request completed.\n");
  assertStringIncludes(text, " Warning: Worker 1 ended early: x\n");
  assert(!text.includes("Error\n"));
});

Deno.test("TableReporter breaks a long warning between words on a narrow terminal", () => {
  const warning = "3 of 10 users have not got past onStart: it has not returned";
  const { made, written } = reporter(true, 40);
  made.onView({ ...viewAt(1000), warnings: [warning] });
  const lines = " Warning: 3 of 10 users have not got\n   past onStart: it has not returned\n";
  assertStringIncludes(written.join(""), lines);
  made.onResult(resultOf(plainSummary(30, 10_000), { warnings: [warning] }));
  assertStringIncludes(written.slice(1).join(""), lines);
});

Deno.test("TableReporter shows the cursor again without a result, and only once", () => {
  const { made, written } = reporter(true);
  made.onView(viewAt(1000));
  made.leave();
  made.leave();
  assertEquals(written.filter((text) => text.includes("\x1b[?25h")), ["\x1b[?25h"]);
});

/** Returns the lines of the last frame. */
function frameOf(written: readonly string[]): string[] {
  return written.at(-1)!.split("\x1b[J").at(-1)!.replace("\x1b[?25l", "").split("\n").slice(0, -1);
}

Deno.test("TableReporter removes the live table when the run failed, and shows no summary", () => {
  const { made, written } = reporter(true);
  made.onView(viewAt(1000));
  const height = written[0]!.split("\n").length - 1;
  made.onFailure();
  assertEquals(written.slice(1), [`\x1b[${height}A\r\x1b[J\x1b[?25h`]);
  const plain = reporter(false);
  plain.made.onFailure();
  assertEquals(plain.written, []);
});

Deno.test("TableReporter redraws changes at once, with the line under the table", () => {
  const { made, written } = reporter(true);
  made.redraw({ isPaused: true });
  assertEquals(written, [], "there is nothing to draw before the first view");
  made.footer = ({ isPaused }) => isPaused ? "is paused" : "is not";
  made.onView(viewAt(1000));
  assertEquals(frameOf(written).at(-1), " is not");
  made.redraw({ isPaused: true, users: 1, targetUsers: 3 });
  assertEquals(frameOf(written).slice(-2), [
    " 0:01 / 0:10  paused  1/3 users  requests 5.00/s  1 failure",
    " is paused",
  ]);
  made.footer = null;
  made.onView(viewAt(2000));
  assertStringIncludes(frameOf(written).at(-2)!, "0:02 / 0:10  2/2 users");
});

Deno.test("TableReporter draws no frame over the summary", () => {
  const { made, written } = reporter(true);
  made.onView(viewAt(1000));
  made.onResult(resultOf(plainSummary(30, 10_000)));
  const count = written.length;
  made.redraw({ isPaused: true });
  assertEquals(written.length, count);
});

Deno.test("TableReporter draws below the abandoned frame when the terminal is back", () => {
  const { made, written } = reporter(true);
  made.onView(viewAt(1000));
  made.leave();
  made.redraw({});
  assert(written.at(-1)!.startsWith("\x1b[?25l Method"), "the shell's lines in between stay");
});

for (const columns of [120, 80, 60, 50]) {
  Deno.test(`TableReporter on a terminal of ${columns} columns breaks no line within a fact`, () => {
    const { made, written } = reporter(true, columns);
    const busiest = { worker: "Worker 12", busyShare: 0.5, lagMs: 1 };
    made.footer = () => "+ - users by 1";
    made.onView({ ...viewAt(100_000), busiest, askedPerSecond: 12345, stage: { number: 1, count: 3 } });
    const lines = frameOf(written);
    assertEquals(lines.filter((line) => line.length > columns), []);
    const text = lines.map((line) => line.trim()).join("  ");
    assertStringIncludes(text, "0:10  stage 1/3  2/2 users  requests 5.00/s  1 failure  iterations asked 12345.00/s,");
    assertStringIncludes(text, "achieved 0.00/s  Worker 12 is 50% busy  + - users by 1");
  });
}

Deno.test("TableReporter on a very narrow terminal truncates facts that are wider, and breaks the line of keys between keys", () => {
  const { made, written } = reporter(true, 24);
  made.footer = () => "+ - users by 1   p pause   q stop";
  const stopping = "threshold failed: GET /a/very/long/path/to/somewhere p95 < 1ms";
  made.onView({ ...viewAt(100_000), askedPerSecond: 12345, stopping });
  const lines = frameOf(written);
  assertEquals(lines.filter((line) => line.length > 24), []);
  assertEquals(lines.slice(-5), [
    " iterations …12345.00/s,",
    " achieved 0.00/s",
    " stopping: t…e p95 < 1ms",
    " + - users by 1",
    " p pause   q stop",
  ]);
});

Deno.test("TableReporter's frame is never higher than the terminal, even with wrapped lines", () => {
  const { made, written } = reporter(true, 30, 8);
  made.onView({ ...viewAt(1000), warnings: ["w".repeat(100)] });
  const height = frameOf(written).reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 30)), 0);
  assert(height <= 7, `${height} lines`);
  made.onView(viewAt(2000));
  assertStringIncludes(written[1]!, `\x1b[${height}A\r\x1b[J`);
});
