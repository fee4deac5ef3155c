// What users share over all workers of whole runs.

import { assert, assertEquals } from "@std/assert";
import { runSource } from "../../helpers/runs/run.ts";
import { startServer } from "../../helpers/servers/test_server.ts";

for (const workers of [1, 2, 4]) {
  Deno.test(`shared reaches setup, control and the users of ${workers} workers`, async () => {
    await using server = startServer();
    const source = `
      import { shared, sleep } from "@x/locust";
      const jobs = shared.queue("jobs");
      const results = shared.queue("results");
      const done = shared.counter("done");
      const news = shared.broadcast("news");
      let factor = null;
      news.listen((message) => { factor = message.factor; shared.counter("heard").add(); });
      export function setup() {
        for (let index = 0; index < 500; index++) jobs.push(index);
        news.send({ factor: 3 });
      }
      export async function run() {
        const job = await jobs.take();
        while (factor === null) await sleep("1ms");
        done.add(); // before its result is there, which control waits for
        results.push([job, job * factor]);
      }
      export async function control(test) {
        await test.users(8);
        let sum = 0;
        for (let index = 0; index < 500; index++) sum += (await results.take())[1];
        for (let turn = 0; turn < 1000 && shared.counter("heard").value <= ${workers}; turn++) await test.sleep("1ms");
        const report = { sum, done: done.value, heard: shared.counter("heard").value, left: jobs.length };
        await fetch("${server.url}/report", { method: "POST", body: JSON.stringify(report) }).then((r) => r.text());
      }
      export async function teardown() {
        await fetch("${server.url}/left", { method: "POST", body: String(results.length) }).then((r) => r.text());
      }`;
    const { result, logs } = await runSource(source, { workers, stopTimeout: 30 });
    assertEquals([result.exitCode, result.reason], [0, "control ended"], logs.join("\n"));
    const [report, left] = server.requests.map(({ body }) => JSON.parse(body));
    // Each load worker has heard it, and the one of the hooks, where setup sent it.
    assertEquals(report, { sum: 3 * 499 * 250, done: 500, heard: workers + 1, left: 0 });
    assertEquals([left, result.iterations, result.interruptedIterations], [0, 500, 8]);
  });
}

Deno.test("a user that waits in take() does not hold up the end of the run, and ends gracefully", async () => {
  await using server = startServer();
  const source = `
    import { shared, HttpUser } from "@x/locust";
    export class One extends HttpUser {
      async run() { await shared.queue("empty").take(); }
      async onStop() { await this.client.get("/stopped"); }
    }`;
  const begin = performance.now();
  const options = { users: 4, workers: 2, duration: "300ms", stopTimeout: 60, host: server.url };
  const { result } = await runSource(source, options);
  assert(performance.now() - begin < 60_000, "the stop timeout was waited for");
  assertEquals([result.exitCode, result.iterations, result.interruptedIterations], [0, 0, 4]);
  assertEquals([result.summary.errors.length, server.hits], [0, 4]);
});

Deno.test("users that wait in take() are cut off once the limit on iterations is reached, on every worker", async () => {
  const source = `
    import { shared, sleep } from "@x/locust";
    const waiting = shared.counter("waiting");
    export async function run(client, user) {
      if (user.id % 2 === 0) {
        waiting.add();
        await shared.queue("empty").take();
      }
      while (waiting.value < 2) await sleep("1ms");
    }`;
  const { result } = await runSource(source, { users: 4, workers: 2, iterations: 1000 });
  assertEquals([result.reason, result.iterations + result.interruptedIterations], [
    "reached iteration limit (1000)",
    1000,
  ]);
  assertEquals(result.interruptedIterations, 2);
});

Deno.test("runs at the same time in one process share nothing with each other", async () => {
  await using server = startServer();
  const source = `
    import { shared, sleep } from "@x/locust";
    const news = shared.broadcast("news");
    news.listen(() => shared.counter("heard").add());
    export function setup() { news.send(1); }
    export async function run() {
      while (shared.counter("heard").value < 3) await sleep("1ms");
      shared.counter("runs").add();
    }
    export async function teardown() {
      const counts = [shared.counter("heard").value, shared.counter("runs").value];
      await fetch("${server.url}/report", { method: "POST", body: JSON.stringify(counts) }).then((r) => r.text());
    }`;
  await Promise.all([1, 2].map(() => runSource(source, { users: 2, workers: 2, iterations: 10 })));
  assertEquals(server.requests.map(({ body }) => body), ["[3,10]", "[3,10]"]);
});

Deno.test("take() with a timeout waits for it in teardown, after a run that has ended as planned", async () => {
  const source = `
    import { log, shared, sleep } from "@x/locust";
    const queue = shared.queue("q");
    export async function run() { await sleep("10ms"); }
    export async function teardown() {
      const taking = queue.take({ timeout: "300s" });
      await sleep("20ms");
      queue.push(7);
      log.info("took " + await taking);
      await queue.take({ timeout: "20ms" }).catch((error) => log.info(error.name));
      log.info("torn down");
    }`;
  const { result, logs } = await runSource(source, { duration: "100ms" });
  assertEquals([result.exitCode, logs.slice(-3)], [0, ["INFO took 7", "INFO TimeoutError", "INFO torn down"]]);
});

Deno.test("take() of an empty queue without a timeout cuts teardown off with a warning", async () => {
  const source = `
    import { log, shared } from "@x/locust";
    export function run() {}
    export async function teardown() {
      await shared.queue("q").take();
      log.info("torn down");
    }`;
  const { result, logs } = await runSource(source, { iterations: 1 });
  assertEquals([result.exitCode, logs.at(-1)], [
    0,
    "WARNING teardown() was cut off in a take() of an empty queue, the rest of it did not run: " +
    "no producer is left, expected tryTake() or a timeout",
  ]);
});
