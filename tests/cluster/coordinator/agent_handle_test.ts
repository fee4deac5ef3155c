import { assertEquals } from "@std/assert";
import { AgentHandle } from "../../../lib/cluster/coordinator/agent_handle.ts";
import { PROTOCOL, subjectsOf } from "../../../lib/cluster/wire/protocol.ts";
import { reportEncoder } from "../../../lib/cluster/wire/reports/report_codec.ts";
import { nowMs } from "../../../lib/core/clock.ts";
import { Span } from "../../../lib/spans/span.ts";
import { SpanBuffer } from "../../../lib/spans/span_buffer.ts";
import { Recorder } from "../../../lib/stats/recorder.ts";

Deno.test("AgentHandle finds that an agent's clock is 5 s ahead, and sets its reports right", async () => {
  const subjects = subjectsOf("r");
  let receive: (payload: Uint8Array) => Uint8Array | null = () => null;
  let ping = 0;
  const network = {
    request: async () => {
      // Every second answer is late: the shortest way there and back tells the offset.
      const answer = new Uint8Array(new Float64Array([nowMs() + 5000]).buffer);
      if (ping++ % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      return answer;
    },
    serve: (_: string, answer: typeof receive) => {
      receive = answer;
      return () => {};
    },
  };
  const join = { agent: "x", name: "a", version: "", protocol: PROTOCOL, cores: 1 };
  const agent = new AgentHandle(network, subjects, join, "a");
  for (let count = 0; count < 6; count++) await agent.measure();
  assertEquals(Math.abs(agent.offsetMs - 5000) < 2, true, `${agent.offsetMs} ms`);

  const taken = Promise.withResolvers<number[]>();
  agent.events = {
    onLost: () => {},
    onNews: (_, news) => {
      if (news.type !== "report") return;
      const { toMs, errors } = news.deltas[0]!.delta;
      const [span] = news.spans!.spans;
      taken.resolve([toMs, errors[0]!.firstMs, span!.startMs, span!.endMs, span!.events[0]!.atMs]);
    },
  };
  const recorder = new Recorder();
  recorder.countError("onStart", "no", "", 7000);
  const state = {
    ...{ users: 0, mostUsers: 0, iterations: 0, interruptedIterations: 0, endedIterations: 0, hasSucceeded: false },
    ...{ starts: [], classStarts: [], workers: [] },
  };
  const spans = new SpanBuffer();
  new Span((span) => spans.add(span), { name: "run", startMs: 7100 }).addEventAt("sent", 7200).end(7300);
  const deltas = [{ delta: recorder.takeDelta(8000), isWarmUp: false }];
  const report = reportEncoder()({ type: "report", deltas, state, spans: spans.take()! });
  receive(new Uint8Array([0, 0, 0, 0, 1, ...report]));
  assertEquals((await taken.promise).map((ms) => ms + agent.offsetMs), [8000, 7000, 7100, 7300, 7200]);
});

Deno.test("an agent that is lost before the load is said to be so, not to be a worker that ended early", async () => {
  const network = { request: () => Promise.resolve(new Uint8Array(0)), serve: () => () => {} };
  const join = { agent: "x", name: "a", version: "", protocol: PROTOCOL, cores: 1 };
  const agent = new AgentHandle(network, subjectsOf("r"), join, "a");
  const lost = new Promise<string>((resolve) => {
    agent.events = { onNews: () => {}, onLost: (_, { message }) => resolve(message) };
  });
  const answer = agent.ask({ type: "resize", workers: 2 }).catch(({ message }) => message);
  agent.lose("lost", "silent for 12s");
  const message = "Agent a is lost: silent for 12s, before the load began";
  assertEquals([await lost, await answer], [message, message]);
});

Deno.test("an agent whose answer to a ping is no time is lost with a line, and its clock stays as it was", async () => {
  for (const bytes of [[], [1, 2, 3], [0, 0, 0, 0, 0, 0, 0xf8, 0x7f]]) {
    const network = { request: () => Promise.resolve(new Uint8Array(bytes)), serve: () => () => {} };
    const join = { agent: "x", name: "a", version: "", protocol: PROTOCOL, cores: 1 };
    const agent = new AgentHandle(network, subjectsOf("r"), join, "a");
    const lost: string[] = [];
    agent.events = { onNews: () => {}, onLost: (_, { message }) => lost.push(message) };
    await agent.measure();
    const why = "it sent what cannot be read: Cannot read its time: expected a finite number";
    assertEquals([lost, agent.offsetMs], [[`Agent a is lost: ${why}, before the load began`], 0]);
  }
});
