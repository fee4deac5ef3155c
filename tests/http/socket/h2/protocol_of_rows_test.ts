// Rows tell in which version of HTTP their responses came.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { noteLines } from "../../../../lib/report/summary_text.ts";
import { Recorder } from "../../../../lib/stats/recorder.ts";
import { summarize } from "../../../../lib/stats/summary.ts";
import { Totals } from "../../../../lib/stats/totals.ts";
import { testClient } from "../../../helpers/http/client.ts";
import { resultOf } from "../../../helpers/runs/run_result.ts";
import { TESTED, TESTED_HTTP2 } from "../../../helpers/http/tested_transports.ts";
import { startRecording } from "../../conformance/seen_request.ts";

const EXPECTED = {
  "socket": "1.1",
  "socket over Node": "1.1",
  "fetch": null,
  "socket 2": "2",
  "socket 2 over Node": "2",
};

for (const transport of [...TESTED, ...TESTED_HTTP2]) {
  Deno.test(`${transport}: protocol of a row is ${EXPECTED[transport]}`, async () => {
    await using server = startRecording();
    await using test = testClient(server.url, { transport });
    for (let count = 0; count < 2; count++) await test.client.get("/");
    const { rows, total } = test.summary();
    assertEquals([rows[0]!.protocol, total.protocol], [EXPECTED[transport], EXPECTED[transport]]);
  });
}

function mixedSummary() {
  const totals = new Totals();
  const [one, other] = [new Recorder(), new Recorder()];
  const note = (recorder: Recorder, name: string, version: "1.1" | "2" | null) => {
    const series = recorder.series("GET", name);
    series.noteProtocol(version);
    series.record(1, false, 1);
  };
  note(one, "/old", "1.1");
  note(one, "/both", "1.1");
  note(other, "/both", "2");
  note(other, "/new", "2");
  note(other, "/none", null);
  totals.add(one.takeDelta());
  totals.add(other.takeDelta());
  return summarize(totals, 1000);
}

Deno.test("summarize() merges the versions of HTTP that workers saw", () => {
  const { rows, total } = mixedSummary();
  assertEquals(rows.map(({ name, protocol }) => `${name} ${protocol}`), [
    "/old 1.1",
    "/both mixed",
    "/new 2",
    "/none null",
  ]);
  assertEquals(total.protocol, "mixed");
});

Deno.test("the summary says which rows came in which version of HTTP if there was more than one", () => {
  const lines = noteLines(resultOf(mixedSummary())).join("\n");
  assertStringIncludes(lines, "HTTP/1.1 for GET /old; HTTP/2 for GET /new; both for GET /both");
});
