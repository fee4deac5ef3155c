// Coordinators that speak nonsense: the agent leaves their run with one line, and waits on.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { AgentRun } from "../../../lib/cluster/agent/agent_run.ts";
import type { ToMachine } from "../../../lib/cluster/shared/batch_line.ts";
import { readToMachine } from "../../../lib/cluster/shared/share_shapes.ts";
import { decode, encode } from "../../../lib/cluster/wire/reports/codec.ts";
import { Link, type Network } from "../../../lib/cluster/wire/link.ts";
import { readOrder } from "../../../lib/cluster/wire/order_shapes.ts";
import { type FromAgent, PROTOCOL, subjectsOf, type ToAgent } from "../../../lib/cluster/wire/protocol.ts";
import type { RunOptions } from "../../../lib/engine/options/options.ts";
import { mutated } from "../../helpers/mutations.ts";
import { seededRandom } from "../../helpers/random.ts";
import { memoryNetwork } from "../../helpers/runs/played_agents.ts";

const plan = {
  ...{ type: "plan" as const, scenario: 0, startMs: 5, extraUsers: 0, deal: null },
  shape: { model: "closed" as const, stages: [{ durationMs: 1000, target: 5 }] },
};
const share = { iterations: 5, isFinal: false, maxRequestsPerSecond: null };
const part = { ...share, first: 0, firstTurnMs: 0 };
const scenarios = [{ classes: [0], capacity: Infinity, plan }];
const ORDERS: readonly ToAgent[] = [
  {
    ...{ type: "load", id: 1, options: {} as RunOptions, workers: 1, proof: null, aloneAfterMs: 8000 },
    bundle: { hash: "x", bytes: 1 },
  },
  { type: "resize", id: 2, workers: 1 },
  { type: "prepare", id: 3, data: { bytes: new SharedArrayBuffer(1) }, classes: [0] },
  { type: "start", start: { startMs: 5, endMs: 9, workers: 1, scenarios, part } },
  { type: "follow", plan },
  { type: "share", share: { ...share, lost: [1] } },
  { type: "pause", isPaused: true },
  { type: "stop" },
];
const SHARED: readonly ToMachine[] = [
  { type: "answer", key: "k", answer: { value: null } },
  { type: "deliver", name: "b", record: new Uint8Array(2) },
  { type: "recall", id: 1, name: "r" },
];

/** Sends one message to an agent; returns the agent's last words and its log, or `null` if it stays. */
async function play(message: unknown, isShared: boolean): Promise<{ reason: string; log: string[] } | null> {
  const [network, subjects, log] = [memoryNetwork(), subjectsOf("r"), [] as string[]];
  const identity = { agent: "x", name: "a", version: "", protocol: PROTOCOL, cores: 1 };
  const run = new AgentRun(network as Network, "r", identity, (line) => log.push(line));
  const [to, from] = isShared ? [subjects.toShare("x"), subjects.fromShare("x")] : [subjects.toAgent("x"), "nowhere"];
  let reason: string | null = null;
  const news = new Link<never, FromAgent>(network, "nowhere", subjects.fromAgent("x"), (one) => {
    if (one.type === "left") reason = one.reason;
  });
  const link = new Link<unknown, never>(network, to, from, () => {});
  link.send(message);
  await link.flush();
  for (let turns = 0; turns < 50; turns++) await Promise.resolve();
  if (reason !== null) await run.ended;
  run.close();
  news.close();
  link.close();
  return reason === null ? null : { reason, log };
}

function isRight(message: unknown, isShared: boolean): boolean {
  try {
    const read = decode(encode(message));
    if (!isShared) readOrder(read);
    else (read as unknown[]).map(readToMachine);
    return true;
  } catch {
    return false;
  }
}

Deno.test("an agent leaves the run of a coordinator that sends nonsense, with one line, and nothing is thrown", async () => {
  const random = seededRandom(11);
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  let wrong = 0;
  for (let run = 0; run < 300; run++) {
    const isShared = random() < 0.3;
    const message = mutated(isShared ? [pick(SHARED)] : pick(ORDERS), random);
    const { type } = message as ToAgent ?? {};
    if (isRight(message, isShared) && type === "load") continue; // would start workers
    const isEarly = !isShared && ["resize", "prepare", "start"].includes(type);
    const shouldLeave = isEarly || !isRight(message, isShared);
    if (shouldLeave) wrong++;
    const left = await play(message, isShared);
    assertEquals(left !== null, shouldLeave, Deno.inspect(message, { depth: 9 }));
    if (left === null) continue;
    assertMatch(left.reason, /^it was sent what cannot be read: Cannot read (?:an order|an answer|a batch)/);
    assertEquals(left.log, [`Leaving the run: its coordinator sent${left.reason.slice("it was sent".length)}`]);
  }
  assert(wrong > 150, `${wrong} wrong messages`);
});
