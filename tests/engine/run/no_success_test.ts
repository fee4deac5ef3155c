// What a run says, and how it ends, when nothing in it succeeds.

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { UsageError } from "../../../lib/core/errors.ts";
import type { RunResult } from "../../../lib/stats/run_model.ts";
import { runSource } from "../../helpers/runs/run.ts";
import { startServer } from "../../helpers/servers/test_server.ts";

const NO_BASE_URL = 'Cannot request "/a": no base URL, expected a full URL or --host';
const NOTHING_GOOD = "Nothing succeeded: no request was judged good, and no iteration ended without an error";
const REFUSED = `import { HttpUser } from "@x/locust";
  export class Visitor extends HttpUser {
    static override client = { connectTimeout: 5 };
    override async run() { await this.client.get("http://127.0.0.1:1/"); }
  }`;

for (
  const [how, source] of [
    ["run", `export async function run(client) { await client.get("/a"); }`],
    ["run, with options", `export async function run(client) { await client.get("/a", { timeout: 1 }); }`],
    ["run that catches it", `export async function run(client) { await client.get("/a").catch(() => {}); }`],
    ["a WebSocket", `export async function run(client) { await client.ws("/a"); }`],
    [
      "onStart",
      `import { HttpUser } from "@x/locust";
       export class Visitor extends HttpUser {
         override async onStart() { await this.client.get("/a"); }
         override async run() {}
       }`,
    ],
  ] as const
) {
  Deno.test(`a path without a base URL ends the run at once as a wrong option, in ${how}`, async () => {
    const seen: RunResult[] = [];
    const error = await assertRejects(
      () =>
        runSource(source, { users: 4, workers: 2 }, { observers: [{ onFailure: (result) => void seen.push(result) }] }),
      UsageError,
    );
    assertEquals(error.problems, [NO_BASE_URL]);
    assertStringIncludes(error.hint!, "--host");
    assertEquals(seen.map(({ reason }) => reason), ["an option is wrong"]);
    assertEquals(seen.map(({ exitCode, problems, summary }) => [exitCode, problems, summary.total.count]), [
      [2, [NO_BASE_URL], 0],
    ]);
  });
}

Deno.test("a path without a base URL keeps the results of requests that were sent, exit 2", async () => {
  await using server = startServer();
  const { result } = await runSource(
    `export async function run(client) { await client.get("${server.url}/"); await client.get("/a"); }`,
    {},
  );
  assertEquals([result.exitCode, result.problems], [2, [NO_BASE_URL]]);
  assertEquals(result.summary.total.count + result.summary.interruptedRequests, server.hits);
});

Deno.test("a path without a base URL still lets teardown() remove what setup() made", async () => {
  await using server = startServer();
  await assertRejects(() =>
    runSource(
      `export function setup() {}
       export async function teardown() { await (await fetch("${server.url}/removed")).text(); }
       export async function run(client) { await client.get("/a"); }`,
      {},
    )
  );
  assertEquals([...server.hitsByPath], [["/removed", 1]]);
});

Deno.test("a run in which everything fails reports that and exits with 1", async () => {
  const { result, logs } = await runSource(REFUSED, { iterations: 3 });
  assertEquals([result.exitCode, result.problems], [1, [NOTHING_GOOD]]);
  assertEquals(result.summary.total.failures, 3);
  assert(logs.includes(`ERROR ${NOTHING_GOOD}`), logs.join("\n"));
});

Deno.test("a failed threshold takes precedence over a run without success: exit 99", async () => {
  const { result } = await runSource(REFUSED, { iterations: 3, thresholds: ["failures < 1%"] });
  assertEquals([result.exitCode, result.problems], [99, [NOTHING_GOOD]]);
});

for (
  const [how, body] of [
    ["one request was good", `await this.client.get("/", () => {}); throw new Error("no");`],
    ["iterations end without an error", `await this.client.get("/status/500");`],
    ["there are no requests", ``],
  ] as const
) {
  Deno.test(`a run exits with 0 when ${how}`, async () => {
    await using server = startServer();
    const source = `import { HttpUser } from "@x/locust";
      export class Visitor extends HttpUser { override async run() { ${body} } }`;
    const { result } = await runSource(source, { host: server.url, users: 2, workers: 2, iterations: 4 });
    assertEquals([result.exitCode, result.problems], [0, []]);
  });
}

Deno.test("a run whose only success was in the warm-up exits with 0", async () => {
  await using server = startServer();
  const { result } = await runSource(
    `import { sleep } from "@x/locust";
     export async function run(client) { await client.get("/"); await sleep(60); }`,
    { host: server.url, duration: "300ms", warmUp: "200ms", stopTimeout: 0 },
  );
  assertEquals([result.exitCode, result.problems, result.summary.total.count], [0, [], 0]);
});

for (
  const [how, options, exitCode] of [
    ["stopped by hand before anything ended", {}, 0],
    ["as planned, with nothing finished in its time", { duration: "50ms" }, 1],
  ] as const
) {
  Deno.test(`a run that ends ${how} exits with ${exitCode}`, async () => {
    const source = `import { log, sleep } from "@x/locust";
      export async function run() { log.info("begun"); await sleep(60); }`;
    let stop = () => {};
    const { result } = await runSource(source, { ...options, stopTimeout: 0 }, {
      log: (_, text) => text === "begun" && !("duration" in options) && stop(),
      onRunner: (runner) => stop = () => runner.stop("got SIGINT"),
    });
    assertEquals([result.exitCode, result.problems], [exitCode, exitCode === 0 ? [] : [NOTHING_GOOD]]);
  });
}

for (
  const [what, source, failed] of [
    ["a failed request", `await client.get("/status/404");`, 2],
    ["an error of the script", `throw new Error("no");`, 2],
    ["neither", `await client.get("/");`, 0],
  ] as const
) {
  Deno.test(`failOnError with ${what} exits with ${failed > 0 ? 99 : 0}`, async () => {
    await using server = startServer();
    const { result } = await runSource(`export async function run(client) { ${source} }`, {
      ...{ host: server.url, iterations: 2, failOnError: true },
    });
    assertEquals([result.exitCode, result.thresholds], [failed > 0 ? 99 : 0, [
      { expression: "fail-on-error", verdict: failed > 0 ? "fail" : "pass", actual: `${failed} errors` },
    ]]);
  });
}

Deno.test("failOnError with abortOnFail ends the run at the first error", async () => {
  await using server = startServer();
  const { result } = await runSource(
    `import { sleep } from "@x/locust";
     export async function run(client) { await client.get("/status/404"); await sleep(0.05); }`,
    { host: server.url, failOnError: true, abortOnFail: true, duration: 60 },
  );
  assertEquals(result.exitCode, 99);
  assertStringIncludes(result.reason, "threshold failed: fail-on-error");
});

Deno.test("a setup() that throws is shown to observers as a failed run with the problem", async () => {
  const seen: RunResult[] = [];
  const observers = [{ onFailure: (result: RunResult) => void seen.push(result) }];
  const error = await assertRejects(() =>
    runSource(`export function setup() { throw new Error("no database"); }\nexport function run() {}`, {}, {
      observers,
    })
  );
  assertEquals(seen.map(({ exitCode, problems }) => [exitCode, problems]), [[1, [(error as Error).message]]]);
});

Deno.test("the stack of an error is logged once for the run, not once for each worker", async () => {
  const source = `export async function run() { throw new Error("same"); }`;
  const { logs } = await runSource(source, { users: 3, workers: 3, duration: "300ms" });
  assertEquals(logs.filter((line) => line.startsWith("ERROR Error: same")).length, 1, logs.join("\n"));
});
