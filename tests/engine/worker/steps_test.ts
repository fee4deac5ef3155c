import { assert, assertEquals } from "@std/assert";
import type { RunResult } from "../../../lib/stats/run_model.ts";
import { runSource } from "../../helpers/runs/run.ts";
import { startServer } from "../../helpers/servers/test_server.ts";

/** Returns the rows of steps, as name, count and failures. */
function stepsOf({ summary }: RunResult): [string, number, number][] {
  return summary.rows.filter(({ method }) => method === "STEP").map((
    { name, count, failures },
  ) => [name, count, failures]);
}

Deno.test("1000 steps over 4 workers equal what the script counted, and are not part of Total (PARITY 79)", async () => {
  const source = `
    import { shared, User } from "@x/locust";
    const [good, bad] = [shared.counter("good"), shared.counter("bad")];
    export class Buyer extends User {
      async run() {
        const isBad = (this.id * 7) % 5 === 0;
        (isBad ? bad : good).add();
        await this.step("checkout", () => { if (isBad) throw new Error("out of stock"); }).catch(() => {});
      }
    }
  `;
  const { result } = await runSource(source, { users: 20, workers: 4, iterations: 1000 });
  const { good, bad } = Object.fromEntries(result.counters.map(({ name, value }) => [name, value]));
  assertEquals(good! + bad!, 1000);
  assertEquals(stepsOf(result), [["checkout", 1000, bad!]]);
  assertEquals(result.summary.total.count, 0);
  const [error] = result.summary.errors;
  assertEquals([error!.method, error!.name, error!.count], ["STEP", "checkout", bad]);
});

Deno.test("a step fails if a request in it failed, by status, by resp.error or in a step inside", async () => {
  await using server = startServer();
  const source = `
    export async function run(client, user) {
      await client.get("/status/500"); // outside of any step
      await user.step("good", () => client.get("/status/200"));
      await user.step("status", () => client.get("/status/404"));
      await user.step("verdict", async () => { (await client.get("/status/200")).error = "not this"; });
      await user.step("pardoned", async () => { (await client.get("/status/404")).error = false; });
      await user.step("earlier", async () => { await client.get("/status/404"); await client.get("/status/200"); });
      await user.step("outer", () => user.step("inner", () => client.get("/status/404")));
      await user.step("recorded", () => user.record({ name: "x", ttlb: 0.1, error: "no" }));
    }
  `;
  const { result } = await runSource(source, { host: server.url, iterations: 2, users: 1 });
  assertEquals(stepsOf(result), [
    ["good", 2, 0],
    ["status", 2, 2],
    ["verdict", 2, 2],
    ["pardoned", 2, 0],
    ["earlier", 2, 2],
    ["inner", 2, 2],
    ["outer", 2, 2],
    ["recorded", 2, 2],
  ]);
});

Deno.test("parallel steps of one user fail by their own requests only", async () => {
  await using server = startServer();
  const source = `
    export async function run(client, user) {
      await Promise.all([
        user.step("bad", async () => { await client.get("/status/200"); await client.get("/status/404"); }),
        user.step("good", async () => { await client.get("/status/200"); await client.get("/status/201"); }),
      ]);
    }
  `;
  const { result } = await runSource(source, { host: server.url, iterations: 20 });
  assertEquals(new Set(stepsOf(result).map((row) => row.join())), new Set(["bad,20,20", "good,20,0"]));
});

Deno.test("a step returns what its function returns, throws what it throws, and has its sleeps left out", async () => {
  const source = `
    import { sleep } from "@x/locust";
    export async function run(client, user) {
      const value = await user.step("with", async () => { await sleep(0.3); return 5; });
      await user.step("without", async () => { await sleep(0.2); await Promise.all([sleep(0.1), sleep(0.1)]); }, {
        withoutSleep: true,
      });
      user.check("value", value === 5);
      await user.step("throws", () => { throw new RangeError("mine"); });
    }
  `;
  const { result } = await runSource(source, { iterations: 1 });
  const [withSleep, without, throws] = result.summary.rows;
  assert(withSleep!.minMs >= 300, `${withSleep!.minMs}`);
  assert(without!.maxMs < 200, `${without!.maxMs}`); // it slept for 300 ms at least
  assertEquals([throws!.name, throws!.failures], ["throws", 1]);
  assertEquals(result.summary.checks.map(({ passed }) => passed), [1]);
  assertEquals(result.summary.errors.map(({ text }) => text), ["mine (locustfile.ts:9)", "mine (locustfile.ts:9)"]);
});

Deno.test("--group-by-step gives requests of steps rows of their own, named after the steps", async () => {
  await using server = startServer();
  const source = `
    export async function run(client, user) {
      await client.get("/status/200");
      await user.step("checkout", async () => {
        await client.get("/status/200");
        await user.step("pay", () => client.get("/status/200", { name: "/pay" }));
      });
    }
  `;
  const { result } = await runSource(source, { host: server.url, iterations: 3, groupByStep: true });
  assertEquals(result.summary.rows.map(({ method, name, count }) => [method, name, count]), [
    ["GET", "/status/200", 3],
    ["GET", "checkout: /status/200", 3],
    ["GET", "checkout / pay: /pay", 3],
    ["STEP", "pay", 3],
    ["STEP", "checkout", 3],
  ]);
  assertEquals(result.summary.total.count, 9);
});

Deno.test("a step that the end of the run cuts off is not counted", async () => {
  const source = `
    import { sleep } from "@x/locust";
    export async function run(client, user) {
      await user.step("long", () => sleep(60));
    }
  `;
  const { result } = await runSource(source, { duration: 0.2, stopTimeout: 0 });
  assertEquals([stepsOf(result), result.summary.errors, result.interruptedIterations], [[], [], 1]);
});

const MISUSE: [call: string, message: string][] = [
  ['user.step("", () => {})', 'Cannot run step "": expected a name, a string that is not empty'],
  ['user.step("a")', 'Cannot run step "a": undefined is not a function, expected async () => { … }'],
  ['user.step("a", () => {}, { withoutSleeps: true })', 'unknown option, did you mean "withoutSleep"?'],
];

for (const [call, message] of MISUSE) {
  Deno.test(`${call} is an error at the script's line`, async () => {
    const { result } = await runSource(`export async function run(client, user) {\n  await ${call};\n}`, {
      iterations: 1,
    });
    const [error] = result.summary.errors;
    assertEquals(error!.text.includes(message) && error!.text.endsWith("(locustfile.ts:2)"), true, error!.text);
  });
}

Deno.test("the wait of --max-rps is in no step, with or without sleeps", async () => {
  await using server = startServer();
  const source = `
    import { sleep } from "@x/locust";
    export async function run(client, user) {
      await user.step("held", async () => { await client.get("/a"); await client.get("/b"); });
      await user.step("asleep", async () => {
        await Promise.all([client.get("/a"), client.get("/b"), sleep("600ms")]);
      }, { withoutSleep: true });
    }
  `;
  const { result } = await runSource(source, { host: server.url, iterations: 1, users: 1, maxRps: 4 });
  const times = result.summary.rows.filter(({ method }) => method === "STEP").map(({ maxMs }) => maxMs!);
  assertEquals(times.length, 2);
  for (const ms of times) assert(ms < 200, `${times}`); // each is held back for at least 250 ms
});
