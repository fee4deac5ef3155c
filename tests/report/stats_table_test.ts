import { assert, assertEquals, assertMatch } from "@std/assert";
import { displayWidth } from "../../lib/core/text.ts";
import { errorTable, statsTable, type TableStyle } from "../../lib/report/stats_table.ts";
import { Recorder } from "../../lib/stats/recorder.ts";
import { summarize, type Summary } from "../../lib/stats/summary.ts";
import { Totals } from "../../lib/stats/totals.ts";

const PLAIN = { width: 100, hasColor: false };

function summaryOf(fill: (recorder: Recorder) => void): Summary {
  const recorder = new Recorder();
  fill(recorder);
  const totals = new Totals();
  totals.add(recorder.takeDelta());
  return summarize(totals, 2000);
}

Deno.test("statsTable() draws rows and their total (PARITY 51)", () => {
  const summary = summaryOf((recorder) => {
    recorder.series("GET", "/item/:id").record(1.64, false, 0);
    recorder.series("GET", "/item/:id").record(3, true, 0);
    recorder.series("POST", "/login").record(22.6, false, 0);
  });
  assertEquals(statsTable(summary, PLAIN).split("\n").map((line) => line.trimEnd()), [
    " Method  Name       Count   Failures     Avg     p50     p95     p99     Max    Rate",
    " ──────  ─────────  ─────  ─────────  ──────  ──────  ──────  ──────  ──────  ──────",
    " GET     /item/:id      2  1 (50.0%)   2.3ms   1.6ms   3.0ms   3.0ms   3.0ms  1.00/s",
    " POST    /login         1   0 (0.0%)  22.6ms  22.6ms  22.6ms  22.6ms  22.6ms  0.50/s",
    " ──────  ─────────  ─────  ─────────  ──────  ──────  ──────  ──────  ──────  ──────",
    "         Total          3  1 (33.3%)   9.1ms   3.0ms  22.6ms  22.6ms  22.6ms  1.50/s",
  ]);
});

Deno.test("statsTable() marks rows that are not in Total, with a line under the table", () => {
  const summary = summaryOf((recorder) => {
    recorder.series("GET", "/").record(1, false, 0);
    recorder.series("JOB", "nightly report", "", false).record(5000, false, 0);
  });
  const lines = statsTable(summary, PLAIN).split("\n").map((line) => line.trimEnd());
  assertMatch(lines[3]!, /^ JOB +nightly report \* +1 .* 5000\.0ms/);
  assertMatch(lines.at(-2)!, / Total +1 /);
  assertEquals(lines.at(-1), " * not in Total");
});

Deno.test("statsTable() of nothing has a total of zeros and no NaN", () => {
  const lines = statsTable(summaryOf(() => {}), PLAIN).split("\n");
  assertMatch(lines.at(-1)!, /Total +0 +0 \(0\.0%\) +0\.0ms.* 0\.00\/s$/);
  assert(!lines.join("").includes("NaN"));
});

Deno.test("statsTable() truncates names in the middle, but no figures, at any width", () => {
  const name = "/a/very/long/path/with/many/parts/and/an/end";
  const summary = summaryOf((recorder) => recorder.series("GET", name).record(1234.5, true, 0));
  for (const width of [120, 100, 80, 40]) {
    const lines = statsTable(summary, { width, hasColor: false }).split("\n");
    const row = lines[2]!;
    for (const figure of ["1 (100.0%)", "1234.5ms", "0.50/s"]) assert(row.includes(figure), `${figure} at ${width}`);
    if (width >= 100) assert(displayWidth(row) <= width);
    if (width < 120) assertMatch(row, / \/\S*…\S*d /);
  }
  assert(statsTable(summary, { width: Infinity, hasColor: false }).includes(name));
});

Deno.test("statsTable() takes the rates from another summary during the load", () => {
  const overall = summaryOf((recorder) => recorder.series("GET", "/").record(1, false, 0));
  const interval = summaryOf((recorder) => {
    for (let count = 0; count < 7; count++) recorder.series("GET", "/").record(1, false, 0);
  });
  const lines = statsTable(overall, PLAIN, interval).split("\n");
  assertMatch(lines[2]!, /GET +\/ +1 .* 3\.50\/s$/);
});

Deno.test("names and error messages cannot send escape codes to the terminal", () => {
  const summary = summaryOf((recorder) => {
    recorder.series("GET", "/\x1b[31mred\r\n\u202e日本").record(1, false, 0);
    recorder.series("GET", "/").error("bad\x07\n\x1b]0;title\x07text").add(0);
  });
  const texts = [statsTable(summary, PLAIN), errorTable(summary, PLAIN)].join("\n").replaceAll("\n", "");
  // deno-lint-ignore no-control-regex -- they are what is looked for
  assert(!/[\u0000-\u001f\u007f-\u009f\u202e]/.test(texts));
  assert(texts.includes("/red·日本"));
});

Deno.test("errorTable() lists the most frequent first with their rows, wraps long texts, and is empty without errors (PARITY 52)", () => {
  const summary = summaryOf((recorder) => {
    recorder.series("GET", "/a").error("rare").add(0);
    recorder.series("POST", "/b").error("frequent and long ".repeat(4).trim()).count += 12;
    recorder.countError("onStart", "rarer", "Shopper");
  });
  assertEquals(errorTable(summary, { width: 60, hasColor: false }).split("\n").map((line) => line.trimEnd()), [
    " Count  Where               Error",
    " ─────  ──────────────────  ────────────────────────────────",
    "    12  POST /b             frequent and long frequent and",
    "                            long frequent and long frequent",
    "                            and long",
    "     1  GET /a              rare",
    "     1  onStart of Shopper  rarer",
  ]);
  assertEquals(errorTable(summaryOf(() => {}), PLAIN), "");
});

Deno.test("statsTable() of a live table does not get narrower", () => {
  const style = { width: 200, hasColor: false, widest: new Map<string, number>() };
  const wide = statsTable(summaryOf((recorder) => recorder.series("GET", "/").record(1_000_000, false, 1)), style);
  const narrow = statsTable(summaryOf((recorder) => recorder.series("GET", "/").record(1, false, 1)), style);
  const lineOf = (table: string) => table.split("\n")[1];
  assertEquals(lineOf(narrow), lineOf(wide));
});

Deno.test("statsTable() in a narrow terminal reduces the space between columns, and omits columns of a live table", () => {
  const summary = summaryOf((recorder) => recorder.series("GET", "/name").record(123_456, true, 1));
  const titles = (style: TableStyle) => statsTable(summary, style).split("\n")[0]!.trim().split(/ +/);
  const all = ["Method", "Name", "Count", "Failures", "Avg", "p50", "p95", "p99", "Max", "Rate"];
  const live = (width: number) => titles({ width, hasColor: false, widest: new Map() });
  assertEquals(titles({ width: 60, hasColor: false }), all);
  assertEquals(live(100), all);
  assertEquals(live(60), all.filter((title) => !["Avg", "Max", "p99"].includes(title)));
  for (const width of [100, 80, 70, 60, 50]) {
    const table = statsTable(summary, { width, hasColor: false, widest: new Map() });
    assertEquals(table.split("\n").filter((line) => line.trimEnd().length > width), [], `${width} columns`);
  }
});

for (const userClass of ["", "ShopVisitor"]) {
  const rows = userClass === "" ? "" : " and rows by class";
  Deno.test(`statsTable() of a live table wraps no figure in a very narrow terminal, with failures${rows}`, () => {
    const recorder = new Recorder();
    for (let count = 0; count < 12_345; count++) recorder.series("GET", "/item/:id", userClass).record(12_345, true, 1);
    const totals = new Totals();
    totals.add(recorder.takeDelta());
    const summary = summarize(totals, 1000);
    for (const width of [60, 50, 40, 30, 20, 10]) {
      const lines = statsTable(summary, { width, hasColor: false, widest: new Map() }).split("\n");
      assertEquals(lines.filter((line) => line.trimEnd().length > width), [], `${width} columns`);
      if (width >= 40) assertMatch(lines.at(-1)!, /Total +12345 \(100\.0%\) .*12345\.00\/s$/);
    }
  });
}
