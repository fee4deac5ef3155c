// What users share over all machines: real agents, a real NATS server.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { Agent, coordinate, Nats, NATS_MISSING } from "../../helpers/processes/cluster.ts";
import { skippableTest } from "../../helpers/skippable.ts";
import { startServer } from "../../helpers/servers/test_server.ts";

interface SummaryJson {
  readonly counters: readonly { readonly name: string; readonly value: number }[];
  readonly total: { readonly count: number };
}

/** Runs a script on 3 agents; returns what the server got, and what was said. */
async function runOn3(nats: string, script: string, args: readonly string[], files: Record<string, string> = {}) {
  await using server = startServer();
  const cwd = await Deno.makeTempDir({ prefix: "locust shared " });
  try {
    for (const [name, text] of Object.entries({ "locustfile.ts": script, ...files })) {
      await Deno.writeTextFile(join(cwd, name), text);
    }
    const all = ["locustfile.ts", "-H", server.url, "--json", "-", ...args];
    const { code, stdout, stderr } = await coordinate(nats, 3, all, { cwd });
    assertEquals(code, 0, stderr);
    return { paths: server.requests.map(({ path }) => path), json: JSON.parse(stdout) as SummaryJson, stderr };
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

skippableTest("rows, counters, queues, broadcasts and rate limits reach over 3 agents", NATS_MISSING, async () => {
  await using nats = await Nats.start();
  await using _a = new Agent(nats.url, ["--name", "a"]);
  await using _b = new Agent(nats.url, ["--name", "b"]);
  await using _c = new Agent(nats.url, ["--name", "c"]);
  await takesEachRowOnce(nats.url);
  await passesOn(nats.url);
});

skippableTest(
  "a form for one machine that the look at the code misses ends the run when it is called: logged, exit 2",
  NATS_MISSING,
  async () => {
    await using nats = await Nats.start();
    await using server = startServer();
    await using _agent = new Agent(nats.url, ["--name", "a"]);
    const cwd = await Deno.makeTempDir({ prefix: "locust forms " });
    await using stack = new AsyncDisposableStack();
    stack.defer(() => Deno.remove(cwd, { recursive: true }));
    const script = `import { shared } from "@x/locust";
      const counter = shared.counter("orders");
      export async function run(client) { await client.get("/"); (counter as any)["add"](1); }`;
    await Deno.writeTextFile(join(cwd, "locustfile.ts"), script);
    const args = ["locustfile.ts", "-H", server.url, "-d", "20", "--json", "-"];
    const { code, stdout, stderr } = await coordinate(nats.url, 1, args, { cwd });
    assertEquals(code, 2, stderr);
    const problem = 'Cannot use counter "orders".add(): the run is on several machines, which it cannot wait for';
    assertStringIncludes(stderr, problem);
    assertStringIncludes(stderr, "locustfile.ts:3"); // its stack
    const { run: { problems }, errors } = JSON.parse(stdout);
    assertEquals(problems, [`a: ${problem}`]);
    assertEquals(errors.length, 1, JSON.stringify(errors));
  },
);

async function takesEachRowOnce(nats: string): Promise<void> {
  const csv = "id\n" + Array.from({ length: 1000 }, (_, row) => `${row}\n`).join("");
  const { paths, json } = await runOn3(
    nats,
    `
    import { HttpUser, shared } from "@x/locust";
    const rows = shared.rows<{ id: string }>("ids", "./ids.csv");
    const seen = shared.counter("seen");
    export class Reader extends HttpUser {
      override async run() {
        await this.client.get("/" + rows.next().id + "/" + await seen.next(), { name: "/row" });
      }
    }`,
    ["-u", "9", "-i", "1000"],
    { "ids.csv": csv },
  );
  const numbers = [0, 1].map((part) => paths.map((path) => Number(path.split("/")[part + 1])).sort((a, b) => a - b));
  assertEquals(numbers, [
    Array.from({ length: 1000 }, (_, row) => row),
    Array.from({ length: 1000 }, (_, row) => row + 1),
  ]);
  assertEquals(json.counters, [{ name: "seen", value: 1000 }]);
}

async function passesOn(nats: string): Promise<void> {
  const { paths, json, stderr } = await runOn3(
    nats,
    `
    import { HttpUser, log, rateLimit, shared } from "@x/locust";
    const work = shared.queue<number>("work");
    const done = shared.counter("done");
    const heard = shared.counter("heard");
    const news = shared.broadcast<string>("news");
    const limit = rateLimit("30/s");
    news.listen(async (text) => text === "go" && await heard.next());
    export async function setup() {
      for (let job = 0; job < 60; job++) await work.push(job);
      news.send("go");
    }
    export class Worker extends HttpUser {
      override async run() {
        const job = await work.take();
        await limit.take();
        await this.client.get("/job/" + job);
        if (await done.next() === 60) this.shutdown("all done");
      }
    }
    export async function teardown() {
      log.info("left " + await work.size() + ", done " + await done.next(0));
    }`,
    ["-u", "6", "-d", "20"],
  );
  assertEquals(new Set(paths).size, 60);
  assertEquals(paths.length, 60);
  const counters = new Map(json.counters.map(({ name, value }) => [name, value]));
  assertEquals([counters.get("done"), counters.get("heard")], [60, 4]); // one worker on each agent, and that for hooks
  assertStringIncludes(stderr, "left 0, done 60");
  assert(!stderr.includes("WARNING"), stderr);
}
