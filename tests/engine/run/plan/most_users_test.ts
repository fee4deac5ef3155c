// How many users ran at most, and rows that are one kind of request.

import { assert, assertEquals } from "@std/assert";
import type { Runner } from "../../../../lib/engine/run/runner.ts";
import { runSource } from "../../../helpers/runs/run.ts";
import { startServer } from "../../../helpers/servers/test_server.ts";

const SLEEPER = `import { sleep } from "@x/locust"; export async function run() { await sleep(0.02); }`;

Deno.test("the result of a ramp stopped early has the most users that ran", async () => {
  let runner: Runner;
  const { result } = await runSource(SLEEPER, { users: 100, rate: 10, workers: 2 }, {
    onRunner: (made) => runner = made,
    observers: [{ onView: ({ users }) => users > 0 && runner.stop("seen enough") }],
  });
  assertEquals(result.info.targetUsers, 100);
  assert(result.mostUsers > 0 && result.mostUsers < 100, `${result.mostUsers} users`);
});

Deno.test("a run of less than a report's time has had all of its users", async () => {
  const { result } = await runSource(SLEEPER, { users: 7, workers: 2, duration: "100ms" });
  assertEquals(result.mostUsers, 7);
});

Deno.test("more than 200 rows of one pattern cause a warning, during the load and in the result", async () => {
  await using server = startServer();
  const source = `let id = 0;
    export async function run(client) { await client.get("/item/" + ++id); }`;
  const seen: string[] = [];
  const observers = [{ onView: ({ warnings }: { warnings: readonly string[] }) => void seen.push(...warnings) }];
  const { result } = await runSource(source, { iterations: 210, workers: 1, host: server.url }, { observers });
  const warning =
    '210 of 210 rows look like the same request, GET /item/:id. Pass { name: "/item/:id" } with it to get ' +
    "one row.";
  assert(result.warnings.includes(warning), result.warnings.join());
  assert(seen.includes(warning));
  const { result: few } = await runSource(source, { iterations: 200, workers: 1, host: server.url });
  assertEquals(few.warnings.filter((text) => text.includes("look like the same request")), []);
});
