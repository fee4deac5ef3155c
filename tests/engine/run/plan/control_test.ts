import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { UsageError } from "../../../../lib/core/errors.ts";
import { Runner } from "../../../../lib/engine/run/runner.ts";
import { RemoteControl } from "../../../../lib/script/control.ts";
import { rowsOf } from "../../../helpers/http/client.ts";
import { locustfile, runSource } from "../../../helpers/runs/run.ts";
import { startServer } from "../../../helpers/servers/test_server.ts";

const SLEEPER = `
  import { HttpUser, sleep } from "@x/locust";
  export class One extends HttpUser {
    async onStart() { await this.client.get("/start"); }
    async run() { await sleep(0.02); }
  }`;

Deno.test("--config stages start and end users as planned (PARITY 9, 38, 40)", async () => {
  await using server = startServer();
  const held: [users: number, target: number][] = [];
  const config = { stages: [{ duration: "1s", target: 4 }, { duration: 2, target: 4 }, { duration: 1, target: 0 }] };
  const { result, logs } = await runSource(SLEEPER, { config, users: 9, duration: 60, workers: 2, host: server.url }, {
    observers: [{
      onView: ({ elapsedMs, users, targetUsers }) => {
        if (elapsedMs > 1500 && elapsedMs < 2900) held.push([users, targetUsers]);
      },
    }],
  });
  assertEquals([result.reason, result.loadMs], ["target duration elapsed after 4s", 4000]);
  assertEquals(rowsOf(result.summary), ["GET /start 4/0"]);
  assertEquals(held, [[4, 4]]);
  assertEquals(result.info.targetUsers, 4);
  assert(logs.includes("INFO The stages of config replace users, duration"));
  assert(logs.includes("INFO Starting test (target user count: 4)"));
});

for (
  const [config, message] of [
    ["{bad", "not valid JSON: Expected property name"],
    ["nope.json", "no such file, expected JSON or the path of a JSON file"],
    ['{"stage":[]}', 'stage is unknown, did you mean "stages"?'],
    ["/dev/full", "a device, expected JSON or the path of a JSON file"],
    ['{"stages":[]}', "stages is an empty list, expected one or more stages"],
    ['{"stages":[{"duration":1}]}', "stages[0].target is missing, expected a whole number of users, 0 or more"],
    ['{"stages":[{"duration":"x","target":1}]}', 'stages[0].duration is "x", expected a number of seconds'],
    ['{"stages":[{"duration":1,"target":-1,"rate":2}]}', "stages[0].rate is unknown"],
    [
      '{"stages":[{"duration":0,"target":5}]}',
      "stages have a total duration of 0, expected one longer than 0",
    ],
    ['{"stages":[{"duration":0,"arrivalRate":5}]}', "stages have a total duration of 0"],
    [
      '{"stages":[{"duration":1,"target":1e12}]}',
      "stages[0].target is 1000000000000, expected at most 100000000 users",
    ],
    ["[1]", "it is not an object, expected one with stages"],
  ] as const
) {
  Deno.test(`--config ${config} is refused by name (PARITY 9)`, async () => {
    const make = () => Promise.resolve().then(() => new Runner({ url: "http://127.0.0.1:2/", config }));
    await assertRejects(make, UsageError, message);
  });
}

Deno.test("control() sets users, reads merged stats, and ends the test when it returns", async () => {
  await using server = startServer();
  const source = `${SLEEPER}
    async function until(test, users) {
      for (let turn = 0, requests = 0; turn < 400; turn++) {
        const stats = await test.stats();
        requests += stats.interval.total.count; // what came since the call before
        if (stats.users === users && stats.overall.total.count === 3) return { ...stats, requests };
        await test.sleep("50ms");
      }
      throw new Error("never " + users + " users");
    }
    export async function control(test) {
      await test.users(3, { rate: 10 });
      const first = await until(test, 3);
      await test.users(1);
      const second = await until(test, 1);
      await fetch("${server.url}/report", { method: "POST", body: JSON.stringify([first, second]) }).then((r) => r.text());
    }`;
  const { result, logs } = await runSource(source, { workers: 2, host: server.url });
  assertEquals([result.reason, result.exitCode, result.info.targetUsers], ["control ended", 0, 3]);
  assert(logs.includes("INFO Starting test (target user count: set by control)"));
  const report = server.requests.find(({ path }) => path === "/report")!;
  const [first, second] = JSON.parse(report.body);
  assertEquals([first.users, second.users], [3, 1]);
  assertEquals([first.overall.total.count, first.requests], [3, 3]);
  assertEquals([second.overall.total.count, second.requests], [3, 0]);
  assertEquals(first.overall.rows[0].name, "/start");
  assert(first.overall.total.p99Ms > 0 && !("histogram" in first.overall.total));
});

Deno.test("control() that throws is named with the user's line, the test ends, exit code 1", async () => {
  await using server = startServer();
  const source = `${SLEEPER}\nexport async function control(test) { await test.users(-1); }`;
  const { result } = await runSource(source, { host: server.url });
  assertEquals([result.exitCode, result.reason], [1, "an error in the locustfile"]);
  assertMatch(
    result.problems[0]!,
    /^control\(\) threw RangeError: Cannot run -1 users: expected a whole number, 0 or more/,
  );
});

Deno.test("control() is cut short by the iteration limit, and by test.shutdown()", async () => {
  await using server = startServer();
  const get = `export async function run(client) { await client.get("/"); }`;
  const patient = `${get}\nexport async function control(test) { await test.users(2); await test.sleep("1h"); }`;
  const limited = await runSource(patient, { iterations: 7, host: server.url });
  assertEquals([limited.result.reason, limited.result.iterations], ["reached iteration limit (7)", 7]);
  const quitting = `${get}\nexport async function control(test) { await test.users(1); test.shutdown("seen enough"); }`;
  assertEquals((await runSource(quitting, { host: server.url })).result.reason, "seen enough");
});

Deno.test("a locustfile can be run as a program that runs itself (PARITY 18)", async () => {
  await using server = startServer();
  await using file = await locustfile(`
    import { Runner } from "@x/locust";
    export async function run(client) { await client.get("/"); }
    if (import.meta.main) {
      const options = { locustfile: import.meta.url, users: 2, iterations: 6, host: "${server.url}" };
      for (let turn = 0; turn < 2; turn++) {
        const { summary } = await new Runner(options).run();
        console.log(summary.total.count);
      }
    }`);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--config", "deno.json", file.path],
  }).output();
  const texts = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals([code, ...texts, server.hits], [0, "6\n6\n", "", 12]);
});

const TORN_DOWN = `export function teardown() { log.info("torn down"); }`;

for (
  const [what, body] of [
    ["that waits for something else", `await new Promise(() => {});`],
    [
      "that ignores every error it catches",
      `for (;;) { try { await test.sleep(0.01); await test.stats(); } catch {} }`,
    ],
  ] as const
) {
  Deno.test(`a control() ${what} has the stop timeout to end, then comes teardown`, async () => {
    const source = `import { log, sleep } from "@x/locust";
      export async function run() { await sleep(0.02); }
      export async function control(test) { await test.users(1); ${body} }
      ${TORN_DOWN}`;
    const { result, logs } = await runSource(source, { duration: "300ms", stopTimeout: "300ms" });
    assertEquals([result.exitCode, result.problems], [0, []]);
    assertEquals(logs.slice(1), [
      "INFO Shutting down (target duration elapsed after 300ms)",
      "WARNING control() did not end within the stop timeout; the run goes on without it",
      "INFO torn down",
    ]);
  });
}

Deno.test("after the test was stopped every call of control() but shutdown() is interrupted, and it may tidy up", async () => {
  const source = `import { InterruptedError, log, sleep } from "@x/locust";
    export async function run() { await sleep(0.02); }
    export async function control(test) {
      await test.users(1);
      const calls = [() => test.sleep("1h"), () => test.sleep(0), () => test.stats(), () => test.users(3)];
      for (const call of calls) await call().catch((error) => log.info(String(error instanceof InterruptedError)));
      await new Promise((resolve) => setTimeout(resolve, 50));
      log.info("tidied up");
    }
    ${TORN_DOWN}`;
  const { result, logs } = await runSource(source, { duration: "300ms" });
  assertEquals(result.exitCode, 0);
  const interrupted = new Array(4).fill("INFO true");
  assertEquals(logs.slice(2), [...interrupted, "INFO tidied up", "INFO torn down"]);
});

for (
  const [args, ErrorClass, message] of [
    [[1e12], RangeError, "Cannot run 1000000000000 users: expected at most 100000000"],
    [[3, 5], TypeError, "Cannot use 5 with users(): expected an object such as { rate: 10 }"],
    [[2, { rte: 5 }], TypeError, 'Cannot use rte with users(): unknown option, did you mean "rate"?'],
  ] as const
) {
  Deno.test(`test.users(${args.map((arg) => Deno.inspect(arg)).join(", ")}) is refused`, async () => {
    const asked: unknown[] = [];
    const control = new RemoteControl((_, request) => asked.push(request), () => {});
    await assertRejects(() => control.users(...args as unknown as [number]), ErrorClass, message);
    assertEquals(asked, []);
  });
}
