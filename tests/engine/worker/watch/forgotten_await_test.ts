// Requests and steps that a script forgot to await.

import { assert, assertEquals } from "@std/assert";
import { InFlight } from "../../../../lib/http/client/in_flight.ts";
import { AwaitWatch } from "../../../../lib/engine/worker/watch/await_watch.ts";
import { runSource } from "../../../helpers/runs/run.ts";
import { startServer } from "../../../helpers/servers/test_server.ts";

const WARNING = (by: string) =>
  `An iteration of User ended with requests or steps under way, begun${by}: await is missing? ` +
  "The user's next iteration waits for them";

function warningsOf(logs: readonly string[]): string[] {
  return logs.filter((line) => line.startsWith("WARNING")).map((line) => line.slice("WARNING ".length));
}

for (const transport of ["socket", "fetch"] as const) {
  Deno.test(`run that does not await its request over ${transport} has one in flight at a time, and is named once`, async () => {
    let inFlight = 0;
    let most = 0;
    await using server = startServer(async () => {
      most = Math.max(most, ++inFlight);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inFlight--;
      return new Response("late");
    });
    const source = `export async function run(client) {\n  client.get("/slow");\n}`;
    const options = { iterations: 60, users: 2, workers: 2, host: server.url, transport };
    const { result, logs } = await runSource(source, options);
    assertEquals([result.iterations, server.hits, result.summary.total.count], [60, 60, 60]);
    assert(most <= 2, `${most} in flight for 2 users`);
    assertEquals(warningsOf(logs), [WARNING(" by GET /slow (locustfile.ts:2)")]);
  });
}

Deno.test("requests that were not awaited are counted as interrupted when the end of the run cuts them off", async () => {
  const over = Promise.withResolvers<void>();
  await using server = startServer(() => over.promise.then(() => new Response("too late")));
  const source = `export async function run(client) { client.get("/a"); client.get("/b"); }`;
  const { result } = await runSource(source, { duration: "300ms", stopTimeout: "100ms", host: server.url });
  over.resolve();
  const { total, interruptedRequests } = result.summary;
  assertEquals([total.count, interruptedRequests, server.hits], [0, 2, 2]);
  assertEquals([result.iterations, result.interruptedIterations], [0, 1]);
});

Deno.test("a step that is not awaited is named once with its line, and the user's next iteration waits for it", async () => {
  const source = `import { shared, sleep, User } from "@x/locust";
    let open = 0;
    const most = shared.counter("open at once");
    export class User1 extends User {
      run() {
        this.step("browse", async () => {
          most.add(open++);
          await sleep("2ms");
          open--;
        });
      }
    }`;
  const { result, logs } = await runSource(source, { iterations: 20, users: 1 });
  assertEquals(result.summary.rows.map(({ method, name, count }) => [method, name, count]), [["STEP", "browse", 20]]);
  assertEquals(result.counters.map(({ value }) => value), [0]);
  const warning = WARNING(" by STEP browse (locustfile.ts:6)").replace("of User", "of User1");
  assertEquals(warningsOf(logs), [warning]);
});

Deno.test("a step that is not awaited is named, and not the request in it, which is", async () => {
  await using server = startServer();
  const source = `export async function run(client, user) {
    user.step("browse", async () => {
      await client.get("/delay/1");
    });
  }`;
  const { logs } = await runSource(source, { iterations: 3, host: server.url });
  assertEquals(warningsOf(logs), [WARNING(" by STEP browse (locustfile.ts:2)")]);
});

Deno.test("a step that is not awaited and cut off by the end of the run is named", async () => {
  const source = `import { sleep } from "@x/locust";
    export function run(client, user) { user.step("browse", () => sleep(60)); }`;
  const { result, logs } = await runSource(source, { duration: "200ms", stopTimeout: 0 });
  assertEquals(warningsOf(logs), [WARNING(" by STEP browse (locustfile.ts:2)")]);
  assertEquals([result.iterations, result.interruptedIterations, result.summary.rows], [0, 1, []]);
});

const FINE: [what: string, code: string][] = [
  ["awaits all of its requests", `await Promise.all([client.get("/delay/5"), client.get("/delay/10")]);`],
  ["awaits a request late", `const late = client.get("/delay/5"); await client.get("/delay/1"); await late;`],
  ["awaits its steps", `await user.step("a", () => client.get("/")); await user.step("b", () => client.get("/"));`],
  [
    "fails while others are under way",
    `await Promise.all([client.get("/delay/30"), client.get("/", () => { throw new Error("bad"); })]);`,
  ],
];
for (const [what, code] of FINE) {
  Deno.test(`an iteration that ${what} causes no warning`, async () => {
    await using server = startServer();
    const source = `export async function run(client, user) { ${code} }`;
    const { result, logs } = await runSource(source, { iterations: 5, host: server.url });
    assertEquals([warningsOf(logs), result.iterations, server.hits], [[], 5, 10]);
  });
}

Deno.test("a request that onStart keeps in flight does not count as one of an iteration", async () => {
  await using server = startServer();
  const source = `import { HttpUser } from "@x/locust";
    export class User extends HttpUser {
      onStart() { void this.client.get("/delay/200"); }
      async run() { await this.client.get("/"); }
    }`;
  const { result, logs } = await runSource(source, { iterations: 5, host: server.url });
  assertEquals([warningsOf(logs), result.iterations], [[], 5]);
});

const REQUEST = { row: "GET /rare" };

Deno.test("AwaitWatch() names a rare forgotten await the second time, when its line is known", () => {
  const lines: string[] = [];
  const watch = new AwaitWatch((text) => lines.push(text));
  const requests = new InFlight();
  assert(watch.begin("User", requests));
  requests.isTraced = false; // the first iteration was fine
  requests.begin(REQUEST);
  assert(watch.find("User", requests));
  assertEquals(lines, []);
  requests.end(REQUEST);
  requests.begin(REQUEST);
  assertEquals(watch.find("User", requests), false);
  assertEquals(lines.map((line) => line.replace(/:\d+\)/, ":LINE)")), [
    WARNING(" by GET /rare (forgotten_await_test.ts:LINE)"),
  ]);
  watch.close();
  assertEquals(lines.length, 1);
});

Deno.test("AwaitWatch() names what was seen once only at the end, without a line", () => {
  const lines: string[] = [];
  const watch = new AwaitWatch((text) => lines.push(text));
  const requests = new InFlight();
  requests.begin(REQUEST);
  watch.find("User", requests);
  watch.close();
  assertEquals(lines, [WARNING("")]);
});

Deno.test("InFlight() waits until the given number of requests have ended", async () => {
  const requests = new InFlight();
  const [one, two, three] = [{ row: "1" }, { row: "2" }, { row: "3" }];
  for (const request of [one, two, three]) requests.begin(request);
  let isOver = false;
  const over = requests.ended(2).then(() => isOver = true);
  requests.end(two);
  await Promise.resolve();
  assertEquals(isOver, false);
  requests.end(one);
  await over;
  assertEquals(requests.count, 1);
});
