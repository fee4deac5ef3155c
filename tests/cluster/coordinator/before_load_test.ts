import { assert, assertEquals, assertMatch } from "@std/assert";
import type { ToAgent } from "../../../lib/cluster/wire/protocol.ts";
import { WorkerError } from "../../../lib/core/errors.ts";
import { type PlayedRun, playRun } from "../../helpers/runs/played_agents.ts";

const OPTIONS = { url: "http://127.0.0.1:1/", users: 6, iterations: 60 } as const;

type Order = ToAgent["type"];

/** Runs with agents of which some leave when they get an order. */
function runWithLeavers(
  names: string,
  leavers: string,
  at: Order,
  parts: Parameters<typeof playRun>[3] = {},
  options: Parameters<typeof playRun>[2] = OPTIONS,
): Promise<PlayedRun> {
  return playRun(
    names,
    (order, agent) => {
      if (!leavers.includes(agent.id) || order.type !== at) return false;
      agent.leave();
      return true;
    },
    options,
    parts,
  );
}

/** Returns what each agent was told last of its iterations, and of how many workers it is which. */
function shares({ agents }: PlayedRun): unknown[] {
  return agents.flatMap(({ id, orders }) => {
    const start = orders.find(({ type }) => type === "start");
    if (start?.type !== "start") return [];
    const last = orders.findLast(({ type }) => type === "share");
    const { iterations } = last?.type === "share" ? last.share : start.start.part;
    return [[id, start.start.part.first, start.start.workers, iterations]];
  });
}

for (const at of ["load", "prepare"] as const) {
  Deno.test(`a run goes on without an agent that is lost at "${at}": named, its share dealt to the others, exit 1`, async () => {
    const run = await runWithLeavers("abc", "b", at);
    assertEquals(run.error, null);
    assertEquals(shares(run), [["a", 0, 2, 30], ["c", 1, 2, 30]]);
    const { exitCode, summary, problems, machines } = run.result!;
    assertEquals([exitCode, summary.total.count], [1, 2], run.log.join("\n"));
    assertEquals(problems, [
      "Agent b has left: it was stopped, before the load began; the other 2 machines run the whole load",
    ]);
    assertEquals(machines.map(({ name, status, workers }) => [name, status, workers]), [
      ["a", "ended", 1],
      ["b", "left", 0],
      ["c", "ended", 1],
    ]);
  });
}

Deno.test("a run goes on without an agent that is lost between the order to start and that instant", async () => {
  const run = await runWithLeavers("abc", "b", "start");
  assertEquals(run.error, null);
  assertEquals(shares(run), [["a", 0, 3, 30], ["b", 1, 3, 20], ["c", 2, 3, 30]]);
  const { exitCode, problems } = run.result!;
  assertEquals([exitCode, problems.length], [1, 1], run.log.join("\n"));
  assertMatch(problems[0]!, /^Agent b has left: it was stopped; it had reported nothing.*go to the other 2 machines$/);
});

Deno.test('agents that were spare take the users of the only one that is lost at "prepare"', async () => {
  const run = await runWithLeavers("abc", "a", "prepare", {}, { ...OPTIONS, users: 1 });
  assertEquals(run.error, null);
  assertEquals(shares(run), [["b", 0, 1, 60]]);
  assertEquals(run.agents[1]!.orders.map(({ type }) => type), ["load", "resize", "prepare", "start", "stop", "end"]);
  assertEquals(run.result!.exitCode, 1, run.log.join("\n"));
});

Deno.test("an agent that is lost before it is resized leaves its workers to one that had none", async () => {
  const run = await playRun(
    "abc",
    (order, agent) => {
      if (agent.id !== "b" || order.type !== "resize") return false;
      agent.leave();
      return true;
    },
    { ...OPTIONS, users: 3 },
    { workersEach: 2 },
  );
  assertEquals(run.error, null);
  assertEquals(shares(run).length, 2);
  const resizes = run.agents.map(({ orders }) =>
    orders.flatMap((order) => order.type === "resize" ? order.workers : [])
  );
  assertEquals([resizes[0], resizes[1], resizes[2]], [[1, 2], [1], [1]]);
});

Deno.test("a run whose last agent is lost before the load ends with exit 1, and begins no load", async () => {
  const importing = await runWithLeavers("ab", "ab", "load");
  assert(importing.error instanceof WorkerError, importing.log.join("\n"));
  assertMatch(importing.error.message, /^Agent [ab] has left: it was stopped, before the load began$/);
  const preparing = await runWithLeavers("ab", "ab", "prepare");
  assertEquals([preparing.result?.exitCode, preparing.result?.reason], [1, "an agent has left before the load"]);
  assertEquals(shares(preparing), []);
});

Deno.test("a loss before the load ends the run with --on-loss stop, or where fewer than --start-with are left", async () => {
  for (const at of ["load", "prepare"] as const) {
    for (
      const [parts, tail] of [[{ stopsOnLoss: true }, ""], [
        { leastAgents: 2 },
        "; 1 agent is left, expected at least 2",
      ]] as const
    ) {
      // The other agent does not answer before: nobody waits for it.
      const { result, error, log } = await playRun(
        "ab",
        (order, agent) => {
          if (order.type !== at) return false;
          if (agent.id === "a") agent.leave();
          return true;
        },
        OPTIONS,
        parts,
      );
      const said = `Agent a has left: it was stopped, before the load began${tail}`;
      assertEquals(at === "load" ? (error as Error)?.message : result?.problems.join(), said, log.join("\n"));
    }
  }
});
