import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ScriptError, UsageError } from "../../../lib/core/errors.ts";
import type { Runner } from "../../../lib/engine/run/runner.ts";
import { runSource } from "../../helpers/runs/run.ts";
import { startServer } from "../../helpers/servers/test_server.ts";
import { timedTest } from "../../helpers/timed_test.ts";

const RUN = `export async function run(client) { await client.get("/x"); await client.get("/status/500"); }`;

Deno.test("a run whose thresholds all pass exits with 0, else with 99; a row that never appears fails", async () => {
  await using server = startServer();
  const exitCodeOf = async (thresholds: string[]) => {
    const { result } = await runSource(RUN, { iterations: 5, host: server.url, thresholds });
    return [result.exitCode, ...result.thresholds.map(({ verdict }) => verdict)];
  };
  assertEquals(await exitCodeOf(["GET /x failures < 1%", "count >= 10"]), [0, "pass", "pass"]);
  assertEquals(await exitCodeOf(["GET /x failures < 1%", "failures < 1%"]), [99, "pass", "fail"]);
  assertEquals(await exitCodeOf(["GET /nowhere p95 < 1s"]), [99, "no data"]);
});

Deno.test("thresholds of the locustfile add to those of the options", async () => {
  await using server = startServer();
  const source = `export const thresholds = ["GET /x p95 < 10s"];\n${RUN}`;
  const { result } = await runSource(source, { iterations: 1, host: server.url, thresholds: ["count > 0"] });
  assertEquals(result.thresholds.map(({ expression }) => expression), ["count > 0", "GET /x p95 < 10s"]);
});

Deno.test("bad thresholds are a usage error in the options and a script error in the locustfile, before any load", async () => {
  await using server = startServer();
  const options = { iterations: 1, host: server.url };
  const bad = await assertRejects(() => runSource(RUN, { ...options, thresholds: ["p95 < 1"] }), UsageError);
  assertMatch(bad.message, /^Cannot use thresholds "p95 < 1": expected a time with a unit/);
  const source = `export const thresholds = ["speed < 1s", "rate > x"];\n${RUN}`;
  const ofScript = await assertRejects(() => runSource(source, options), ScriptError);
  assertMatch(ofScript.message, /^Cannot use the locustfile's threshold "speed < 1s": .*\n.*"rate > x"/);
  assertEquals(server.hits, 0);
});

timedTest("abortOnFail ends the run early, with teardown", async () => {
  await using server = startServer();
  const source = `
    import { sleep } from "@x/locust";
    export async function teardown() { await fetch(${
    JSON.stringify(server.url)
  } + "/torn-down").then((r) => r.text()); }
    export async function run(client) { await client.get("/status/500"); await sleep(0.005); }`;
  const options = { duration: 30, host: server.url, thresholds: ["rate > 100000/s", "failures < 1%"] };
  const { result } = await runSource(source, { ...options, abortOnFail: true, abortAfter: 1 });
  assertEquals([result.exitCode, result.reason], [99, "threshold failed: failures < 1%, is 100.0%"]);
  assert(result.loadMs < 10_000);
  assertEquals(server.hitsByPath.get("/torn-down"), 1);
});

timedTest("abortOnFail does not judge the figures of the warm-up", async () => {
  let views = 0;
  await using server = startServer(() => new Response("", { status: views === 0 ? 500 : 200 }));
  const source = `
    import { sleep } from "@x/locust";
    export async function run(client) { await client.get("/"); await sleep(0.05); }`;
  let runner: Runner;
  const options = { warmUp: "2.5s", duration: 30, host: server.url, thresholds: ["failures < 1%"], abortOnFail: true };
  const { result } = await runSource(source, options, {
    onRunner: (made) => runner = made,
    observers: [{
      onView: ({ isWarmingUp }) => {
        views++;
        if (!isWarmingUp) runner.stop("measured");
      },
    }],
  });
  assertEquals([result.reason, result.thresholds[0]!.verdict, result.exitCode], ["measured", "pass", 0]);
  assert(result.warmUp!.requests > 0 && result.summary.total.count > 0);
});

timedTest("abortOnFail with rows by class ends the run for the class that fails, though another is first", async () => {
  await using server = startServer();
  const source = `
    import { HttpUser, sleep } from "@x/locust";
    export class Buyer extends HttpUser {
      override async run() { await this.client.get("/a"); await sleep(0.02); }
    }
    export class Payer extends HttpUser {
      override async onStart() { await sleep(0.6); }
      override async run() { await this.client.get("/status/500", { name: "/a" }); await sleep(0.02); }
    }`;
  const options = { users: 2, duration: 30, host: server.url, groupByClass: true, abortOnFail: true, abortAfter: 1 };
  const { result } = await runSource(source, { ...options, thresholds: ["GET /a failures < 1%"] });
  assertMatch(result.reason, /^threshold failed: GET \/a failures < 1%/);
  assertEquals([result.exitCode, result.thresholds[0]!.verdict], [99, "fail"]);
  assert(result.loadMs < 10_000);
});

timedTest("abortOnFail ends the run for dropped iterations while a hanging server has answered nothing", async () => {
  let end = () => {};
  const hanging = new Promise<void>((resolve) => end = resolve);
  await using server = startServer(() => hanging.then(() => new Response("")));
  const { result } = await runSource(RUN, {
    ...{ arrivalRate: 50, users: 2, maxLateness: 0.1, duration: 30, stopTimeout: 0, host: server.url },
    ...{ thresholds: ["dropped < 1%"], abortOnFail: true, abortAfter: 1 },
  });
  end();
  assertMatch(result.reason, /^threshold failed: dropped < 1%, is \d+\.\d%$/);
  assertEquals([result.summary.total.count, result.exitCode, result.thresholds[0]!.verdict], [0, 99, "fail"]);
  assert(result.loadMs < 10_000);
});
