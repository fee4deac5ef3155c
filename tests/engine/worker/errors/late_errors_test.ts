// Errors of promises that are not awaited, or awaited late: each is counted exactly once.

import { assertEquals } from "@std/assert";
import { errorsOf, rowsOf } from "../../../helpers/http/client.ts";
import { runSource } from "../../../helpers/runs/run.ts";
import { startServer } from "../../../helpers/servers/test_server.ts";

interface LateCase {
  readonly name: string;
  /** The body of `run`; `REFUSED` is a URL on a closed port. */
  readonly code: string;
  readonly rows: readonly string[];
  readonly errors: readonly string[];
  /** Errors logged. */
  readonly logged: number;
}

const SLOW = `await client.get("/delay/200");`;
const IN_BLOCK = `client.get("/", { name: "block" }, () => { throw new Error("bad"); })`;

const CASES: readonly LateCase[] = [
  {
    name: "a failed request that is awaited late, and caught",
    code: `const img = client.get(REFUSED, { name: "img" }); ${SLOW} try { await img; } catch {}`,
    rows: ["GET img 3/3", "GET /delay/200 3/0"],
    errors: ["3 connection refused"],
    logged: 0,
  },
  {
    name: "a failed request that is awaited late, and ends the iteration",
    code: `const img = client.get(REFUSED, { name: "img" }); ${SLOW} await img;`,
    rows: ["GET img 3/3", "GET /delay/200 3/0"],
    errors: ["3 connection refused"],
    logged: 0,
  },
  {
    name: "a failed request that is never awaited",
    code: `client.get(REFUSED, { name: "img" }); ${SLOW}`,
    rows: ["GET img 3/3", "GET /delay/200 3/0"],
    errors: ["3 connection refused"],
    logged: 0,
  },
  {
    name: "an error thrown in a block that is never awaited",
    code: `${IN_BLOCK}; ${SLOW}`,
    rows: ["GET block 3/3", "GET /delay/200 3/0"],
    errors: ["3 bad (locustfile.ts:1)"],
    logged: 1,
  },
  {
    name: "errors thrown in blocks that are awaited late",
    code: `const blocks = [${IN_BLOCK}, ${IN_BLOCK}]; ${SLOW} await blocks[0];`,
    rows: ["GET block 6/6", "GET /delay/200 3/0"],
    errors: ["6 bad (locustfile.ts:1)"],
    logged: 1,
  },
  {
    name: "an error of the script's own that is awaited late",
    code: `const late = (async () => { throw new Error("own"); })(); ${SLOW} await late;`,
    rows: ["GET /delay/200 3/0"],
    errors: ["3 own (locustfile.ts:1)"],
    logged: 1,
  },
];

for (const { name, code, rows, errors, logged } of CASES) {
  Deno.test(`${name}: counted once`, async () => {
    await using server = startServer();
    const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    const { port } = listener.addr as Deno.NetAddr;
    listener.close();
    const source = `export async function run(client) { ${code} }`.replaceAll("REFUSED", `"http://127.0.0.1:${port}/"`);
    const { result, logs } = await runSource(source, { iterations: 3, host: server.url });
    assertEquals(rowsOf(result.summary).toSorted(), [...rows].toSorted());
    assertEquals(errorsOf(result.summary), errors);
    assertEquals(logs.filter((line) => line.startsWith("ERROR")).length, logged);
  });
}

Deno.test("an unawaited pause that the end of the run cuts off is not an error", async () => {
  const source = `import { sleep } from "@x/locust";
    export async function run() { sleep(60); await sleep(60); }`;
  const { result, logs } = await runSource(source, { duration: "200ms", stopTimeout: 0 });
  assertEquals(result.summary.errors, []);
  assertEquals(logs.filter((line) => line.startsWith("ERROR") && !line.includes("Nothing succeeded")), []);
});

const IN_TIMERS: [what: string, code: string, error: string][] = [
  ["a timer", `setTimeout(() => { throw new RangeError("outside"); })`, "outside (locustfile.ts:3)"],
  [
    "a listener of an event emitter",
    `const emitter = new EventEmitter(); setTimeout(() => emitter.emit("error", new Error("no reply")))`,
    "no reply (locustfile.ts:3)",
  ],
  ["a microtask", `queueMicrotask(() => { throw "plain string"; })`, "plain string"],
];
for (const [what, code, error] of IN_TIMERS) {
  Deno.test(`an error thrown in ${what} is counted and logged once; it ends neither worker nor run`, async () => {
    await using server = startServer();
    const source = `import { EventEmitter } from "node:events";
    export async function run(client) {
      ${code};
      await client.get("/delay/20");
    }`;
    const { result, logs } = await runSource(source, { iterations: 3, host: server.url });
    assertEquals([result.exitCode, result.iterations, result.problems, server.hits], [0, 3, [], 3], logs.join("\n"));
    assertEquals(errorsOf(result.summary), [`3 ${error}`]);
    assertEquals(logs.filter((line) => line.startsWith("ERROR")).length, 1);
  });
}

for (const code of [`setTimeout(() => { throw new Error("outside"); })`, `Promise.reject(new Error("outside"))`]) {
  Deno.test(`an error of ${code} left behind by setup() is logged, and the run goes on`, async () => {
    const source = `import { sleep } from "@x/locust";
      export async function setup() { ${code}; await sleep(0.05); }
      export async function run() {}`;
    const { result, logs } = await runSource(source, { iterations: 3 });
    assertEquals([result.exitCode, result.iterations], [0, 3]);
    assertEquals(logs.filter((line) => line.startsWith("ERROR") && line.includes("Error: outside")).length, 1);
  });
}
