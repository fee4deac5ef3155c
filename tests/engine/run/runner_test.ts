import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { NOTHING_SUCCEEDED } from "../../../lib/engine/run/run_outcome.ts";
import { UsageError } from "../../../lib/core/errors.ts";
import { Runner } from "../../../lib/engine/run/runner.ts";
import { errorsOf, rowsOf } from "../../helpers/http/client.ts";
import { locustfile, runSource } from "../../helpers/runs/run.ts";
import { startServer } from "../../helpers/servers/test_server.ts";
import { timedTest } from "../../helpers/timed_test.ts";

const GET_ROOT = `export async function run(client) { await client.get("/"); }`;

for (const workers of [1, 2, 3, 4]) {
  Deno.test(`1000 iterations of 50 users on ${workers} workers are exactly what the server saw (PARITY 70)`, async () => {
    await using server = startServer((_, url) => new Response("", { status: url.pathname === "/bad" ? 503 : 200 }));
    const source = `
      import { assert } from "@x/locust";
      export async function run(client, user) {
        await client.get("/good");
        await client.get("/bad");
        const resp = await client.get("/checked");
        assert(user.id % 2 === 0, "odd user");
      }`;
    const { result } = await runSource(source, { users: 50, iterations: 1000, workers, host: server.url });
    assertEquals([result.exitCode, result.iterations, result.interruptedIterations], [0, 1000, 0]);
    assertEquals(result.summary.rows.map((row) => row.count), [1000, 1000, 1000]);
    assertEquals([...server.hitsByPath.values()], [1000, 1000, 1000]);
    assertEquals(result.summary.rows.map((row) => row.failures).slice(0, 2), [0, 1000]);
    const [checked, errors] = [result.summary.rows[2]!, result.summary.errors];
    assertEquals(errors.map(({ text }) => text).toSorted(), ["503 Service Unavailable", "odd user (locustfile.ts:7)"]);
    assertEquals(errors.find(({ text }) => text.startsWith("odd"))!.count, checked.failures);
    assertEquals(result.reason, "reached iteration limit (1000)");
  });
}

Deno.test("-i 30 with 2 users on 4 workers asked for is exactly 30 iterations (PARITY 5, 43, 70)", async () => {
  await using server = startServer();
  const { result } = await runSource(GET_ROOT, { users: 2, iterations: 30, workers: 4, host: server.url });
  assertEquals([result.iterations, server.hits, result.info.workers], [30, 30, 2]);
});

timedTest("-u 10 -r 1 -d 2 lasts 2 seconds and starts 2 users (PARITY 39)", async () => {
  await using server = startServer();
  const source = `
    import { HttpUser, sleep } from "@x/locust";
    export class One extends HttpUser {
      async onStart() { await this.client.get("/start"); }
      async run() { await sleep(0.05); }
    }`;
  let beganMs = 0;
  const { result } = await runSource(source, { users: 10, rate: 1, duration: 2, host: server.url }, {
    observers: [{ onStart: () => void (beganMs = performance.now()) }],
  });
  assert(performance.now() - beganMs < 5000);
  assertEquals(result.loadMs, 2000);
  assertEquals(server.hitsByPath.get("/start"), 2);
});

Deno.test("all classes run, by weight and fixedCount, with ids unique over workers (PARITY 22, 23)", async () => {
  await using server = startServer();
  const source = `
    import { HttpUser, sleep } from "@x/locust";
    class Base extends HttpUser {
      async run() {
        await this.client.get("/" + this.constructor.name + "/" + this.id);
        await sleep(0.05); // leaves some to a worker that begins late
      }
    }
    export class A extends Base { static weight = 3; }
    export class B extends Base {}
    export class C extends Base { static fixedCount = 2; }
    export { HttpUser, A as Again };`;
  const { result } = await runSource(source, { users: 10, iterations: 200, workers: 3, host: server.url });
  const users = result.summary.rows.map((row) => row.name.split("/").slice(1));
  const idsOf = (name: string) => users.filter(([kind]) => kind === name).map(([, id]) => id);
  assertEquals([idsOf("A").length, idsOf("B").length, idsOf("C").length], [6, 2, 2]);
  assertEquals(new Set(users.map(([, id]) => id)).size, 10);
});

Deno.test("setup runs once, its result reaches every user, teardown gets it after the load", async () => {
  await using server = startServer();
  const source = `
    import { HttpUser } from "@x/locust";
    const base = ${JSON.stringify(server.url)};
    export async function setup() { await fetch(base + "/setup").then((r) => r.text()); return { path: "/from-setup" }; }
    export async function teardown(data) { await fetch(base + "/teardown" + data.path).then((r) => r.text()); }
    export class One extends HttpUser { async run() { await this.client.get(this.data.path); } }`;
  const { result } = await runSource(source, { users: 4, iterations: 8, workers: 2, host: server.url });
  assertEquals(rowsOf(result.summary), ["GET /from-setup 8/0"]);
  assertEquals(server.requests[0]!.path, "/setup");
  assertEquals(server.requests.at(-1)!.path, "/teardown/from-setup");
  assertEquals(server.hits, 10);
});

Deno.test("onStart, run, waitTime and onStop are called in that order, and a wait ends at the stop", async () => {
  await using server = startServer();
  const source = `
    import { constant, HttpUser } from "@x/locust";
    export class One extends HttpUser {
      static waitTime = constant(60);
      async onStart() { await this.client.get("/onStart"); }
      async run() { await this.client.get("/run"); }
      async onStop() { await this.client.get("/onStop"); }
    }`;
  const { result } = await runSource(source, { duration: "300ms", host: server.url });
  assertEquals(server.requests.map((request) => request.path), ["/onStart", "/run", "/onStop"]);
  assertEquals([result.iterations, result.loadMs], [1, 300]);
});

timedTest(
  "an iteration may end within the stop timeout, and is cut off and counted after it (PARITY 46, 54)",
  async () => {
    await using server = startServer();
    const source = `export async function run(client) { await client.get("/delay/1500"); }`;
    const patient = await runSource(source, { duration: "200ms", stopTimeout: 5, host: server.url });
    assertEquals([patient.result.iterations, patient.result.interruptedIterations], [1, 0]);
    assertEquals([patient.result.loadMs, patient.result.summary.total.ratePerSecond], [200, 5], "the tail is no load");
    const strict = await runSource(source, { duration: "200ms", stopTimeout: 0, host: server.url });
    assertEquals([strict.result.iterations, strict.result.interruptedIterations], [0, 1]);
    assertEquals([strict.result.summary.interruptedRequests, strict.result.summary.total.count], [1, 0]);
    assertEquals(server.hits, 2);
  },
);

Deno.test("stop() ends gracefully with teardown; interrupt() keeps what there is and exits 130 (PARITY 48)", async () => {
  await using server = startServer();
  const source = `
    import { sleep } from "@x/locust";
    const base = ${JSON.stringify(server.url)};
    export async function teardown() { await fetch(base + "/teardown").then((r) => r.text()); }
    export async function run(client) { await client.get("/"); await sleep(60); }`;
  const started = (act: (runner: Runner) => void) => {
    let runner: Runner;
    return {
      onRunner: (made: Runner) => void (runner = made),
      observers: [{ onView: () => act(runner) }],
    };
  };
  const stopped = await runSource(source, { stopTimeout: 0.1, host: server.url }, started((run) => run.stop("enough")));
  assertEquals([stopped.result.exitCode, stopped.result.reason], [0, "enough"]);
  assertEquals(server.hitsByPath.get("/teardown"), 1);
  assert(stopped.logs.includes("INFO Shutting down (enough)"));
  const interrupted = await runSource(source, { host: server.url }, started((run) => run.interrupt()));
  assertEquals([interrupted.result.exitCode, interrupted.result.interruptedIterations], [130, 1]);
  assertEquals(rowsOf(interrupted.result.summary), ["GET / 1/0"]);
});

Deno.test("user.shutdown() ends the whole test; one user that calls it made exactly one request (PARITY 36, 65)", async () => {
  await using server = startServer();
  const source =
    `export async function run(client, user) { await client.get("/"); user.shutdown("enough"); user.shutdown(); }`;
  const { result, logs } = await runSource(source, { host: server.url });
  assertEquals([result.reason, server.hits, result.summary.total.count], ["enough", 1, 1]);
  assertEquals(logs.filter((line) => line.includes("Shutting down")), ["INFO Shutting down (enough)"]);
});

Deno.test("an error of user code is counted once, logged once with the user's lines, and the user goes on (PARITY 44)", async () => {
  await using server = startServer();
  const source = `
    export async function run(client, user) {
      if (user.config.users !== 1) throw new Error("config");
      null.x;
    }`;
  const { result, logs } = await runSource(source, { iterations: 3, host: server.url });
  assertEquals([result.iterations, result.summary.total.count, result.exitCode], [3, 0, 1]);
  assertEquals(errorsOf(result.summary), ["3 Cannot read properties of null (reading 'x') (locustfile.ts:4)"]);
  const stacks = logs.filter((line) => line.startsWith("ERROR") && !line.endsWith(NOTHING_SUCCEEDED));
  assertEquals(stacks.length, 1);
  assertMatch(stacks[0]!, /TypeError: Cannot read .*\n.*locustfile\.ts:4:\d+/);
  assert(!stacks[0]!.includes("user_life"), "no frame of ours");
});

Deno.test("a closed port is counted, says why, and the run ends on time (PARITY 50)", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const host = `http://127.0.0.1:${port}`;
  const { result, logs } = await runSource(GET_ROOT, { users: 3, duration: "500ms", host });
  const { total, errors } = result.summary;
  assert(total.count > 0);
  assertEquals([total.failures, errors.length, errors[0]!.text], [total.count, 1, "connection refused"]);
  assertEquals([result.exitCode, result.loadMs], [1, 500]);
  assertEquals(logs.filter((line) => line.startsWith("ERROR")), [`ERROR ${NOTHING_SUCCEEDED}`]);
});

const DEATHS: [what: string, code: string, message: RegExp][] = [
  ["calls Deno.exit", "Deno.exit(3)", /^Worker 1 ended early: the locustfile called Deno\.exit\(3\)$/],
];
for (const [what, code, message] of DEATHS) {
  Deno.test(`a worker whose user ${what} is named, results until then are kept, exit code 1`, async () => {
    await using server = startServer();
    const source = `export async function run(client) { await client.get("/"); ${code}; }`;
    const { result, logs } = await runSource(source, { host: server.url });
    assertEquals([result.exitCode, result.summary.total.count, server.hits], [1, 1, 1]);
    assertMatch(result.problems[0]!, message);
    assertEquals(logs.filter((line) => line.startsWith("ERROR")).length, 1);
  });
}

Deno.test("a script worker that dies during the load ends the run, without a teardown to wait for", async () => {
  const source = `import { sleep } from "@x/locust";
    export function setup() { setTimeout(() => Deno.exit(3), 300); }
    export async function run() { await sleep(0.01); }
    export function teardown() {}`;
  const { result } = await runSource(source, {});
  assertEquals([result.exitCode, result.reason], [1, "a worker ended early"]);
  assertEquals(result.problems, ["The script worker ended early: the locustfile called Deno.exit(3)"]);
});

Deno.test("an unawaited rejected promise is an error row and the run goes on", async () => {
  await using server = startServer();
  const source = `export async function run(client) { Promise.reject(new Error("forgotten")); await client.get("/"); }`;
  const { result } = await runSource(source, { iterations: 5, host: server.url });
  assertEquals([result.exitCode, rowsOf(result.summary)], [0, ["GET / 5/0"]]);
  assertEquals(errorsOf(result.summary), ["5 forgotten (locustfile.ts:1)"]);
});

Deno.test("a run function that never waits leaves the run in control", async () => {
  const { result } = await runSource(`export function run() {}`, { users: 2, duration: "300ms" });
  assertEquals([result.exitCode, result.reason], [0, "target duration elapsed after 300ms"]);
  assert(result.iterations > 0);
});

Deno.test("a locustfile may import siblings, JSON, node: and npm modules, and both names of this one (PARITY 19, 64)", async () => {
  await using server = startServer();
  const source = `
    import { HttpUser } from "@x/locust";
    import { HttpUser as Same } from "jsr:@x/locust";
    import { readFileSync } from "node:fs";
    import { Cookie } from "npm:tough-cookie@^6.0.0";
    import { path } from "./sibling.ts";
    import data from "./data.json" with { type: "json" };
    interface Typed { readonly suffix: string }
    const { suffix }: Typed = data;
    if (HttpUser !== Same || !readFileSync || !Cookie) throw new Error("not the same");
    export class One extends HttpUser { override async run() { await this.client.get(path + suffix); } }`;
  await using file = await locustfile(source, {
    "sibling.ts": `export const path: string = "/sibling";`,
    "data.json": `{ "suffix": "/json" }`,
  });
  const result = await new Runner({ locustfile: file.path, iterations: 1, host: server.url }).run();
  assertEquals(rowsOf(result.summary), ["GET /sibling/json 1/0"]);
});

Deno.test("Runner() runs one after the other in one process, and lists every bad option at once", async () => {
  await using server = startServer();
  for (const iterations of [1, 2]) {
    const result = await new Runner({ url: `${server.url}/u`, iterations }).run();
    assertEquals([result.iterations, rowsOf(result.summary)], [iterations, [`GET ${server.url}/u ${iterations}/0`]]);
  }
  const make = () => Promise.resolve().then(() => new Runner({ users: 0, duration: "x" }));
  const error = await assertRejects(make, UsageError);
  assertEquals(error.problems.length, 3);
  assertStringIncludes(error.message, "duration");
});

Deno.test("percentiles lie between what the server took and what the caller waited, exact to 1 %", async () => {
  const took: number[] = [];
  let next = 0;
  await using server = startServer(async (_, url) => {
    if (url.pathname !== "/") return new Response("");
    const began = performance.now();
    await new Promise((resolve) => setTimeout(resolve, (next++ % 100 + 1) * 5));
    took.push(performance.now() - began);
    return new Response("");
  });
  const source = `
    import { HttpUser } from "@x/locust";
    export class One extends HttpUser {
      waited = [];
      async run() {
        const began = performance.now();
        await this.client.get("/");
        this.waited.push(performance.now() - began);
      }
      async onStop() {
        const init = { method: "POST", body: JSON.stringify(this.waited) };
        await fetch("${server.url}/waited", init).then((resp) => resp.text());
      }
    }`;
  const { result } = await runSource(source, { users: 40, iterations: 400, workers: 2, host: server.url });
  const posts = server.requests.filter(({ path }) => path === "/waited");
  const waited = posts.flatMap(({ body }) => JSON.parse(body) as number[]);
  assertEquals([took.length, waited.length, result.summary.total.count], [400, 400, 400]);
  const exactly = (times: readonly number[], percentile: number) =>
    times.toSorted((a, b) => a - b)[Math.ceil(percentile / 100 * times.length) - 1]!;
  const { p50Ms, p95Ms, p99Ms, maxMs, histogram } = result.summary.total;
  for (const [percentile, actual] of [[50, p50Ms], [95, p95Ms], [99, p99Ms], [100, maxMs]] as const) {
    const [least, most] = [exactly(took, percentile), exactly(waited, percentile)];
    assert(
      actual >= least * 0.99 && actual <= most * 1.01,
      `p${percentile}: ${actual} ms of ${least} to ${most} ms`,
    );
  }
  assertEquals(histogram.percentileUs(100) / 1000, maxMs);
});
