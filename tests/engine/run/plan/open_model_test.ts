import { assert, assertEquals } from "@std/assert";
import type { Runner } from "../../../../lib/engine/run/runner.ts";
import { runSource } from "../../../helpers/runs/run.ts";
import { timedTest } from "../../../helpers/timed_test.ts";
import { startServer } from "../../../helpers/servers/test_server.ts";

const GET_ROOT = `export async function run(client) { await client.get("/"); }`;
const WORKERS = [1, 2, 4];

for (const workers of WORKERS) {
  timedTest(`50/s for 2 s is 100 iterations, evenly spread, on ${workers} workers`, async () => {
    await using server = startServer();
    const source = `
      import { HttpUser } from "@x/locust";
      const begun = [];
      export class One extends HttpUser {
        async run() {
          begun.push(performance.timeOrigin + performance.now());
          await this.client.get("/");
        }
        async onStop() {
          const init = { method: "POST", body: JSON.stringify(begun.splice(0)) };
          await fetch("${server.url}/begun", init).then((resp) => resp.text());
        }
      }`;
    const options = { arrivalRate: 50, duration: 2, maxLateness: "5s", workers, host: server.url };
    const { result } = await runSource(source, options);
    const { arrivals } = result.summary;
    assertEquals([result.askedIterations, arrivals!.started, arrivals!.dropped], [100, 100, 0]);
    assertEquals([result.iterations, server.hitsByPath.get("/")], [100, 100]);
    assertEquals([result.reason, result.loadMs], ["target duration elapsed after 2s", 2000]);
    const posts = server.requests.filter(({ path }) => path === "/begun");
    const begun = posts.flatMap(({ body }) => JSON.parse(body) as number[]).toSorted((a, b) => a - b);
    // One is due every 20 ms: what begins later than that has been counted as late, to the millisecond.
    const offsets = begun.map((ms, index) => ms - index * 20);
    const lateMs = offsets.map((offset) => offset - Math.min(...offsets));
    const { meanMs, maxMs } = arrivals!.lateness;
    const shown = `${lateMs.map(Math.round).join(" ")} ms late, counted ${meanMs} to ${maxMs} ms`;
    assertEquals(begun.length, 100);
    assert(lateMs.reduce((sum, ms) => sum + ms) / 100 < meanMs + 1, shown);
  });

  timedTest(`a stall of 1 s under 100/s shows in p99 response time and not in p50, on ${workers} workers`, async () => {
    let stallEndMs = Infinity;
    await using server = startServer(async () => {
      const now = performance.now();
      if (stallEndMs === Infinity) stallEndMs = now + 2000; // from the second second on …
      if (now > stallEndMs - 1000 && now < stallEndMs) await new Promise((go) => setTimeout(go, stallEndMs - now));
      return new Response("");
    });
    const { result } = await runSource(GET_ROOT, {
      ...{ arrivalRate: 100, duration: 4, users: 8, maxLateness: "5s", workers, host: server.url },
    });
    const { total, arrivals } = result.summary;
    assertEquals([total.count, server.hits, arrivals!.dropped], [400, 400, 0]);
    // A quarter of all came while it stood still, and waited for what was left of the second.
    assert(total.p99Ms > 800, `p99 ${total.p99Ms}`);
    assert(total.p95Ms > 600, `p95 ${total.p95Ms}`);
    assert(total.p50Ms < 100, `p50 ${total.p50Ms}`);
    // The eight that were under way are all that service time, which leaves the waiting out, knows of.
    assert(total.service!.p95Ms < 100, `service p95 ${total.service!.p95Ms}`);
    assert(total.service!.maxMs > 800, `service max ${total.service!.maxMs}`);
    assert(arrivals!.late > 50, `${arrivals!.late} late`);
  });

  timedTest(
    `what no user is free for is late, then dropped, and all of it counted, on ${workers} workers`,
    async () => {
      await using server = startServer();
      const source = `export async function run(client) { await client.get("/delay/100"); }`;
      const { result } = await runSource(source, {
        ...{ arrivalRate: 100, duration: 1, users: 4, maxLateness: "200ms", workers, host: server.url },
      });
      const { arrivals } = result.summary;
      assertEquals(result.askedIterations, 100);
      assertEquals(arrivals!.started + arrivals!.dropped, 100, JSON.stringify(arrivals));
      assertEquals([result.iterations, server.hits], [arrivals!.started, arrivals!.started]);
      assert(arrivals!.dropped > 30, `${arrivals!.dropped} dropped`);
      assert(arrivals!.late > 10, `${arrivals!.late} late`);
      assert(arrivals!.lateness.maxMs < 300, `begun ${arrivals!.lateness.maxMs} ms late`);
      assertEquals(result.summary.connections.count <= 4, true);
    },
  );
}

timedTest("a class with fewer users than there are workers gets all of its arrivals", async () => {
  await using server = startServer();
  const source = `
    import { HttpUser, sleep } from "@x/locust";
    export class A extends HttpUser { static load = { users: 4 }; async run() { await sleep("50ms"); } }
    export class D extends HttpUser {
      static load = { arrivalRate: 10, users: 1 };
      async run() { await this.client.get("/D"); }
    }`;
  const { result } = await runSource(source, { workers: 4, duration: 2, maxLateness: 30, host: server.url });
  const { started, dropped } = result.summary.arrivals!;
  assertEquals([result.askedIterations, started, dropped, server.hits], [20, 20, 0, 20]);
});

timedTest(
  "a number of users that is not a multiple of the workers runs as many iterations as on one worker",
  async () => {
    const source = `import { sleep } from "@x/locust"; export async function run() { await sleep("500ms"); }`;
    // Three users take up to 6/s: dealt to two workers alike, one user would be asked for 2.75/s and drop a quarter.
    const options = { arrivalRate: 5, users: 3, duration: 6, maxLateness: "400ms", workers: 2 };
    const { result } = await runSource(source, options);
    const { started, dropped } = result.summary.arrivals!;
    assertEquals([result.askedIterations, started, dropped], [30, 30, 0]);
  },
);

timedTest("users added to an arrival rate get their share of it, on every worker", async () => {
  const source = `
    import { HttpUser, sleep } from "@x/locust";
    class Base extends HttpUser { async run() { await sleep("100ms"); } }
    export class Sharing extends Base {}
    export class Own extends Base { static load = { users: 3 }; }`;
  let runner!: Runner;
  let hasAdded = false;
  // One user of four workers' has 40/s to run, of which it manages 10; with 8, nothing more is dropped.
  const { result } = await runSource(source, {
    ...{ arrivalRate: 40, users: 1, workers: 4, duration: 6, maxLateness: "500ms" },
  }, {
    onRunner: (made) => runner = made,
    observers: [{
      onView() {
        if (!hasAdded) runner.addUsers(11);
        hasAdded = true;
      },
    }],
  });
  const { started, dropped } = result.summary.arrivals!;
  assertEquals([result.askedIterations, started + dropped], [240, 240]);
  assert(started > 150, `${started} of 240`);
});

timedTest("stages of arrivalRate follow the line, and replace rate and duration", async () => {
  await using server = startServer();
  const config = { stages: [{ duration: 1, arrivalRate: 100 }, { duration: "500ms", arrivalRate: "100/s" }] };
  const { result, logs } = await runSource(GET_ROOT, { config, duration: 9, workers: 2, host: server.url });
  assertEquals([result.askedIterations, result.loadMs], [100, 1500]);
  assertEquals(result.summary.arrivals!.started + result.summary.arrivals!.dropped, 100);
  assert(logs.includes("INFO The stages of config replace duration"), logs.join("\n"));
});

timedTest("an iteration limit ends a run with an arrival rate, exactly", async () => {
  await using server = startServer();
  const { result } = await runSource(GET_ROOT, { arrivalRate: 200, iterations: 30, workers: 2, host: server.url });
  assertEquals([result.iterations, server.hits], [30, 30]);
  assertEquals(result.reason, "reached iteration limit (30)");
});

timedTest("only the first request of an iteration counts from the schedule", async () => {
  await using server = startServer();
  const source = `
    export async function run(client) {
      await client.get("/delay/150", { name: "first" });
      await client.get("/second");
    }`;
  const { result } = await runSource(source, {
    ...{ arrivalRate: 20, duration: 1, users: 1, maxLateness: 5, stopTimeout: 5, host: server.url },
  });
  const [first, second] = result.summary.rows;
  assert(first!.maxMs > 400 && first!.service!.maxMs < 400, `${first!.maxMs}, ${first!.service!.maxMs}`);
  assertEquals(second!.maxMs, second!.service!.maxMs);
});

timedTest("users of the open model are started as needed, each with its own onStart and onStop", async () => {
  await using server = startServer();
  const source = `
    import { HttpUser } from "@x/locust";
    export class One extends HttpUser {
      async onStart() { await this.client.get("/start"); }
      async run() { await this.client.get("/"); }
      async onStop() { await this.client.get("/stop"); }
    }`;
  const { result } = await runSource(source, { arrivalRate: 20, duration: 1, users: 50, host: server.url });
  const [starts, stops] = [server.hitsByPath.get("/start")!, server.hitsByPath.get("/stop")];
  assertEquals(starts, stops);
  assert(starts >= 1 && starts < 20, `${starts} users for answers of a millisecond, 50 ms apart`);
  assertEquals(server.hitsByPath.get("/"), result.iterations);
});
