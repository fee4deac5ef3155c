import { assertEquals } from "@std/assert";
import { MAX_ERRORS, OTHER } from "../../lib/stats/errors/error_counts.ts";
import { MAX_ROWS, Recorder } from "../../lib/stats/recorder.ts";
import { summarize } from "../../lib/stats/summary.ts";
import { Totals } from "../../lib/stats/totals.ts";

function totalsOf(...recorders: Recorder[]): Totals {
  const totals = new Totals();
  recorders.forEach((recorder) => totals.add(structuredClone(recorder.takeDelta())));
  return totals;
}

Deno.test("summarize() of no samples has no NaN", () => {
  const { rows, total, errors } = summarize(new Totals(), 0);
  assertEquals([rows, errors], [[], []]);
  const figures = [total.count, total.failureRatio, total.meanMs, total.minMs, total.p99Ms, total.maxMs];
  assertEquals([...figures, total.ratePerSecond], [0, 0, 0, 0, 0, 0, 0]);
});

Deno.test("summarize() of 1 s and 2 s with one failure gives mean, failures and rate (PARITY 69)", () => {
  const recorder = new Recorder();
  recorder.series("GET", "/").record(1000, false, 10);
  recorder.series("GET", "/").record(2000, true, 20);
  const { total } = summarize(totalsOf(recorder), 4000);
  assertEquals([total.meanMs, total.failureRatio, total.ratePerSecond, total.bytesReceived], [1500, 0.5, 0.5, 30]);
});

Deno.test("a row name that is not a string counts in the row of its string", () => {
  const recorder = new Recorder();
  const name: unknown = 7;
  recorder.series("GET", name as string).record(1, false, 0);
  recorder.series("GET", "7").record(1, false, 0);
  recorder.forClass("Shopper").series(8 as unknown as string, name as string).record(1, false, 0);
  const { rows } = summarize(totalsOf(recorder), 1000);
  assertEquals(rows.map((row) => [row.method, row.name, row.count]), [["GET", "7", 2], ["8", "7", 1]]);
});

Deno.test("Totals merges workers' rows by method and name, in the order in which they first appeared", () => {
  const [first, second] = [new Recorder(), new Recorder()];
  first.series("GET", "/a").record(1, false, 0);
  first.series("POST", "/a").record(3, false, 0);
  second.series("GET", "/b").record(5, false, 0);
  second.series("GET", "/a").record(2, true, 0);
  const { rows, total } = summarize(totalsOf(first, second), 1000);
  assertEquals(rows.map((row) => [row.method, row.name, row.count, row.failures, row.maxMs]), [
    ["GET", "/a", 2, 1, 2],
    ["POST", "/a", 1, 0, 3],
    ["GET", "/b", 1, 0, 5],
  ]);
  assertEquals([total.count, total.failures, total.maxMs], [4, 1, 5]);
});

Deno.test("totals are right after a verdict is corrected whose delta was already sent", () => {
  const recorder = new Recorder();
  const totals = new Totals();
  const series = recorder.series("GET", "/");
  series.record(1, true, 0);
  series.error("404 Not Found").count++;
  totals.add(recorder.takeDelta());
  series.amendFailures(-1);
  series.error("404 Not Found").count--;
  totals.add(recorder.takeDelta());
  const { total, errors } = summarize(totals, 1000);
  assertEquals([total.count, total.failures, errors], [1, 0, []]);
});

Deno.test("300 distinct errors are 200 rows and OTHER with 100 (PARITY 53, 69)", () => {
  const recorder = new Recorder();
  for (let index = 0; index < 300; index++) recorder.series("GET", "/").error(`error ${index}`).count++;
  const { errors } = totalsOf(recorder);
  assertEquals(errors.length, MAX_ERRORS + 1);
  assertEquals([errors[0]!.text, errors[0]!.count], [OTHER, 100]);
});

Deno.test("an error beyond the maximum is taken back where it was added", () => {
  const recorder = new Recorder();
  for (let index = 0; index < 250; index++) recorder.series("GET", "/").error(`error ${index}`).count++;
  recorder.series("GET", "/").error("error 249").count--;
  const [other] = totalsOf(recorder).errors;
  assertEquals([other!.text, other!.count], [OTHER, 49]);
});

Deno.test("rows beyond the maximum share one row, and the total is right", () => {
  const recorder = new Recorder();
  for (let index = 0; index < MAX_ROWS + 50; index++) recorder.series("GET", `/${index}`).record(1, false, 0);
  const { rows, total } = summarize(totalsOf(recorder), 1000);
  assertEquals([rows.length, rows.at(-1)!.name, rows.at(-1)!.count], [MAX_ROWS + 1, OTHER, 50]);
  assertEquals(total.count, MAX_ROWS + 50);
});

Deno.test("takeDelta() leaves out series without changes", () => {
  const recorder = new Recorder();
  recorder.series("GET", "/").record(1, false, 0);
  assertEquals(recorder.takeDelta(350).series.length, 1);
  assertEquals(recorder.takeDelta(600), {
    toMs: 600,
    series: [],
    errors: [],
    interruptedRequests: 0,
    connections: null,
    arrivals: null,
    capWait: null,
    checks: [],
    measures: [],
  });
});

Deno.test("a late sample has a response time from its schedule and a service time from its start", () => {
  const recorder = new Recorder(true);
  recorder.series("GET", "/").record(100, false, 0, 900);
  recorder.series("GET", "/").record(100, false, 0);
  recorder.arrivals.countStarted(900, true);
  recorder.arrivals.countStarted(0, false);
  recorder.arrivals.countDropped(3);
  const { total, arrivals } = summarize(totalsOf(recorder), 1000);
  assertEquals([total.maxMs, total.meanMs, total.service!.maxMs, total.service!.meanMs], [1000, 550, 100, 100]);
  assertEquals([arrivals!.started, arrivals!.late, arrivals!.dropped, arrivals!.lateness.maxMs], [2, 1, 3, 900]);
  assertEquals(summarize(totalsOf(new Recorder()), 1000).total.service, null);
});

Deno.test("rows of different user classes are separate if the class is given", () => {
  const recorder = new Recorder();
  recorder.series("GET", "/", "Buyer").record(1, false, 0);
  recorder.series("GET", "/", "Payer").record(1, false, 0);
  recorder.series("GET", "/", "Payer").record(1, false, 0);
  const { rows } = summarize(totalsOf(recorder), 1000);
  assertEquals(rows.map((row) => [row.userClass, row.name, row.count]), [["Buyer", "/", 1], ["Payer", "/", 2]]);
});

Deno.test("Totals.takeDelta() is one delta for all that were added, and starts again", () => {
  const recorders = [new Recorder(true), new Recorder(true)];
  for (const [index, recorder] of recorders.entries()) {
    const series = recorder.series("GET", "/");
    series.record(10 + index, index === 1, 100, 2, 200 + index);
    series.error("refused").add(1000 + index);
    recorder.series("", `own ${index}`, "", false).record(5, false, 0);
    recorder.countError("onStart", "no 7", "Shopper", 2000);
    recorder.connections.record(1, 2, 3, "full");
    recorder.arrivals.countStarted(3, true);
    recorder.capWait.record(70);
    recorder.checks.add("ok", index === 0);
    recorder.measures.add("items", "", index);
    recorder.countInterruptedRequest();
  }
  const deltas = recorders.map((recorder) => recorder.takeDelta(5000));
  const [direct, merged, after] = [new Totals(), new Totals(), new Totals()];
  for (const delta of deltas) [direct, merged].forEach((totals) => totals.add(structuredClone(delta)));
  after.add(structuredClone(merged.takeDelta(5000)));
  assertEquals(summarize(after, 1000), summarize(direct, 1000));
  assertEquals([after.interruptedRequests, after.arrivals?.late, after.capWait?.count], [2, 2, 2]);
  assertEquals(summarize(merged, 1000).total.count, 0);
});
