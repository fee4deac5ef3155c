import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { NOTHING_SUCCEEDED } from "../../../lib/engine/run/run_outcome.ts";
import type { Runner } from "../../../lib/engine/run/runner.ts";
import { HtmlReporter } from "../../../lib/report/html/html_reporter.ts";
import { errorTable, statsTable } from "../../../lib/report/stats_table.ts";
import { errorsOf, rowsOf } from "../../helpers/http/client.ts";
import { runSource } from "../../helpers/runs/run.ts";
import { startServer, type TestServer } from "../../helpers/servers/test_server.ts";

/** Lets a locustfile of the test tell the test something: `await tell("text")`. */
const tellSource = (server: TestServer) =>
  `const tell = (text) => fetch("${server.url}/tell", { method: "POST", body: text }).then((r) => r.text());\n`;
const told = (server: TestServer) => server.requests.filter(({ path }) => path === "/tell").map(({ body }) => body);

const PLAIN = { width: 200, hasColor: false };

Deno.test("events fire: startup before users, spawn each, request after judging, stop before teardown (PARITY 34)", async () => {
  await using server = startServer();
  const source = `
    import { events, HttpUser } from "@x/locust";
    ${tellSource(server)}
    const seen = [];
    events.startup.addListener(() => tell("startup"));
    events.spawn.addListener(({ id, userClass }) => seen.push("spawn " + id + " " + userClass));
    const listener = events.request.addListener((sample) => seen.push(sample));
    events.request.addListener(listener);
    events.stop.addListener(({ reason }) => tell("stop " + reason));
    export function teardown() { return tell("teardown"); }
    export class Shopper extends HttpUser {
      async run() {
        const resp = await this.client.get("/a");
        resp.error = "judged";
        await this.client.post("/status/404", { name: "gone" });
      }
      async onStop() { await tell(JSON.stringify(seen)); }
    }`;
  const { result } = await runSource(source, { iterations: 1, host: server.url });
  const [startup, json, stop, teardown] = told(server);
  assertEquals([startup, stop, teardown], ["startup", "stop reached iteration limit (1)", "teardown"]);
  const [spawn, first, second, ...rest] = JSON.parse(json!);
  assertEquals([spawn, rest.length], ["spawn 0 Shopper", 0]);
  assertEquals([first.method, first.name, first.error, first.userClass], ["GET", "/a", "judged", "Shopper"]);
  assertEquals([second.method, second.name, second.error], ["POST", "gone", "404 Not Found"]);
  assert(
    first.start >= 0 && first.start < second.start && first.ttfb > 0 && first.ttfb <= first.ttlb && first.bytes > 0,
  );
  assertEquals(rowsOf(result.summary), ["GET /a 1/1", "POST gone 1/1"]);
});

Deno.test("a listener that throws or rejects is logged and counted, and loses no sample (PARITY 35)", async () => {
  await using server = startServer();
  const source = `
    import { events } from "@x/locust";
    events.request.addListener(() => { throw new Error("listener broke"); });
    events.request.addListener(async () => { throw new Error("later"); });
    export async function run(client) { await client.get("/"); }`;
  const { result, logs } = await runSource(source, { iterations: 20, host: server.url });
  assertEquals([result.exitCode, rowsOf(result.summary)], [0, ["GET / 20/0"]]);
  assertEquals(result.summary.errors.map(({ where, text, count }) => [where, text, count]), [
    ["events.request listener", "listener broke (locustfile.ts:3)", 20],
    ["events.request listener", "later (locustfile.ts:4)", 20],
  ]);
  const errors = logs.filter((line) => line.startsWith("ERROR"));
  assertEquals(errors.length, 5);
  assertMatch(errors[0]!, /A listener of events\.request threw: Error: listener broke\n.*locustfile\.ts:3:\d+/);
});

Deno.test("user.record() makes rows of its own label, in table, errors and events (PARITY 67)", async () => {
  const source = `
    import { User } from "@x/locust";
    export class Custom extends User {
      async run() {
        this.record({ name: "query", ttlb: 0.25 });
        this.record({ name: "query", method: "SQL", ttlb: 0.5, ttfb: 0.1, error: new Error("deadlock"), bytes: 7 });
        this.record({ name: "bad", ttlb: -1 });
      }
    }`;
  const { result } = await runSource(source, { iterations: 2 });
  assertEquals(rowsOf(result.summary), ["CUSTOM query 2/0", "SQL query 2/2"]);
  assertEquals(result.summary.rows.map((row) => [row.maxMs, row.bytesReceived]), [[250, 0], [500, 14]]);
  assertEquals(errorsOf(result.summary).length, 2);
  assertEquals(errorsOf(result.summary)[0], "2 deadlock");
  assertMatch(errorsOf(result.summary)[1]!, /^2 Cannot record "bad": ttlb is {n}, expected .*\(locustfile\.ts:7\)$/);
  assertMatch(result.summary.errors[1]!.example!, /ttlb is -1/);
});

Deno.test("around() wraps the user's whole life once (PARITY 24)", async () => {
  await using server = startServer();
  const source = `
    import { HttpUser } from "@x/locust";
    export class One extends HttpUser {
      async around(body) {
        await this.client.get("/open");
        try { await body(); } finally { await this.client.get("/close"); }
      }
      async onStart() { await this.client.get("/start"); }
      async run() { await this.client.get("/run"); }
      async onStop() { await this.client.get("/stop"); }
    }`;
  await runSource(source, { iterations: 2, host: server.url });
  const paths = server.requests.map(({ path }) => path);
  assertEquals(paths, ["/open", "/start", "/run", "/run", "/stop", "/close"]);
});

for (
  const [what, around] of [
    ["returns without calling body", "around() {}"],
    ["forgets to await body", "async around(body) { void body(); }"],
    ["swallows what body throws", "async around(body) { try { await body(); } catch {} }"],
  ] as const
) {
  for (const model of [{}, { arrivalRate: 50 }]) {
    const name = `an around() that ${what} freezes no worker in the ${
      "arrivalRate" in model ? "open" : "closed"
    } model`;
    Deno.test(`${name}, and is counted once a second`, async () => {
      await using server = startServer();
      const source = `
        import { HttpUser } from "@x/locust";
        export class Careless extends HttpUser {
          ${around}
          async onStart() { ${what.startsWith("swallows") ? 'throw new Error("in onStart");' : ""} }
          async run() { await this.client.get("/"); }
        }`;
      const options = { users: 2, workers: 1, duration: "2500ms", stopTimeout: 5, host: server.url, ...model };
      const { result, logs } = await runSource(source, options);
      const isVain = !what.startsWith("forgets"); // that one runs an iteration each time
      assertEquals([result.exitCode, result.problems], isVain ? [1, [NOTHING_SUCCEEDED]] : [0, []]);
      const { text, count } = result.summary.errors[0]!;
      const expected = what.startsWith("swallows")
        ? "in onStart (locustfile.ts:5)"
        : "around() of class Careless returned before body() had ended, expected it to await body()";
      assertEquals([result.summary.errors.length, text], [1, expected]);
      assert(count >= 1 && count <= 8, `${count} times`);
      const errors = logs.filter((line) => line.startsWith("ERROR") && !line.endsWith(NOTHING_SUCCEEDED));
      assertEquals(errors.length, 1, logs.join("\n"));
      assert(server.hits <= 8, `${server.hits} iterations`);
    });
  }
}

Deno.test("an onStart that throws is counted and tried again with a new user after a second", async () => {
  await using server = startServer();
  const source = `
    import { HttpUser } from "@x/locust";
    let tries = 0;
    export class One extends HttpUser {
      async onStart() { await this.client.get("/login"); if (++tries < 2) throw new Error("not yet"); }
      async run() { await this.client.get("/run"); }
    }`;
  const { result } = await runSource(source, { iterations: 3, host: server.url });
  assertEquals(rowsOf(result.summary), ["GET /login 2/1", "GET /run 3/0"]);
  assertMatch(errorsOf(result.summary)[0]!, /^1 not yet \(locustfile\.ts:5\)$/);
});

Deno.test("static client sets timeout and headers for the class; 0.1 ms times out with its name (PARITY 25, 65, 68)", async () => {
  await using server = startServer();
  const source = `
    import { HttpUser } from "@x/locust";
    export class Hasty extends HttpUser {
      static client = { timeout: "0.1ms", headers: { "x-class": "hasty" } };
      async run() { await this.client.get("/delay/50", { name: "slow" }); await this.client.get("/never"); }
    }`;
  const { result } = await runSource(source, { iterations: 3, host: server.url });
  assertEquals(rowsOf(result.summary), ["GET slow 3/3"]);
  assertEquals(errorsOf(result.summary), ["3 timeout after 0.1ms"]);
  assertEquals([result.exitCode, server.hitsByPath.get("/never")], [1, undefined]);
});

Deno.test("user.config has every option and is frozen (PARITY 20)", async () => {
  await using server = startServer();
  const source = `${tellSource(server)}
    export async function run(client, user) {
      await tell(JSON.stringify([user.config, Object.isFrozen(user.config)]));
    }`;
  await runSource(source, { iterations: 1, users: 3, workers: 1, duration: 9, host: server.url });
  const [config, isFrozen] = JSON.parse(told(server)[0]!);
  assertEquals([config.users, config.iterations, config.durationMs, config.host, isFrozen], [
    3,
    1,
    9000,
    server.url,
    true,
  ]);
});

Deno.test("log reaches the run's log in order, names the worker at debug, and respects the level (PARITY 8)", async () => {
  const source = `
    import { log } from "@x/locust";
    export async function run() { log.debug("d", { a: 1 }); log.info("i"); log.warning("w"); log.error("e"); }`;
  const ours = (logs: string[]) => logs.filter((line) => / [diwe]( |$)/.test(line));
  const debug = await runSource(source, { iterations: 1, logLevel: "debug" });
  assertEquals(ours(debug.logs), [
    "DEBUG [Worker 1] d { a: 1 }",
    "INFO [Worker 1] i",
    "WARNING [Worker 1] w",
    "ERROR [Worker 1] e",
  ]);
  const warning = await runSource(source, { iterations: 1, logLevel: "warning" });
  assertEquals(warning.logs, ["WARNING w", "ERROR e"]);
});

Deno.test("a failed assertion shows what was compared and the user's line (PARITY 53)", async () => {
  await using server = startServer();
  const source = `
    import { assertEquals } from "@x/locust";
    export async function run(client) {
      const resp = await client.get("/");
      assertEquals(await resp.text(), "bye");
    }`;
  const { result, logs } = await runSource(source, { iterations: 2, host: server.url });
  const [error] = errorsOf(result.summary);
  assertMatch(error!, /^2 Values are not equal\. .*hello.*bye.*\(locustfile\.ts:5\)$/);
  assertEquals([rowsOf(result.summary), logs.filter((line) => line.startsWith("ERROR"))], [
    ["GET / 2/2"],
    [`ERROR ${NOTHING_SUCCEEDED}`],
  ]);
});

Deno.test("users failing in five ways: table, error table and report agree to the last count", async () => {
  await using server = startServer();
  const source = `
    import { assert } from "@x/locust";
    const ways = [
      (client) => client.get("/status/500"),
      (client) => client.get("/delay/200", { timeout: "5ms" }),
      (client) => client.get("http://127.0.0.1:2/", { name: "refused" }),
      async (client) => { await client.get("/checked"); assert(false, "check failed"); },
      async (client) => { (await client.get("/judged")).error = "judged bad"; },
    ];
    let turn = 0;
    export async function run(client) { await ways[turn++ % 5](client); }`;
  const folder = await Deno.makeTempDir();
  const observers = [new HtmlReporter(`${folder}/report.html`)];
  const options = { users: 5, workers: 1, iterations: 50, host: server.url };
  const { result } = await runSource(source, options, { observers });
  const report = await Deno.readTextFile(`${folder}/report.html`);
  await Deno.remove(folder, { recursive: true });
  const { rows, total, errors } = result.summary;
  assertEquals(rows.map((row) => [row.count, row.failures]), Array.from({ length: 5 }, () => [10, 10]));
  assertEquals([total.count, total.failures, errors.reduce((sum, { count }) => sum + count, 0)], [50, 50, 50]);
  assertEquals(errors.map(({ text, count }) => `${count} ${text}`).toSorted(), [
    "10 500 Internal Server Error",
    "10 check failed (locustfile.ts:7)",
    "10 connection refused",
    "10 judged bad",
    "10 timeout after 5ms",
  ]);
  for (const table of [statsTable(result.summary, PLAIN), report.replaceAll(/<[^>]+>/g, " ")]) {
    assertEquals(table.match(/ 10 +10 \(100\.0%\)/g)?.length, 5);
    assertMatch(table, /Total +50 +50 \(100\.0%\)/);
  }
  for (const { text, method, name } of errors) {
    assertMatch(
      errorTable(result.summary, PLAIN),
      new RegExp(`10 +${RegExp.escape(`${method} ${name}`)} +${RegExp.escape(text)}`),
    );
    assertStringIncludes(report, `<td>${method} ${name}</td><td class="t">${text}</td><td class="n">10</td>`);
  }
});

Deno.test("Runner.run() refuses to run a second time, and calls no hook then", async () => {
  const logs: string[] = [];
  const source = `import { log } from "@x/locust";
    export function setup() { log.info("set up"); }
    export function run() {}`;
  let runner: Runner;
  await runSource(source, { iterations: 1 }, { onRunner: (made) => runner = made, log: (_, text) => logs.push(text) });
  await assertRejects(() => runner.run(), TypeError, "make a new Runner");
  assertEquals(logs.filter((text) => text === "set up").length, 1);
});
