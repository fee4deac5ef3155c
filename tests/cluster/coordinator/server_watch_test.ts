// A NATS server that is away while the user ends the run.

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { RunView } from "../../../lib/stats/run_model.ts";
import { Agent, Nats, NATS_MISSING } from "../../helpers/processes/cluster.ts";
import { runOnMachines, untilHits } from "../../helpers/runs/machines.ts";
import { startServer } from "../../helpers/servers/test_server.ts";
import { skippableTest } from "../../helpers/skippable.ts";

skippableTest(
  "a run that the user ends while the NATS server is away ends soon, with what was gathered, exit 1",
  NATS_MISSING,
  async () => {
    await using nats = await Nats.start();
    await using server = startServer();
    await using _agent = new Agent(nats.url, ["--name", "a"]);
    const isHeard = Promise.withResolvers<void>();
    const isAway = Promise.withResolvers<void>();
    const onView = ({ overall }: RunView) => void (overall.total.count > 0 && isHeard.resolve());
    const run = await runOnMachines(
      nats.url,
      { url: server.url, duration: 60 },
      { machines: 1, serverGraceMs: 100, log: (_, text) => void (text.includes("trying again") && isAway.resolve()) },
      [{ onView }],
    );
    await untilHits(server, 0, run);
    await isHeard.promise;
    await nats.kill();
    await isAway.promise;
    run.runner.stop("test");
    const { exitCode, summary, problems, machines } = await run.result;
    assertEquals([exitCode, problems.length, machines.map(({ status }) => status)], [1, 1, ["lost"]]);
    assertMatch(
      problems[0]!,
      /^Agent a is lost: the NATS server has been away for \d+m?s; it had reported \d+ requests/,
    );
    assert(summary.total.count > 0);
    await new Promise((resolve) => setTimeout(resolve, 350)); // the client's last attempt to connect again
  },
);
