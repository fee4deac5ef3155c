import { assert, assertEquals, assertThrows } from "@std/assert";
import { encode } from "../../../../lib/cluster/wire/reports/codec.ts";
import { MAX_KEPT } from "../../../../lib/cluster/wire/reports/delta_format.ts";
import type { AgentState, FromAgent } from "../../../../lib/cluster/wire/protocol.ts";
import { reportDecoder, reportEncoder } from "../../../../lib/cluster/wire/reports/report_codec.ts";
import { Recorder, type StatsDelta } from "../../../../lib/stats/recorder.ts";
import { Totals } from "../../../../lib/stats/totals.ts";
import { seededRandom } from "../../../helpers/random.ts";

const STATE: AgentState = {
  ...{ users: 3, mostUsers: 4, iterations: 5, interruptedIterations: 0, endedIterations: 5, hasSucceeded: true },
  ...{ starts: [], classStarts: [], workers: [] },
};

function report(...deltas: StatsDelta[]): Extract<FromAgent, { type: "report" }> {
  return { type: "report", state: STATE, deltas: deltas.map((delta) => ({ delta, isWarmUp: false })) };
}

/** What a delta amounts to, whatever members of it are left out. */
function merged(delta: StatsDelta): unknown {
  const totals = new Totals();
  totals.add(delta);
  return { toMs: delta.toMs, delta: totals.takeDelta(delta.toMs) };
}

/** Records as much of everything as chance has it. */
function record(recorder: Recorder, random: () => number): void {
  const text = () => "x€ü\n".repeat(Math.floor(random() * 5)) + Math.floor(random() * 20);
  for (let count = random() * 20; count > 0; count--) {
    const series = recorder.series(["GET", "POST", ""][Math.floor(random() * 3)]!, text(), text(), random() < 0.8);
    for (let samples = random() * 30; samples > 0; samples--) {
      series.record(
        random() ** 8 * 1e9,
        random() < 0.2,
        Math.floor(random() * 1e6),
        random() * 5,
        200 + Math.floor(samples),
      );
    }
    if (random() < 0.3) series.amendFailures(random() < 0.5 ? 1 : -1);
    if (random() < 0.3) series.countTail();
    if (random() < 0.3) series.countRedirect();
    if (random() < 0.3) series.noteProtocol("2");
    if (random() < 0.3) series.error(text()).add(random() * 1e12);
    if (random() < 0.3) series.error(text()).add(random() * 1e12, null, random() * 1e9);
    if (random() < 0.2) series.error(text()).takeBack(random() * 1e9);
    if (random() < 0.2) series.error(text()).count++; // without a final verdict: its times are infinite
  }
  if (random() < 0.5) recorder.countError("onStart", text(), text(), 1234.5);
  if (random() < 0.5) recorder.countInterruptedRequest();
  if (random() < 0.5) recorder.arrivals.countStarted(random() * 1000, true);
  if (random() < 0.5) recorder.capWait.record(random() * 1e6);
  if (random() < 0.5) recorder.connections.record(1, 0.5, 0, "full");
  if (random() < 0.5) recorder.checks.add(text(), random() < 0.5);
  if (random() < 0.5) recorder.measures.add(text(), "ms", random() * 1e6);
}

Deno.test("reportDecoder() returns what reportEncoder() was given: any delta, one after the other", () => {
  const random = seededRandom(17);
  for (let sender = 0; sender < 20; sender++) {
    const [encoder, decoder, recorder] = [reportEncoder(), reportDecoder(), new Recorder(random() < 0.5)];
    for (let second = 0; second < 10; second++) {
      record(recorder, random);
      const sent = report(recorder.takeDelta(second * 1000 + random()), recorder.takeDelta());
      const got = decoder(encoder(sent)) as typeof sent;
      assertEquals(got.state, sent.state);
      assertEquals(got.deltas.map(({ delta }) => merged(delta)), sent.deltas.map(({ delta }) => merged(delta)));
    }
  }
  const other: FromAgent = { type: "log", level: "info", text: "plain", span: null };
  assertEquals(reportDecoder()(reportEncoder()(other)), other);
});

Deno.test("reportDecoder()'s rows are those of a worker here with the same names", () => {
  const recorder = new Recorder(true);
  for (const inTotal of [true, false]) recorder.series("GET", "/", "Shopper", inTotal).record(1000, false, 1);
  const sent = report(recorder.takeDelta());
  const totals = new Totals();
  const got = reportDecoder()(reportEncoder()(sent)) as typeof sent;
  for (const { deltas } of [sent, got]) totals.add(deltas[0]!.delta);
  assertEquals(totals.rows.map(({ inTotal, histogram }) => [inTotal, histogram.count]), [[true, 2], [false, 2]]);
});

Deno.test("reportEncoder() takes less than a quarter of JSON, and sends names once", () => {
  const [encoder, recorder, random] = [reportEncoder(), new Recorder(), seededRandom(3)];
  const sizes = [0, 1].map(() => {
    for (let row = 0; row < 20; row++) {
      const series = recorder.series("GET", `/a/rather/long/name/of/a/request/${row}`);
      for (let samples = 0; samples < 100; samples++) series.record(5 + 20 * random(), false, 1000, 0, 200);
    }
    const message = report(recorder.takeDelta(1000));
    return { json: encode(message).length, bytes: encoder(message).length };
  });
  const [first, second] = sizes as [typeof sizes[0], typeof sizes[0]];
  assert(second!.bytes * 4 < second!.json, JSON.stringify(sizes));
  assert(first!.bytes - second!.bytes > 20 * "/a/rather/long/name/of/a/request/".length, JSON.stringify(sizes));
});

Deno.test("reportDecoder() keeps no more names than its bound, and is right beyond it", () => {
  const [encoder, decoder] = [reportEncoder(), reportDecoder()];
  for (let part = 0; part * 500 < MAX_KEPT + 1500; part++) {
    const recorder = new Recorder();
    for (let row = 0; row < 500; row++) recorder.series("GET", `/${part}/${row}`).record(1, false, 1);
    const sent = report(recorder.takeDelta(part));
    const got = decoder(encoder(sent)) as typeof sent;
    assertEquals(
      got.deltas[0]!.delta.series.map(({ name }) => name),
      sent.deltas[0]!.delta.series.map(({ name }) => name),
    );
  }
});

Deno.test("reportDecoder() throws a SyntaxError, or returns, for any bytes; it never asks for more than they are", () => {
  const random = seededRandom(23);
  const recorder = new Recorder(true);
  record(recorder, random);
  record(recorder, random);
  const good = reportEncoder()(report(recorder.takeDelta(5)));
  const check = (bytes: Uint8Array) => {
    try {
      reportDecoder()(bytes);
    } catch (error) {
      assert(error instanceof SyntaxError, Deno.inspect(error));
    }
  };
  for (let length = 0; length < good.length; length += 1 + Math.floor(length / 50)) {
    assertThrows(() => reportDecoder()(good.subarray(0, length)), SyntaxError);
  }
  for (let run = 0; run < 500; run++) {
    const bytes = good.slice();
    for (let change = 0; change < 1 + run % 4; change++) {
      bytes[2 + Math.floor(random() * (bytes.length - 2))] = Math.floor(random() * 256);
    }
    check(bytes);
    check(bytes.map((byte, at) => at < 2 ? byte : Math.floor(random() * 256)));
  }
  const newer = good.slice();
  newer[1] = 99;
  assertThrows(() => reportDecoder()(newer), SyntaxError, "it has version 99, expected 2");
});
