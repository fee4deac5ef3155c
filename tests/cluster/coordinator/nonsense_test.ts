// Agents that speak nonsense: each is lost with one line, and the run goes on.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { ClusterShare } from "../../../lib/cluster/shared/cluster_share.ts";
import type { FromMachine } from "../../../lib/cluster/shared/batch_line.ts";
import { readFromMachine } from "../../../lib/cluster/shared/share_shapes.ts";
import { decode, encode } from "../../../lib/cluster/wire/reports/codec.ts";
import { Link } from "../../../lib/cluster/wire/link.ts";
import { type FromAgent, subjectsOf } from "../../../lib/cluster/wire/protocol.ts";
import { reportDecoder, reportEncoder } from "../../../lib/cluster/wire/reports/report_codec.ts";
import { Recorder } from "../../../lib/stats/recorder.ts";
import { mutated } from "../../helpers/mutations.ts";
import { seededRandom } from "../../helpers/random.ts";
import { memoryNetwork, playRun, reportOfOne } from "../../helpers/runs/played_agents.ts";

const SPAN = { traceId: "0123456789abcdef".repeat(2), spanId: "0123456789abcdef" };
const NEWS: readonly Exclude<FromAgent, { type: "report" }>[] = [
  { type: "done", id: 1 },
  { type: "failed", id: null, kind: "script", message: "no", hint: "yes" },
  { type: "ended", atMs: 5, isLimitReached: false },
  { type: "shutdown", reason: "enough", exitCode: 3 },
  { type: "death", message: "no", isThrown: true },
  { type: "left", reason: "it was stopped" },
  { type: "log", level: "info", text: "a", span: SPAN },
  { type: "print", text: "a\n", isError: false },
];
/** They end the run if they are right. */
const ENDS: ReadonlySet<unknown> = new Set(["failed", "death", "shutdown"]);

/** A report with some of everything. */
function fullReport(): Extract<FromAgent, { type: "report" }> {
  const recorder = new Recorder(true, null, 3);
  const series = recorder.series("GET", "/a");
  for (let ms = 1; ms < 40; ms += 3) series.record(ms, ms > 30, 100, 1, 200);
  series.error("HTTP 500").add(1e12);
  recorder.countError("onStart", "no", "", 1234.5);
  recorder.connections.record(1, 0.5, 0, "full");
  recorder.arrivals.countStarted(3, true);
  recorder.capWait.record(1e5);
  recorder.checks.add("ok", true);
  recorder.measures.add("size", "ms", 7);
  const spans = [{
    ...{ ...SPAN, parentSpanId: "", name: "run", kind: "client" as const, startMs: 1, endMs: 2, attributes: { a: 1 } },
    ...{ events: [{ name: "sent", atMs: 1, attributes: {} }], status: "unset" as const, statusMessage: "" },
  }];
  const failure = { method: "GET", name: "/a", userClass: "", atMs: 5, error: "HTTP 500", decidedAt: null };
  const kept = [{ ...failure, ttfbMs: 1, ttlbMs: 2, exchange: "GET /a" }];
  const delta = { ...recorder.takeDelta(9), keptFailures: { perRow: 3, kept } };
  return { ...reportOfOne(), deltas: [{ delta, isWarmUp: false }], spans: { spans, dropped: 0 } };
}

/** Returns a message that is wrong, or at least strange, as bytes. */
function nonsense(random: () => number): Uint8Array {
  for (;;) {
    const kind = random();
    let bytes: Uint8Array;
    if (kind < 0.5) bytes = encode(mutated(NEWS[Math.floor(random() * NEWS.length)], random));
    else if (kind < 0.55) bytes = encode(fullReport()); // in the wrong form
    else if (kind < 0.75) {
      const { deltas, ...head } = fullReport();
      bytes = reportEncoder()({ ...mutated(head, random) as typeof head, type: "report", deltas });
    } else if (kind < 0.8) {
      const [{ delta }] = fullReport().deltas as [ReturnType<typeof fullReport>["deltas"][number]];
      const keptFailures = mutated(delta.keptFailures, random) as typeof delta.keptFailures & object;
      bytes = reportEncoder()({ ...fullReport(), deltas: [{ delta: { ...delta, keptFailures }, isWarmUp: false }] });
    } else {
      bytes = reportEncoder()(fullReport());
      for (let change = 0; change < 1 + random() * 3; change++) {
        bytes[2 + Math.floor(random() * (bytes.length - 2))] = Math.floor(random() * 256);
      }
    }
    try {
      if (ENDS.has(reportDecoder()(bytes).type)) continue;
    } catch {
      // Good: it cannot be read.
    }
    return bytes;
  }
}

for (const at of ["load", "start"] as const) {
  Deno.test(`agents that speak nonsense at "${at}" are lost with a line each, the run goes on without them, exit 1`, async () => {
    const random = seededRandom(at.length);
    const names = ["good", ...Array.from({ length: 100 }, (_, number) => `a${number}`)];
    const { result, error, log } = await playRun(
      names,
      (order, agent) => {
        if (order.type === at && agent.id !== "good") agent.link.send(nonsense(random));
      },
      { url: "http://127.0.0.1:1/", users: 200, iterations: 100_000 },
    );
    assertEquals(error, null, log.join("\n"));
    const { exitCode, machines, problems, summary } = result!;
    assertEquals([exitCode, machines.find(({ name }) => name === "good")?.status], [1, "ended"], problems.join("\n"));
    assert(summary.total.count > 0);
    const lost = machines.filter(({ status }) => status === "lost");
    assert(lost.length > 60, `${lost.length} of 100`);
    for (const { name } of lost) {
      const lines = problems.filter((line) => line.startsWith(`Agent ${name} `));
      assertEquals(lines.length, 1, lines.join("\n"));
      assertMatch(
        lines[0]!,
        /^Agent \S+ is lost: it sent what cannot be read: Cannot (?:read|decode) a (?:message|report): /,
      );
    }
    const others = problems.filter((line) => !/^Agent \S+ (?:is lost: it sent|has left: )/.test(line));
    assertEquals(others, []);
  });
}

Deno.test("an agent whose questions about shared data are nonsense is lost with a line, others are answered", async () => {
  const record = new Uint8Array(2);
  const asks: readonly FromMachine[] = [
    ...([
      { kind: "count", name: "c", by: 1 },
      { kind: "push", name: "q", record },
      { kind: "take", name: "q", waits: true },
      { kind: "cancel", name: "q", take: "k" },
      { kind: "size", name: "q" },
      { kind: "token", name: "l", periodUs: 5, burstUs: 0 },
      {
        ...{
          kind: "lease",
          name: "r",
          slot: 1,
          length: 9,
          isRepeated: true,
          isUrgent: true,
          most: 2,
          left: 0,
        } as const,
      },
    ] as const).map((ask) => ({ type: "ask" as const, key: "k", ask })),
    { type: "recalled", id: 1, ranges: [{ from: 1, to: 2 }] },
  ];
  const [random, network, subjects] = [seededRandom(5), memoryNetwork(), subjectsOf("r")];
  const lost = new Map<string, string>();
  const ids = Array.from({ length: 200 }, (_, number) => `a${number}`);
  const agents = new Map(ids.map((name) => {
    return [name, { name, offsetMs: 0, lose: (_: "lost", why: string) => void lost.set(name, why) }];
  }));
  const share = new ClusterShare(network, subjects, agents, () => {});
  let [wrong, answers] = [0, 0];
  for (const id of ids) {
    const link = new Link<unknown, readonly { readonly type: string }[]>(
      network,
      subjects.fromShare(id),
      subjects.toShare(id),
      (batch) => answers += batch.filter(({ type }) => type === "answer").length,
    );
    const right = [asks[Math.floor(random() * asks.length)]];
    const batch = random() < 0.2 ? right : mutated(right, random);
    link.send(batch);
    await link.flush();
    for (let turns = 0; turns < 50; turns++) await Promise.resolve(); // the answer
    const isWrong = !canRead(batch);
    if (isWrong) wrong++;
    assertEquals(lost.has(id), isWrong, Deno.inspect(batch, { depth: 9 }));
    link.close();
  }
  share.close();
  assert(wrong > 100 && wrong < 200 && answers > 5, `${wrong} of 200 wrong, ${answers} answers`);
  for (const why of lost.values()) {
    assertMatch(why, /^it sent what cannot be read: Cannot read a (?:question|batch|message)/);
  }
});

function canRead(batch: unknown): boolean {
  try {
    (decode(encode(batch)) as unknown[]).map(readFromMachine);
    return true;
  } catch {
    return false;
  }
}
