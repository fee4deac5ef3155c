// A NATS server that is away while the user ends the run.

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { RunView } from "../../../lib/stats/run_model.ts";
import { Agent, Nats, NATS_MISSING } from "../../helpers/processes/cluster.ts";
import { runOnMachines, untilHits } from "../../helpers/runs/machines.ts";
import { startServer } from "../../helpers/servers/test_server.ts";
import { skippableTest } from "../../helpers/skippable.ts";

/** Ends a run over two agents at the user's will once the NATS server is away; returns its result. */
async function endedWhileAway(end: "stop" | "interrupt") {
  await using nats = await Nats.start();
  await using server = startServer();
  await using _one = new Agent(nats.url, ["--name", "a"]);
  await using _other = new Agent(nats.url, ["--name", "b"]);
  const isHeard = Promise.withResolvers<void>();
  const isAway = Promise.withResolvers<void>();
  const onView = ({ overall }: RunView) => void (overall.total.count > 0 && isHeard.resolve());
  const run = await runOnMachines(
    nats.url,
    { url: server.url, users: 2, duration: 60 },
    { machines: 2, serverGraceMs: 100, log: (_, text) => void (text.includes("trying again") && isAway.resolve()) },
    [{ onView }],
  );
  await untilHits(server, 0, run);
  await isHeard.promise;
  await nats.kill();
  await isAway.promise;
  run.runner[end]("test");
  const result = await run.result;
  await new Promise((resolve) => setTimeout(resolve, 350)); // the client's last attempt to connect again
  return result;
}

for (const [end, code] of [["stop", 1], ["interrupt", 130]] as const) {
  skippableTest(
    `a run that the user ends (${end}) while the NATS server is away ends soon, with what was gathered, exit ${code}`,
    NATS_MISSING,
    async () => {
      const { exitCode, summary, problems, machines } = await endedWhileAway(end);
      assertEquals([exitCode, machines.map(({ status }) => status)], [code, ["lost", "lost"]]);
      assertEquals(problems.length, 2);
      for (const problem of problems) {
        assertMatch(
          problem,
          /^Agent [ab] is lost: the NATS server has been away for \d+s; it had reported \d+ requests/,
        );
        assert(!problem.includes("users go to"), problem);
      }
      assert(summary.total.count > 0);
    },
  );
}
