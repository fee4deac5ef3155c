// Errors of no request say which part of the user's class they come from.

import { assert, assertEquals } from "@std/assert";
import { runSource } from "../../../helpers/runs/run.ts";
import { startServer } from "../../../helpers/servers/test_server.ts";

const BAD = `throw new Error("bad");`;

const CASES: [where: string, members: string][] = [
  ["constructor", `constructor(environment) { super(environment); ${BAD} }`],
  ["around", `async around(body) { await body(); ${BAD} }`],
  ["onStart", `onStart() { ${BAD} }`],
  ["run", `run() { ${BAD} }`],
  ["onStop", `onStop() { ${BAD} }`],
  ["waitTime", `static waitTime = () => { ${BAD} };`],
];

for (const [where, members] of CASES) {
  Deno.test(`an error in ${where} says so, with the class, and has no row`, async () => {
    const run = where === "run" ? "" : "async run() { await sleep(0.01); }";
    const source = `import { User, sleep } from "@x/locust";
      export class Shopper extends User { ${members}\n${run} }`;
    const { result } = await runSource(source, { duration: "1s", iterations: 2, workers: 1 });
    const [error, ...others] = result.summary.errors;
    const { firstAt, lastAt, count, text, ...origin } = error!;
    assertEquals(others, []);
    assertEquals(origin, { method: "", name: "", userClass: "Shopper", where, example: null, traceId: null });
    assertEquals(text, "bad (locustfile.ts:2)");
    assert(count >= 1 && firstAt <= lastAt && firstAt >= result.info.startedAt);
  });
}

for (
  const [where, code] of [
    ["timer", `setTimeout(() => { ${BAD} })`],
    ["unawaited promise", `void Promise.reject(new Error("bad"))`],
  ] as const
) {
  Deno.test(`an error that nothing catches says that it is of a ${where}`, async () => {
    const source = `import { sleep } from "@x/locust";
      export async function run() { ${code}; await sleep(0.05); }`;
    const { result } = await runSource(source, { iterations: 2, workers: 1 });
    assertEquals(result.summary.errors.map((error) => [error.where, error.userClass, error.text, error.count]), [
      [where, "", "bad (locustfile.ts:2)", 2],
    ]);
  });
}

Deno.test("an error in run after a request is the request's, one before it is not", async () => {
  await using server = startServer();
  const source = `let turn = 0;
    export async function run(client) {
      if (turn++ % 2 === 0) throw new Error("before");
      await client.get("/");
      throw new Error("after");
    }`;
  const { result } = await runSource(source, { iterations: 4, workers: 1, host: server.url });
  assertEquals(
    result.summary.errors.map(({ method, name, where, text, count }) => [method, name, where, text, count]),
    [
      ["", "", "run", "before (locustfile.ts:3)", 2],
      ["GET", "/", null, "after (locustfile.ts:5)", 2],
    ],
  );
});

for (const value of ["Infinity", "NaN", "-1", `"0.1"`, "undefined"]) {
  Deno.test(`record() refuses a ttlb of ${value} with the user's line, and Total stays whole`, async () => {
    const source = `import { User } from "@x/locust";
      export class Custom extends User {
        run() {
          this.record({ name: "good", ttlb: 0.25 });
          this.record({ name: "bad", ttlb: ${value} });
        }
      }`;
    const { result } = await runSource(source, { iterations: 2, workers: 1 });
    const { rows, total, errors } = result.summary;
    assertEquals([rows.length, total.count, total.maxMs, total.meanMs], [1, 2, 250, 250]);
    assertEquals([errors.length, errors[0]!.count, errors[0]!.where], [1, 2, "run"]);
    assert(
      /^Cannot record "bad": ttlb is .*, expected a .*number of seconds.* \(locustfile\.ts:5\)$/.test(errors[0]!.text),
    );
  });
}

for (const field of ["ttfb: Infinity", "bytes: NaN", "bytes: -1", `bytes: "7"`, "inTotal: 0"]) {
  Deno.test(`record() refuses ${field}`, async () => {
    const source = `import { User } from "@x/locust";
      export class Custom extends User { run() { this.record({ name: "bad", ttlb: 1, ${field} }); } }`;
    const { result } = await runSource(source, { iterations: 1, workers: 1 });
    const [error] = result.summary.errors;
    assertEquals(
      [result.summary.rows.length, error!.text.startsWith(`Cannot record "bad": ${field.split(":")[0]} is`)],
      [
        0,
        true,
      ],
    );
  });
}

Deno.test("record() with inTotal: false is kept out of Total, its rate and thresholds on all rows", async () => {
  const source = `import { User } from "@x/locust";
    export class Custom extends User {
      run() {
        this.record({ name: "query", ttlb: 0.1 });
        this.record({ name: "report", ttlb: 60, error: "slow", inTotal: false });
      }
    }`;
  const thresholds = ["max < 1s", "failures < 1%", "report failures < 1%"];
  const { result } = await runSource(source, { iterations: 5, workers: 1, thresholds });
  const { rows, total } = result.summary;
  assertEquals(rows.map(({ name, inTotal, count }) => [name, inTotal, count]), [["query", true, 5], [
    "report",
    false,
    5,
  ]]);
  assertEquals([total.count, total.failures, total.maxMs], [5, 0, 100]);
  assertEquals(total.ratePerSecond, rows[0]!.ratePerSecond);
  assertEquals(result.thresholds.map(({ verdict }) => verdict), ["pass", "pass", "fail"]);
});
