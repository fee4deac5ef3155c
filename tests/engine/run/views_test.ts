// What those who watch a run are shown.

import { assertEquals } from "@std/assert";
import { pathToFileURL } from "node:url";
import { runSource } from "../../helpers/runs/run.ts";
import { startServer } from "../../helpers/servers/test_server.ts";

const SOURCE = `import { sleep } from "@x/locust";
  export async function run(client) { await client.get("/"); await sleep(0.1); }`;

for (const iterations of [2, 30]) {
  Deno.test(`the intervals of all views add up to the whole run, with ${iterations} iterations, too`, async () => {
    await using server = startServer();
    const counts: number[] = [];
    const { result } = await runSource(SOURCE, { iterations, users: 2, workers: 2, host: server.url }, {
      observers: [{ onView: ({ interval }) => void counts.push(interval.total.count) }],
    });
    assertEquals(counts.reduce((sum, count) => sum + count, 0), iterations);
    assertEquals(result.summary.total.count, iterations);
  });
}

Deno.test("RunInfo has the options in force, each once, and the locustfile's absolute path", async () => {
  await using server = startServer();
  const { result } = await runSource(SOURCE, { iterations: 1, workers: 3, host: server.url });
  const { locustfile, workers, stopTimeoutMs, ...others } = result.info.options;
  assertEquals([pathToFileURL(result.info.subject).href, workers, stopTimeoutMs], [locustfile, 1, 10_000]);
  assertEquals(["requestedWorkers", "notes"].filter((key) => key in others), []);
});
