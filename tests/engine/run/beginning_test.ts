// What comes before the load and after it, and does not end or ends badly.

import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { ScriptError, WorkerError } from "../../../lib/core/errors.ts";
import type { RunnerOptions } from "../../../lib/engine/options/options.ts";
import type { Runner } from "../../../lib/engine/run/runner.ts";
import { runSource } from "../../helpers/runs/run.ts";
import { startServer } from "../../helpers/servers/test_server.ts";

const RUN = `export async function run(client) { await client.get("/"); }`;
const NEVER = "await new Promise(() => {});";

/** Runs a locustfile, and tells the run to stop once it logs `here`. */
async function runStoppedAtHere(source: string, options: RunnerOptions, reason: string) {
  let runner: Runner;
  const logs: string[] = [];
  const { result } = await runSource(`import { log } from "@x/locust";\n${RUN}\n${source}`, options, {
    onRunner: (made) => runner = made,
    log: (level, text) => {
      if (text === "here") runner.stop(reason);
      else logs.push(`${level.toUpperCase()} ${text}`);
    },
  });
  return { result, logs };
}

for (
  const [what, source] of [
    ["an import that never ends", `log.info("here"); ${NEVER}`],
    ["a setup() that never ends", `export async function setup() { log.info("here"); ${NEVER} }`],
  ] as const
) {
  Deno.test(`${what} is given up once a stop was requested, exit code 1`, async () => {
    const { result, logs } = await runStoppedAtHere(source, { stopTimeout: 0.1 }, "got SIGINT");
    assertEquals([result.exitCode, result.reason, result.iterations], [1, "got SIGINT", 0]);
    const problem = "The import of the locustfile, or its setup(), did not end within the stop timeout";
    assertEquals([result.problems, logs.filter((line) => line.startsWith("ERROR"))], [[problem], [`ERROR ${problem}`]]);
  });
}

Deno.test("a setup() that ends within the stop timeout is followed by teardown, without load", async () => {
  const source = `
    export async function setup() {
      log.info("here");
      await new Promise((resolve) => setTimeout(resolve, 100));
      log.info("set up");
    }
    export function teardown() { log.info("torn down"); }`;
  const { result, logs } = await runStoppedAtHere(source, {}, "enough");
  assertEquals([result.exitCode, result.summary.total.count], [0, 0], logs.join("\n"));
  assertEquals(logs, ["INFO Shutting down (enough)", "INFO set up", "INFO torn down"]);
});

Deno.test("a second signal ends at once while further workers import the locustfile, without setup, exit code 130", async () => {
  let runner: Runner;
  const logs: string[] = [];
  const source = `import { HttpUser, log, shared } from "@x/locust";
    if (shared.counter("imports").add() > 2) { log.info("here"); ${NEVER} }
    export function setup() { log.info("set up"); }
    export class One extends HttpUser { static load = { users: 4, duration: 2 }; async run() {} }`;
  const { result } = await runSource(source, { workers: 4 }, {
    onRunner: (made) => runner = made,
    log: (_, text) => {
      if (text !== "here") return void logs.push(text);
      runner.stop("got SIGINT");
      runner.interrupt();
    },
  });
  assertEquals([result.exitCode, result.reason, result.problems], [130, "got SIGINT", []]);
  assert(!logs.includes("set up"), logs.join("\n"));
});

Deno.test("a teardown() that never ends is logged, waited for, and given up when the run is interrupted", async () => {
  await using server = startServer();
  let runner: Runner;
  const warnings: string[] = [];
  const source = `${RUN}\nexport async function teardown() { ${NEVER} }`;
  const { result } = await runSource(source, { iterations: 1, stopTimeout: 0.1, host: server.url }, {
    onRunner: (made) => runner = made,
    log: (level, text) => {
      if (level !== "warning") return;
      warnings.push(text);
      runner.interrupt();
    },
  });
  assertEquals(warnings, ["teardown() has not ended within 1s, waiting for it"]);
  assertEquals([result.exitCode, result.reason, result.iterations], [130, "reached iteration limit (1)", 1]);
});

const BLOCK = "(ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)";

Deno.test("a setup() that computes for 11 s without yielding is logged after 5 s, and the run goes on", async () => {
  await using server = startServer();
  const source = `${RUN}\nconst block = ${BLOCK}; export function setup() { block(11_000); }`;
  const { result, logs } = await runSource(source, { iterations: 1, host: server.url });
  assertEquals([result.exitCode, result.problems, server.hits], [0, [], 1]);
  const still = "WARNING Still in setup() after 5s; it may take 5m (--start-timeout), Ctrl-C stops the run";
  assertEquals(logs.filter((line) => line.startsWith("WARNING")), [still]);
});

for (
  const [what, source] of [
    ["in setup()", `${RUN}\nexport async function setup() { ${NEVER} }`],
    ["in setup()", `${RUN}\nconst block = ${BLOCK}; export function setup() { block(3000); }`],
    ["importing the locustfile", `${NEVER}\n${RUN}`],
  ] as const
) {
  Deno.test(`a run that is still ${what} after the start timeout ends: ${source.includes("wait") ? "blocked" : "waiting"}`, async () => {
    const error = await assertRejects(() => runSource(source, { startTimeout: 1 }), WorkerError);
    assertMatch(
      error.message,
      /^(?:The script worker|Worker 1) ended early: it is still .* after the start timeout of 1s$/,
    );
    assertStringIncludes(error.message, `it is still ${what} after`);
  });
}

Deno.test("a locustfile that calls Deno.exit at import is reported once", async () => {
  const logs: string[] = [];
  await assertRejects(
    () => runSource(`Deno.exit(7);\n${RUN}`, {}, { log: (_, text) => void logs.push(text) }),
    WorkerError,
    "the locustfile called Deno.exit(7)",
  );
  assertEquals(logs, []);
});

const UNUSABLE: [what: string, source: string, message: RegExp][] = [
  ["exports nothing to run", "export const x = 1;", /it exports neither a user class nor a function named run$/],
  [
    "exports a class that has no run",
    `import { HttpUser } from "@x/locust"; export class Shopper extends HttpUser { async Run() {} }`,
    /it exports class Shopper without a method run$/,
  ],
  [
    "exports a class that forgets to extend HttpUser",
    `export class Plain { async run(client) { await client.get("/"); } }`,
    /it exports class Plain not extending HttpUser or User$/,
  ],
  ["has a syntax error", "export function run( {", /^Cannot import "[^"]*locustfile\.ts": .*locustfile\.ts:1:/s],
  ["throws at import", `\nthrow new TypeError("no config");`, /it threw TypeError: no config\n.*locustfile\.ts:2:7/s],
  ["imports a missing file", `import "./nope.ts";`, /Module not found "[^"]*nope\.ts".*locustfile\.ts:1:/s],
  ["has a host with a fragment", classWith('static host = "http://h/#/";'), /class One .*static host is .* a fragment/],
  ["has a wrong weight", classWith("static weight = -1;"), /class One .*static weight is -1, expected a number/],
  ["has a wrong client setting", classWith("static client = { timout: 1 };"), /static client\.timout is not a setting/],
  [
    "has a waitTime that is none",
    classWith("static waitTime = 3;"),
    /static waitTime is not a wait time, expected between/,
  ],
  [
    "has a setup that throws",
    `export function setup() { throw new Error("db down"); }\n${RUN}`,
    /setup\(\) threw Error: db down\n.*locustfile\.ts:1/,
  ],
  ["has a setup that is not a function", `export const setup = 1;\n${RUN}`, /its export setup is not a function/],
  [
    "returns from setup what can't be cloned",
    `export function setup() { return () => 1; }\n${RUN}`,
    /can't be cloned/,
  ],
  ["wants more fixed users than there are", classWith("static fixedCount = 7;"), /the classes ask for 7 by fixedCount/],
];

function classWith(member: string): string {
  return `import { HttpUser } from "@x/locust";
    export class One extends HttpUser { ${member} async run() { await this.client.get("/"); } }`;
}

for (const [what, source, message] of UNUSABLE) {
  Deno.test(`a locustfile that ${what} is one clear message and no load (PARITY 16, 17)`, async () => {
    await using server = startServer();
    const error = await assertRejects(
      () => runSource(source, { users: 2, duration: 1, host: server.url }),
      ScriptError,
    );
    assertMatch(error.message, message);
    assert(!/worker_host|user_worker|lib\/script/.test(error.message), `no frame of ours in: ${error.message}`);
    assertEquals(server.hits, 0);
  });
}

Deno.test("--host that replaces static host is a line at the start, a warning if classes have different hosts", async () => {
  await using server = startServer();
  const visitor = `export class Visitor extends HttpUser {
    static host = "http://other.test";
    async run() { await this.client.get("/"); }
  }`;
  const other = "export class Other extends HttpUser { async run() { await this.client.get('/'); } }";
  for (
    const [classes, expected] of [
      [visitor, "info: --host replaces static host of Visitor"],
      [visitor + other, "warning: --host replaces static host of Visitor; not all classes have the same one"],
    ] as const
  ) {
    const logs: string[] = [];
    await runSource(`import { HttpUser } from "@x/locust";\n${classes}`, { host: server.url, iterations: 2 }, {
      log: (level, text) => text.includes("--host") && logs.push(`${level}: ${text}`),
    });
    assertEquals(logs, [expected]);
  }
  assertEquals(server.hits, 4);
});
