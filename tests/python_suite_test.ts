// What aiolocust's own tests assert, and lines of its list that are easily forgotten.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { RunStats } from "../lib/engine/run/run_stats.ts";
import { Recorder } from "../lib/stats/recorder.ts";
import { rowsOf } from "./helpers/http/client.ts";
import { locust } from "./helpers/processes/command.ts";
import { locustfile, runSource } from "./helpers/runs/run.ts";
import { viewAt } from "./helpers/runs/run_result.ts";
import { startServer } from "./helpers/servers/test_server.ts";

Deno.test("-i 3 -u 2: URL and failures once in the output, report with doctype, URL and target (PARITY 64)", async () => {
  await using server = startServer();
  const url = `${server.url}/page`;
  await using file = await locustfile(`export async function run(client) { await client.get("${url}"); }`);
  const args = ["-i", "3", "-u", "2", "--html-report", "deep/er/report.html"];
  const { code, stdout } = await locust(args, { cwd: file.folder });
  assertEquals([code, server.hits, stdout.split(url).length - 1], [0, 3, 1]);
  assertStringIncludes(stdout, " 0 (0.0%)");
  const report = await Deno.readTextFile(`${file.folder}/deep/er/report.html`);
  for (const part of ["<!doctype html>", url, "target user count: 2", "Total"]) assertStringIncludes(report, part);
});

Deno.test("30 iterations of 2 users are 60 requests and 30 failures; nothing after a failed assertion runs (PARITY 65)", async () => {
  await using server = startServer();
  const source = `
    import { assert } from "@x/locust";
    export async function run(client) {
      await client.get("/");
      const resp = await client.get("/");
      assert((await resp.text()).includes("never there"), "text missing");
      await client.get("/unreached");
    }`;
  const { result } = await runSource(source, { users: 2, iterations: 30, host: server.url });
  assertEquals(rowsOf(result.summary), ["GET / 60/30"]);
  assertEquals([server.hits, server.hitsByPath.get("/unreached")], [60, undefined]);
  assertEquals(result.summary.total.failureRatio, 0.5);
  assertEquals(result.summary.errors.map(({ text, count }) => [text, count]), [["text missing (locustfile.ts:6)", 30]]);
});

Deno.test("a renamed request has its own row with all failures (PARITY 65)", async () => {
  await using server = startServer();
  const source = `export async function run(client) {
    await client.get("/status/200");
    await client.get("/status/404", { name: "renamed" });
  }`;
  const { result } = await runSource(source, { iterations: 5, host: server.url });
  assertEquals(rowsOf(result.summary), ["GET /status/200 5/0", "GET renamed 5/5"]);
});

Deno.test("each interval has its own figures, the summary those of the whole run (PARITY 52, 69)", () => {
  const [recorder, stats] = [new Recorder(), new RunStats(0)];
  const view = (...samples: [ms: number, isFailure: boolean][]) => {
    for (const [ms, isFailure] of samples) recorder.series("GET", "/").record(ms, isFailure, 0);
    stats.add(recorder.takeDelta(), "Worker 1", false);
    return stats.view(viewAt(0)).interval.total;
  };
  const first = view([1000, false], [2000, true]);
  assertEquals([first.count, first.meanMs, first.failureRatio, first.maxMs], [2, 1500, 0.5, 2000]);
  const second = view([3000, false], [4000, true], [5000, false]);
  assertEquals([second.count, second.meanMs, second.failures, second.minMs], [3, 4000, 1, 3000]);
  const none = view();
  assertEquals([none.count, none.meanMs, none.ratePerSecond], [0, 0, 0]);
  const { total } = stats.summary(10_000);
  assertEquals([total.meanMs, total.maxMs, total.failureRatio, total.ratePerSecond], [3000, 5000, 0.4, 0.5]);
});

Deno.test("--config accepts the path of a file (PARITY 9, 70)", async () => {
  await using server = startServer();
  const stages = `{ "stages": [{ "duration": 0, "target": 2 }, { "duration": "300ms", "target": 2 }] }`;
  await using file = await locustfile(`export async function run(client) { await client.get("/"); }`, {
    "my stages.json": stages,
  });
  const args = ["--config", "my stages.json", "-H", server.url, "-u", "50"];
  const { code, stdout, stderr } = await locust(args, { cwd: file.folder });
  assertEquals(code, 0);
  assertStringIncludes(stdout, "300ms, 2 users");
  assertMatch(stderr, /INFO The stages of --config replace -u\n/);
});

Deno.test("users that are ramped down end their iteration first (PARITY 38, 41)", async () => {
  await using server = startServer();
  const source = `export async function run(client) { await client.get("/begin"); await client.get("/delay/250"); }`;
  const config = { stages: [{ duration: 0, target: 6 }, { duration: "500ms", target: 6 }, { duration: 1, target: 0 }] };
  const { result } = await runSource(source, { config, workers: 2, host: server.url });
  assertEquals([result.interruptedIterations, result.summary.interruptedRequests], [0, 0]);
  assertEquals(server.hitsByPath.get("/begin"), server.hitsByPath.get("/delay/250"));
  assertEquals(server.hitsByPath.get("/begin"), result.iterations);
});

Deno.test("run() repeats at once, over the user's one connection, with its cookies (PARITY 42)", async () => {
  await using server = startServer();
  const source = `export async function run(client, user) { await client.get("/set-cookie/" + user.id); }`;
  const { result } = await runSource(source, { users: 2, workers: 1, iterations: 20, host: server.url });
  assertEquals(result.summary.connections?.count, 2);
  const cookies = server.requests.map(({ path, headers }) => [path.split("/").at(-1), headers.get("cookie")] as const);
  assertEquals(cookies.filter(([, cookie]) => cookie === null).length, new Set(cookies.map(([id]) => id)).size);
  for (const [id, cookie] of cookies) assert(cookie === null || cookie === `id=${id}`, `${id}: ${cookie}`);
});

Deno.test("static host of a class is the base URL, and --host takes precedence over it (PARITY 6, 25)", async () => {
  await using server = startServer();
  const source = `
    import { HttpUser } from "@x/locust";
    export class Own extends HttpUser {
      static host = "${server.url}/base/";
      async run() { await this.client.get("/x"); }
    }`;
  const { result } = await runSource(source, { iterations: 1 });
  assertEquals([rowsOf(result.summary), server.hitsByPath.get("/base/x")], [["GET /x 1/0"], 1]);
  const { result: other } = await runSource(source, { iterations: 1, host: `${server.url}/other` });
  assertEquals([rowsOf(other.summary), server.hitsByPath.get("/other/x")], [["GET /x 1/0"], 1]);
});

Deno.test("a second user.shutdown() is ignored, with a line at debug (PARITY 36)", async () => {
  await using server = startServer();
  const source = `export async function run(client, user) {
    await client.get("/");
    user.shutdown("enough");
    user.shutdown("more");
  }`;
  const { result, logs } = await runSource(source, { logLevel: "debug", host: server.url });
  assertEquals([result.reason, result.summary.total.count], ["enough", 1]);
  assert(logs.includes("DEBUG [Worker 1] Already shutting down, ignoring shutdown()"), logs.join("\n"));
});

Deno.test("as a library, it writes nothing and runs until stopped without a duration (PARITY 3, 18, 65)", async () => {
  await using server = startServer();
  const source = `
    import { Runner } from "${new URL("../main.ts", import.meta.url)}";
    const onView = ({ overall }) => overall.total.count > 0 && runner.stop("enough");
    const runner = new Runner({ url: "${server.url}/x", users: 2 }, { observers: [{ onView }] });
    const result = await runner.run();
    if (result.reason !== "enough" || result.summary.total.failures > 0) throw new Error(result.reason);`;
  await using file = await locustfile(source);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--config", new URL("../deno.json", import.meta.url).pathname, file.path],
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals([code, text(stdout), text(stderr)], [0, "", ""]);
  assert(server.hits > 0);
});
