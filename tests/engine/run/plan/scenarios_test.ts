import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ScriptError, UsageError } from "../../../../lib/core/errors.ts";
import { Runner } from "../../../../lib/engine/run/runner.ts";
import { runSource } from "../../../helpers/runs/run.ts";
import { startServer } from "../../../helpers/servers/test_server.ts";
import { timedTest } from "../../../helpers/timed_test.ts";

const THREE = `
  import { HttpUser, sleep } from "@x/locust";
  class Base extends HttpUser {
    async run() { await this.client.get("/" + this.constructor.name + "/" + this.id); await sleep(0.02); }
  }
  export class Browser extends Base {}
  export class Buyer extends Base { static load = { arrivalRate: 50, users: 5, startTime: "500ms", duration: "500ms" }; }
  export class Robot extends Base { static load = { users: 2, duration: "300ms" }; static weight = 0; }`;

for (const workers of [1, 2, 4]) {
  timedTest(`classes with their own load run next to the others, on ${workers} workers`, async () => {
    await using server = startServer();
    const { result } = await runSource(THREE, { users: 3, duration: "1.2s", workers, host: server.url });
    assertEquals([result.loadMs, result.askedIterations, result.info.targetUsers], [1200, 25, 10]);
    const ids = (name: string) =>
      result.summary.rows.filter((row) => row.name.startsWith(`/${name}/`)).map((row) => row.name.split("/")[2]);
    assertEquals([ids("Browser").length, ids("Robot").length], [3, 2]);
    const all = ["Browser", "Buyer", "Robot"].flatMap(ids);
    assertEquals(new Set(all).size, all.length, "ids are unique over all scenarios");
    const asked = server.requests.map(({ path }) => path.split("/")[1]!);
    assertEquals(asked.filter((name) => name === "Buyer").length, result.summary.arrivals!.started);
    assertEquals(result.summary.arrivals!.started + result.summary.arrivals!.dropped, 25);
    // The buyers come after half a second; three browsers have been there 75 times by then, and the robots have gone.
    const [before, after] = [asked.slice(0, asked.indexOf("Buyer")), asked.slice(asked.indexOf("Buyer"))];
    assert(before.filter((name) => name === "Browser").length > 15, before.join(" "));
    assertEquals([before.includes("Robot"), after.includes("Robot")], [true, false]);
  });
}

Deno.test("only picks classes, and names one that does not exist", async () => {
  await using server = startServer();
  const { result } = await runSource(THREE, { only: "Robot", host: server.url });
  assertEquals(result.reason, "target duration elapsed after 300ms");
  assert(result.summary.rows.every((row) => row.name.startsWith("/Robot/")));
  await assertRejects(
    () => runSource(THREE, { only: ["Robot", "Robott"], host: server.url }),
    UsageError,
    'Cannot run only Robott: no such class, did you mean "Robot"?',
  );
});

Deno.test("only leaves classes unchecked that do not run", async () => {
  const source = `
    import { HttpUser } from "@x/locust";
    export class A extends HttpUser { async run() {} }
    export class Broken extends A { static weight = -1; }`;
  assertEquals((await runSource(source, { only: "A", iterations: 1 })).result.iterations, 1);
  await assertRejects(() => runSource(source, { iterations: 1 }), ScriptError, "Cannot run class Broken");
});

Deno.test("groupByClass keeps the rows of classes apart", async () => {
  await using server = startServer();
  const source = `
    import { HttpUser } from "@x/locust";
    class Base extends HttpUser { async run() { await this.client.get("/same"); this.record({ name: "step", ttlb: 0 }); } }
    export class A extends Base { static weight = 2; }
    export class B extends Base {}`;
  const { result } = await runSource(source, { users: 3, iterations: 30, groupByClass: true, host: server.url });
  const rows = result.summary.rows.map((row) => `${row.userClass} ${row.method} ${row.name}`).toSorted();
  assertEquals(rows, ["A CUSTOM step", "A GET /same", "B CUSTOM step", "B GET /same"]);
  assertEquals(result.summary.rows.reduce((sum, row) => sum + (row.method === "GET" ? row.count : 0), 0), 30);
});

Deno.test("a static load that cannot be used is named with its class", async () => {
  const source = THREE.replace("users: 2,", "users: 0, startTme: 1,");
  const error = await assertRejects(() => runSource(source, { host: "http://127.0.0.1:1" }), ScriptError);
  assertMatch(
    error.message,
    /Cannot run class Robot of ".*": static load.startTme is unknown, did you mean "startTime"\?/,
  );
  assertMatch(error.message, /load.users is 0, expected a whole number of users, 1 or more/);
});

Deno.test("control() and an arrival rate contradict each other", async () => {
  const source = `export function run() {} export function control() {}`;
  await assertRejects(
    () => runSource(source, { arrivalRate: 1 }),
    ScriptError,
    "Cannot use an arrival rate with control()",
  );
});

Deno.test("control() and stages of either model contradict each other, before any other message", async () => {
  const source = `export function run() {} export function control() {}`;
  for (const [stage, what] of [[{ target: 1 }, "stages of users"], [{ arrivalRate: 1 }, "an arrival rate"]] as const) {
    const logs: string[] = [];
    await assertRejects(
      () =>
        runSource(source, { users: 3, config: { stages: [{ duration: 1, ...stage }] } }, {
          log: (_, text) => void logs.push(text),
        }),
      ScriptError,
      `Cannot use ${what} with control()`,
    );
    assertEquals(logs, []);
  }
});

Deno.test("stages only set the end of the run if every class has its own load, with a note", async () => {
  await using server = startServer();
  const config = { stages: [{ duration: "300ms", target: 5 }] };
  const source = withLoad("{ users: 1 }");
  const { result, logs } = await runSource(source, { users: 2, only: "B", config, host: server.url });
  assertEquals([result.loadMs, result.info.targetUsers], [300, 1]);
  assertEquals(logs[0], "INFO No class takes the users of the stages: they only say when the run ends");
  assert(!logs.some((line) => line.includes(" replace ")));
});

Deno.test("rate and arrivalRate, and a warm-up that leaves nothing, are refused together", async () => {
  const make = () =>
    Promise.resolve().then(() =>
      new Runner({ url: "http://127.0.0.1:2/", rate: 1, arrivalRate: 5, warmUp: "10s", duration: 10 })
    );
  const error = await assertRejects(make, UsageError);
  assertEquals(error.problems, [
    "Cannot use rate with arrivalRate: users are started as they are needed, expected one of them",
    'Cannot use warmUp "10s": no time would be left to measure, expected less than 10s',
  ]);
});

timedTest(
  "a warm-up is left out of every figure, said with its requests, and the rest divides by what is left",
  async () => {
    await using server = startServer((_, url) => new Response("", { status: url.pathname === "/" ? 500 : 200 }));
    const source = `
    import { sleep } from "@x/locust";
    let count = 0;
    export async function run(client, user) {
      const resp = await client.get("/");
      await sleep(0.05);
      resp.error = false; // also where the warm-up has ended meanwhile: what was left out stays out
    }`;
    const { result } = await runSource(source, {
      users: 8,
      duration: "1.5s",
      warmUp: "500ms",
      workers: 2,
      host: server.url,
    });
    const { total, spanMs } = result.summary;
    assertEquals([result.loadMs, spanMs, result.warmUp!.ms], [1500, 1000, 500]);
    assertEquals(total.count + result.warmUp!.requests, server.hits);
    assert(result.warmUp!.requests > 20 && total.count > 50, `${result.warmUp!.requests} and ${total.count}`);
    assertEquals([total.failures, result.summary.errors], [0, []]);
    assertEquals(total.ratePerSecond, total.count - total.tail);
  },
);

/** Two classes, the second with a load of its own. */
const withLoad = (load: string) => `
  import { HttpUser, sleep } from "@x/locust";
  class Base extends HttpUser { async run() { await this.client.get("/" + this.constructor.name); await sleep(0.02); } }
  export class A extends Base {}
  export class B extends Base { static load = ${load}; }`;

for (
  const [what, load] of [
    ["stages", `{ stages: [{ duration: 0, target: 1 }, { duration: 60, target: 1 }] }`],
    ["stages of arrivals", `{ stages: [{ duration: 0, arrivalRate: 20 }, { duration: 60, arrivalRate: 20 }] }`],
    ["a duration", `{ users: 1, duration: 60 }`],
  ] as const
) {
  Deno.test(`duration ends a class whose own load has ${what} that would last longer`, async () => {
    await using server = startServer();
    const { result } = await runSource(withLoad(load), { duration: "500ms", host: server.url });
    assertEquals([result.reason, result.loadMs], ["target duration elapsed after 500ms", 500]);
    assertEquals(result.summary.rows.map(({ name }) => name).toSorted(), ["/A", "/B"]);
  });
}

Deno.test("a class whose load would begin after the run's end is named, and delays nothing", async () => {
  await using server = startServer();
  const source = withLoad("{ users: 1, startTime: 12 }");
  const { result, logs } = await runSource(source, { duration: "300ms", host: server.url });
  assertEquals([result.loadMs, result.summary.rows.map(({ name }) => name)], [300, ["/A"]]);
  const warning = "WARNING Class B runs no users: its load begins after 12s, when the run is over";
  assertEquals(logs.filter((line) => line.startsWith("WARNING")), [warning]);
  const alone = () => runSource(source, { duration: "300ms", only: "B", host: server.url });
  await assertRejects(alone, ScriptError, "Cannot run: no class begins within 300ms");
});

Deno.test("the last stage of config ends a class whose own load has no end", async () => {
  await using server = startServer();
  const config = { stages: [{ duration: 0, target: 1 }, { duration: "500ms", target: 1 }] };
  let runner: Runner;
  const { result } = await runSource(withLoad("{ users: 1 }"), { config, host: server.url }, {
    onRunner: (made) => runner = made,
    observers: [{ onView: ({ elapsedMs }) => elapsedMs > 5000 && runner.stop("never ended") }],
  });
  assertEquals([result.reason, result.loadMs], ["target duration elapsed after 500ms", 500]);
});

Deno.test("the users of all scenarios are checked together, before any hook is called", async () => {
  const checked: number[] = [];
  const refuse = (users: number) => {
    checked.push(users);
    throw new UsageError(["too many"]);
  };
  const logs: string[] = [];
  const source = `import { log } from "@x/locust"; export function setup() { log.info("set up"); }
    ${withLoad("{ users: 300 }")}`;
  await assertRejects(
    () => runSource(source, { users: 2 }, { checkUsers: refuse, log: (_, text) => void logs.push(text) }),
    UsageError,
    "too many",
  );
  assertEquals([checked, logs], [[302], []]);
});
