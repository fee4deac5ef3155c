import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { TableReporter } from "../../lib/report/table_reporter.ts";
import { INFO, plainSummary, resultOf, viewAt } from "../helpers/run_result.ts";

function reporter(isTerminal: boolean, columns = 100, rows = 24) {
  const written: string[] = [];
  const job = { isForeground: true };
  const made = new TableReporter({
    write: (text) => written.push(text),
    isTerminal,
    isForeground: () => job.isForeground,
    hasColor: false,
    size: () => ({ columns, rows }),
  });
  made.onStart(INFO);
  return { made, written, job };
}

Deno.test("TableReporter off a terminal writes one table every 2 seconds (PARITY 52)", () => {
  const { made, written } = reporter(false);
  for (let second = 1; second <= 6; second++) made.onView(viewAt(second * 1000));
  assertEquals(written.map((text) => text.split("\n")[0]!.trim().split(" ")[0]), ["0:02", "0:04", "0:06"]);
  assertMatch(written[0]!, /GET +\/ +20 +1 \(5\.0%\).* 5\.00\/s\n/);
  assert(!written.join("").includes("\x1b"), "no escape codes off a terminal");
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

Deno.test("TableReporter draws nothing while a shell has the terminal, and below what is there after that", () => {
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

Deno.test("TableReporter ends with summary, facts and errors, the live table gone and the cursor back (PARITY 52)", () => {
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

Deno.test("TableReporter says so when no request was finished, and has no error table then", () => {
  const { made, written } = reporter(false);
  made.onResult(resultOf(plainSummary(0, 10_000), { problems: ["Worker 1 ended early: x"] }));
  const text = written.join("");
  assertStringIncludes(text, " No request was finished.\n");
  assertStringIncludes(text, " Warning: Worker 1 ended early: x\n");
  assert(!text.includes("Error\n"));
});

Deno.test("TableReporter gives the cursor back when no result came, and once only", () => {
  const { made, written } = reporter(true);
  made.onView(viewAt(1000));
  made.leave();
  made.leave();
  assertEquals(written.filter((text) => text.includes("\x1b[?25h")), ["\x1b[?25h"]);
});

/** Returns the lines of the last frame that was drawn. */
function frameOf(written: readonly string[]): string[] {
  return written.at(-1)!.split("\x1b[J").at(-1)!.replace("\x1b[?25l", "").split("\n").slice(0, -1);
}

Deno.test("TableReporter draws at once what has changed, and the line under it", () => {
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
  assertStringIncludes(frameOf(written).at(-1)!, "0:02 / 0:10  2/2 users");
});

Deno.test("TableReporter draws no frame over the summary", () => {
  const { made, written } = reporter(true);
  made.onView(viewAt(1000));
  made.onResult(resultOf(plainSummary(30, 10_000)));
  const count = written.length;
  made.redraw({ isPaused: true });
  assertEquals(written.length, count);
});

Deno.test("TableReporter draws below what it has left, once the terminal is back", () => {
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

Deno.test("TableReporter on a very narrow terminal cuts a fact that is wider, and breaks the keys between them", () => {
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

Deno.test("TableReporter's frame is never higher than the terminal, with lines that wrap, too", () => {
  const { made, written } = reporter(true, 30, 8);
  made.onView({ ...viewAt(1000), warnings: ["w".repeat(100)] });
  const height = frameOf(written).reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 30)), 0);
  assert(height <= 7, `${height} lines`);
  made.onView(viewAt(2000));
  assertStringIncludes(written[1]!, `\x1b[${height}A\r\x1b[J`);
});
