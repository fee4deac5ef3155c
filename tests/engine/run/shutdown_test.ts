import { assertEquals, assertStringIncludes } from "@std/assert";
import { runSource } from "../../helpers/runs/run.ts";
import { startServer } from "../../helpers/servers/test_server.ts";

const ORDERS: [from: string, source: string][] = [
  ["a user", `export function run(client, user) { user.shutdown("enough", { exitCode: 7 }); }`],
  [
    "a listener",
    `import { events, shutdown, User } from "@x/locust";
     events.spawn.addListener(() => shutdown("enough", { exitCode: 7 }));
     export class One extends User { run() {} }`,
  ],
  [
    "control",
    `export function run() {}
     export async function control(test) { await test.users(1); test.shutdown("enough", { exitCode: 7 }); }`,
  ],
];

for (const [from, source] of ORDERS) {
  Deno.test(`shutdown() of ${from} ends the run with its reason and exit code (PARITY 77)`, async () => {
    const { result } = await runSource(source, { users: 2, duration: 30 });
    assertEquals([result.reason, result.exitCode, result.problems], ["enough", 7, []]);
  });
}

Deno.test("an exit code of the script beats that of thresholds, but not that of a failing teardown", async () => {
  const run = `export function run(client, user) { user.check("a", true); user.shutdown("x", { exitCode: 0 }); }`;
  const thresholds = ["count > 5"];
  const { result } = await runSource(run, { thresholds });
  assertEquals([result.exitCode, result.thresholds[0]!.verdict], [0, "no data"]);
  const failing = await runSource(`${run}\nexport function teardown() { throw new Error("no"); }`, { thresholds });
  assertEquals(failing.result.exitCode, 1);
});

Deno.test("a listener of events.stop gets the merged figures, and may return the exit code (PARITY 77)", async () => {
  await using server = startServer();
  const source = `
    import { events } from "@x/locust";
    events.stop.addListener(({ reason, figures }) => {
      console.log(JSON.stringify([reason, figures.total.count, figures.rows[0].name, figures.checks[0].passed]));
    });
    events.stop.addListener(async ({ figures }) => figures.total.failures === 12 ? 42 : 0);
    export async function run(client, user) {
      await client.get("/status/404");
      user.check("here", true);
    }
  `;
  const prints: string[] = [];
  const options = { users: 4, workers: 2, iterations: 12, host: server.url };
  const { result, logs } = await runSource(source, options, { print: (text) => prints.push(text) });
  assertEquals(prints, ['["reached iteration limit (12)",12,"/status/404",12]\n']);
  assertEquals(result.exitCode, 42);
  assertEquals(logs.filter((line) => line.includes("exit code")), [
    "INFO A listener of events.stop returned the exit code 42",
  ]);
});

Deno.test("an exit code that is none, of a listener of events.stop, is a problem of the run", async () => {
  const source = `
    import { events } from "@x/locust";
    events.stop.addListener(() => 256);
    export function run() {}
    export function teardown() { console.log("torn down"); }
  `;
  const prints: string[] = [];
  const { result } = await runSource(source, { iterations: 1 }, { print: (text) => prints.push(text) });
  assertEquals([result.exitCode, prints], [1, ["torn down\n"]]);
  assertStringIncludes(
    result.problems[0]!,
    "A listener of events.stop returned 256: expected no number, or an exit code",
  );
  assertEquals(result.problems[0]!.includes("teardown() threw"), false);
});

Deno.test("events.ended fires after teardown, even if that threw, and is awaited (PARITY 76)", async () => {
  for (const end of ["", `throw new Error("no");`]) {
    const source = `
      import { events } from "@x/locust";
      events.stop.addListener(() => console.log("stop"));
      events.ended.addListener(async ({ reason, figures }) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        console.log("ended " + reason + " " + figures.total.count);
      });
      export function run() {}
      export function teardown() { console.log("teardown"); ${end} }
    `;
    const prints: string[] = [];
    const { result } = await runSource(source, { iterations: 2 }, { print: (text) => prints.push(text.trim()) });
    assertEquals(prints, ["stop", "teardown", "ended reached iteration limit (2) 0"]);
    assertEquals(result.exitCode, end === "" ? 0 : 1);
  }
});

const MISUSE: [call: string, message: string][] = [
  [`user.shutdown("x", { exitCode: 256 })`, "Cannot shut down with exit code 256: expected a whole number, {n} to {n}"],
  [`user.shutdown("x", { exitCodes: 1 })`, 'Cannot shut down with exitCodes: unknown option, did you mean "exitCode"?'],
];

for (const [call, message] of MISUSE) {
  Deno.test(`${call} is an error at the script's line`, async () => {
    const { result } = await runSource(`export function run(client, user) {\n  ${call};\n}`, { iterations: 1 });
    assertEquals(result.summary.errors[0]!.text, `${message} (locustfile.ts:2)`);
  });
}
