// A run that is paused by hand, with the real workers.

import { assertEquals } from "@std/assert";
import type { Runner } from "../../../../lib/engine/run/runner.ts";
import type { RunnerOptions } from "../../../../lib/engine/options/options.ts";
import { runSource } from "../../../helpers/runs/run.ts";
import { startServer, type TestServer } from "../../../helpers/servers/test_server.ts";

const SOURCE = `import { sleep } from "@x/locust";
  export async function run(client) { await client.get("/"); await sleep(0.01); }`;

/** Pauses a run at once; calls `act` when no request was made over a whole view, so that every user waits. */
async function pausedRun(server: TestServer, options: RunnerOptions, act: (runner: Runner) => void) {
  let runner!: Runner;
  let hasActed = false;
  const { result } = await runSource(SOURCE, { host: server.url, ...options }, {
    onRunner: (made) => runner = made,
    observers: [{
      onView({ overall, interval, isPaused }) {
        if (!isPaused && !hasActed && overall.total.count > 0) runner.setPaused(true);
        if (!isPaused || interval.total.count > 0 || hasActed) return;
        hasActed = true;
        act(runner);
      },
    }],
  });
  return result;
}

for (
  const [model, options] of [
    ["closed", { users: 5, workers: 2 }],
    ["open", { users: 5, workers: 2, arrivalRate: 50 }],
  ] as const
) {
  for (const how of ["stop", "interrupt"] as const) {
    Deno.test(`Runner.${how}() while paused starts no iteration in the ${model} model`, async () => {
      await using server = startServer();
      let hits = 0;
      const result = await pausedRun(server, options, (runner) => {
        hits = server.hits;
        if (how === "stop") runner.stop("enough");
        else runner.interrupt();
      });
      assertEquals([server.hits, result.summary.total.count, result.iterations], [hits, hits, hits]);
      assertEquals(result.interruptedIterations, 0);
    });
  }
}

Deno.test("Runner.addUsers() while paused uses up no iteration of the limit, and the run ends with it", async () => {
  await using server = startServer();
  const result = await pausedRun(server, { users: 4, workers: 2, iterations: 800 }, (runner) => {
    runner.addUsers(-3); // which leaves one worker without any
    runner.setPaused(false);
  });
  assertEquals([server.hits, result.iterations, result.reason], [800, 800, "reached iteration limit (800)"]);
});

Deno.test("users removed while paused are gone before the run resumes", async () => {
  await using server = startServer();
  let runner!: Runner;
  let step: "load" | "paused" | "taken away" = "load";
  const { result } = await runSource(SOURCE, { host: server.url, users: 4, workers: 2, duration: 30 }, {
    onRunner: (made) => runner = made,
    observers: [{
      onView({ users, isPaused }) {
        if (step === "load" && users === 4) {
          runner.setPaused(true);
          step = "paused";
        } else if (step === "paused" && isPaused) {
          runner.addUsers(-3);
          step = "taken away";
        } else if (step === "taken away" && isPaused && users === 1) runner.stop("three are gone");
      },
    }],
  });
  assertEquals([result.reason, result.interruptedIterations], ["three are gone", 0]);
});
