// How runs with a limit on iterations end: when all have been taken and none is running.

import { assert, assertEquals } from "@std/assert";
import { runSource } from "../../helpers/runs/run.ts";
import { startServer } from "../../helpers/servers/test_server.ts";

/** Longer than any test may take. */
const FOR_EVER = "600s";
/** Far more than a run takes that does not wait for what it is not to wait for, and far less than {@linkcode FOR_EVER}. */
const SOON_MS = 60_000;

for (const workers of [1, 2, 3]) {
  Deno.test(`-i ends the run though users pause after the last iteration, on ${workers} workers`, async () => {
    await using server = startServer();
    const source = `
      import { constant, HttpUser } from "@x/locust";
      export class One extends HttpUser {
        static waitTime = constant("${FOR_EVER}");
        async run() { await this.client.get("/"); }
        async onStop() { await this.client.get("/stopped"); }
      }`;
    const { result } = await runSource(source, { users: 3, iterations: 3, workers, host: server.url });
    assert(result.loadMs < SOON_MS, `${result.loadMs} ms`);
    assertEquals([result.iterations, result.reason], [3, "reached iteration limit (3)"]);
    assertEquals([server.hitsByPath.get("/"), server.hitsByPath.get("/stopped")], [3, 3]);
  });

  Deno.test(`-i ends the run before the next arrival, on ${workers} workers`, async () => {
    await using server = startServer();
    const source = `export async function run(client) { await client.get("/"); }`;
    const options = { arrivalRate: "1/m", users: 3, iterations: 1, duration: FOR_EVER, workers, host: server.url };
    const { result } = await runSource(source, options);
    assert(result.loadMs < SOON_MS, `${result.loadMs} ms`);
    assertEquals([result.iterations, server.hits, result.summary.arrivals!.dropped], [1, 1, 0]);
    assertEquals(result.reason, "reached iteration limit (1)");
  });

  Deno.test(`-i ends the run before another class's load begins, on ${workers} workers`, async () => {
    await using server = startServer();
    const source = `
      import { HttpUser } from "@x/locust";
      class Base extends HttpUser { async run() { await this.client.get("/" + this.constructor.name); } }
      export class A extends Base {}
      export class Open extends Base { static load = { arrivalRate: 10, users: 2, startTime: "${FOR_EVER}" }; }
      export class Closed extends Base { static load = { users: 2, startTime: "${FOR_EVER}" }; }`;
    const options = { users: 2, iterations: 5, duration: "900s", workers, host: server.url };
    const { result } = await runSource(source, options);
    assert(result.loadMs < SOON_MS, `${result.loadMs} ms`);
    assertEquals([result.iterations, server.hitsByPath.get("/A"), server.hits], [5, 5, 5]);
  });
}

Deno.test("-i waits for the iterations in flight, on every worker, and counts them", async () => {
  await using server = startServer();
  const source = `
    import { sleep } from "@x/locust";
    export async function run(client, user) {
      if (user.id === 0) await sleep("1s"); // several looks at the limit
      await client.get("/");
    }`;
  const { result } = await runSource(source, {
    users: 4,
    iterations: 40,
    workers: 2,
    stopTimeout: 0,
    host: server.url,
  });
  assertEquals([result.iterations, result.interruptedIterations, server.hits], [40, 0, 40]);
  assert(result.loadMs >= 1000, `${result.loadMs} ms`);
});

for (const model of [{}, { arrivalRate: 50 }]) {
  const name = "arrivalRate" in model ? "open" : "closed";
  Deno.test(`user.running stays true in the last iterations of -i, in the ${name} model`, async () => {
    await using server = startServer();
    const source = `
      import { sleep } from "@x/locust";
      export async function run(client, user) {
        for (let turn = 0; turn < 20 && user.running; turn++) await sleep("50ms"); // several looks at the limit
        await client.get("/" + user.running);
      }`;
    const options = { users: 4, iterations: 4, workers: 2, maxLateness: 60, host: server.url, ...model };
    const { result } = await runSource(source, options);
    assertEquals([result.iterations, server.hitsByPath.get("/true"), server.hits], [4, 4, 4]);
  });
}

for (const workers of [1, 2]) {
  for (const onStart of ['throw new Error("broken");', "await new Promise(() => {});", 'await sleep("600s");']) {
    Deno.test(`-i ends the run though another class's onStart does "${onStart}", on ${workers} workers`, async () => {
      await using server = startServer();
      const source = `
        import { HttpUser, sleep } from "@x/locust";
        export class A extends HttpUser {
          async run() { await this.client.get("/"); await sleep(0.1); }
          async onStop() { await this.client.get("/stopped"); }
        }
        export class B extends HttpUser { async onStart() { ${onStart} } run() {} }`;
      const options = { users: 2, iterations: 5, workers, stopTimeout: 1, host: server.url };
      const { result, logs } = await runSource(source, options);
      assertEquals([result.iterations, result.interruptedIterations, result.exitCode], [5, 0, 0], logs.join("\n"));
      assertEquals([server.hitsByPath.get("/"), server.hitsByPath.get("/stopped")], [5, 1]);
      assertEquals(result.reason, "reached iteration limit (5)");
      const isHanging = !onStart.startsWith("throw");
      const warning = "WARNING Users did not get through onStart or onStop within 1s after the last iteration: cut off";
      assertEquals(logs.filter((line) => line.startsWith("WARNING")), isHanging ? [warning] : []);
    });
  }
}

Deno.test("-i does not cut off a last iteration longer than the stop timeout, and lets onStop end", async () => {
  await using server = startServer();
  const source = `
    import { HttpUser, sleep } from "@x/locust";
    export class One extends HttpUser {
      async run() { await sleep("3s"); await this.client.get("/"); }
      async onStop() { await sleep("200ms"); await this.client.get("/stopped"); }
    }`;
  const { result, logs } = await runSource(source, { iterations: 1, stopTimeout: "2s", host: server.url });
  assertEquals([result.iterations, server.hits], [1, 2], logs.join("\n"));
});
