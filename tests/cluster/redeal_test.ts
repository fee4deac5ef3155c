import { assert, assertEquals, assertMatch } from "@std/assert";
import { Agent, Nats, NATS_MISSING } from "../helpers/processes/cluster.ts";
import type { MachineState } from "../../lib/stats/run_model.ts";
import { runOnMachines, untilHits } from "../helpers/runs/machines.ts";
import { startServer } from "../helpers/servers/test_server.ts";
import { timedTest } from "../helpers/timed_test.ts";

/** Silence after which an agent is lost, in milliseconds; shorter than that of the command. */
const LOST_AFTER_MS = 3000;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const isLost = ({ status }: MachineState) => status === "lost";

/** Three agents for one run each. */
function threeAgents(nats: string): Agent[] {
  return ["a", "b", "c"].map((name) => new Agent(nats, ["--once", "--name", name]));
}

timedTest(
  "an agent that is killed is named, and its users and its part of -i go to the others: -i is exact, exit 1",
  async () => {
    await using nats = await Nats.start();
    await using server = startServer();
    const agents = threeAgents(nats.url);
    await using stack = new AsyncDisposableStack();
    for (const agent of agents) stack.use(agent);
    const usersAfter: number[] = [];
    const run = await runOnMachines(
      nats.url,
      { url: `${server.url}/delay/20`, users: 7, iterations: 2000 },
      { machines: 3, lostAfterMs: LOST_AFTER_MS },
      [{ onView: ({ machines, users }) => void (machines.some(isLost) && usersAfter.push(users)) }],
    );
    await untilHits(server, 0, run);
    await sleep(1300);
    agents[0]!.child.kill("SIGKILL");
    const { iterations, summary, problems, machines, exitCode, mostUsers } = await run.result;
    assertEquals([exitCode, summary.total.count, iterations, mostUsers], [1, 2000, 2000, 7], run.log.join("\n"));
    assertEquals(Math.max(...usersAfter), 7);
    assertEquals(machines.map(({ name, status }) => [name, status]).toSorted(), [
      ["a", "lost"],
      ["b", "ended"],
      ["c", "ended"],
    ]);
    assertEquals(machines.reduce((sum, one) => sum + one.requests, 0), 2000);
    // What the agent had in flight, or measured after its last report, is all that the server saw beyond that.
    const unreported = server.hits - 2000;
    assert(unreported >= 0 && unreported < 200, `${unreported} of ${server.hits} hits`);
    assertEquals(problems.length, 1);
    assertMatch(
      problems[0]!,
      /^Agent a is lost: silent for [3-9]s; it had reported \d+ requests and \d+ iterations, up to \S+ of the load; what it measured after that, and what its \d users had in flight, is missing: the results are not whole\. Its users go to the other 2 machines$/,
    );
  },
  NATS_MISSING,
);

timedTest(
  "arrivals and the cap of an agent that is stopped go to the others at once; a run with onLoss stop stops",
  async () => {
    await using nats = await Nats.start();
    await using server = startServer();
    const [a, b] = ["a", "b"].map((name) => new Agent(nats.url, ["--name", name]));
    await using stack = new AsyncDisposableStack();
    stack.use(a!);
    stack.use(b!);
    const open = await runOnMachines(
      nats.url,
      { url: server.url, users: 20, arrivalRate: 100, maxRps: 100, duration: 3 },
      { machines: 2, lostAfterMs: LOST_AFTER_MS },
    );
    await untilHits(server, 0, open);
    await sleep(800);
    a!.child.kill("SIGTERM");
    const { summary, problems, exitCode, machines } = await open.result;
    const { total, interruptedRequests } = summary;
    assertEquals([exitCode, total.count + interruptedRequests], [1, server.hits], open.log.join("\n"));
    // Half of the arrivals that were due between its last one and the news of its leaving are nobody's.
    assert(
      summary.total.count > 240 && summary.total.count <= 300,
      `${summary.total.count} of 300: ${open.log.join("\n")}`,
    );
    assertMatch(
      problems.join(),
      /^Agent a has left: it was stopped; it had reported .*: all that it measured\. Its users go to the other machine$/,
    );
    assertEquals(machines.map(({ status }) => status).toSorted(), ["ended", "left"]);

    await using c = new Agent(nats.url, ["--name", "c"]);
    const stopping = await runOnMachines(
      nats.url,
      { url: server.url, users: 4, maxRps: 100, duration: 30 },
      { machines: 2, stopsOnLoss: true, lostAfterMs: LOST_AFTER_MS },
    );
    const before = server.hits;
    await untilHits(server, before, stopping);
    await sleep(300);
    c.child.kill("SIGTERM");
    const stopped = await stopping.result;
    assertEquals([stopped.exitCode, stopped.summary.total.count + stopped.summary.interruptedRequests], [
      1,
      server.hits - before,
    ]);
    assertEquals(stopped.reason, "an agent has left");
    assert(stopped.loadMs < 10_000);
  },
  NATS_MISSING,
);
