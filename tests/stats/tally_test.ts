import { assertEquals } from "@std/assert";
import { Recorder } from "../../lib/stats/recorder.ts";
import { summarize } from "../../lib/stats/summary.ts";
import { createTally, TallyWriter } from "../../lib/stats/tally.ts";
import { TallyReader } from "../../lib/stats/tally_reader.ts";
import { Totals } from "../../lib/stats/totals.ts";

/** A worker's recorder, and the main thread's view of it. */
function setUp() {
  const memory = createTally();
  const [recorder, reader, totals] = [
    new Recorder(false, new TallyWriter(memory)),
    new TallyReader(memory),
    new Totals(),
  ];
  const report = () => {
    const delta = recorder.takeDelta();
    reader.add(delta);
    totals.add(delta);
  };
  return { recorder, reader, totals, report };
}

Deno.test("TallyReader() finds nothing unreported after a report", () => {
  const { recorder, reader, report } = setUp();
  recorder.series("GET", "/").record(1, true, 10);
  report();
  const { series, errors, interruptedRequests } = reader.unreported(0);
  assertEquals([series, errors, interruptedRequests], [[], [], 0]);
});

Deno.test("TallyReader() knows how many users ran at once, without a report", () => {
  const memory = createTally();
  const [writer, reader] = [new TallyWriter(memory), new TallyReader(memory)];
  assertEquals(reader.mostUsers, 0);
  for (const users of [1, 2, 3, 1]) writer.noteUsers(users);
  assertEquals([writer.mostUsers, reader.mostUsers], [3, 3]);
  writer.row({ method: "GET", name: "/", userClass: "", inTotal: true }).send();
  assertEquals(reader.mostUsers, 3);
});

Deno.test("TallyReader() adds what was not reported to counts and failures, and to no times", () => {
  const { recorder, reader, totals, report } = setUp();
  const [known, late] = [recorder.series("GET", "/"), recorder.series("POST", "/ä")];
  known.record(7, false, 10);
  report();
  known.record(1000, false, 10);
  known.record(1000, true, 10);
  known.amendFailures(-1);
  late.record(1000, true, 10);
  totals.add(reader.unreported(5));
  const { rows, total, errors } = summarize(totals, 1000);
  assertEquals(rows.map(({ method, name, count, untimed, failures }) => [method, name, count, untimed, failures]), [
    ["GET", "/", 3, 2, 0],
    ["POST", "/ä", 1, 1, 1],
  ]);
  assertEquals([total.count, total.untimed, total.failures, total.maxMs, total.ratePerSecond], [4, 3, 1, 7, 4]);
  assertEquals([rows[1]!.maxMs, rows[1]!.failureRatio], [0, 1]);
  assertEquals(errors.map(({ name, count }) => [name, count]), [["/ä", 1]]);
});

Deno.test("TallyReader() counts requests in flight as interrupted", () => {
  const { recorder, reader } = setUp();
  const { tally } = recorder.series("GET", "/");
  tally.send();
  tally.send();
  tally.end();
  assertEquals(reader.unreported(0).interruptedRequests, 1);
});

Deno.test("TallyReader() loses no count when rows exceed their number, or their names the memory", () => {
  for (const [rows, name] of [[1500, "/"], [800, `/${"x".repeat(1000)}`]] as const) {
    const { recorder, reader, totals } = setUp();
    for (let row = 0; row < rows; row++) recorder.series("GET", `${name}${row}`).record(1, false, 1);
    totals.add(reader.unreported(0));
    assertEquals(summarize(totals, 1000).total.count, rows);
  }
});
