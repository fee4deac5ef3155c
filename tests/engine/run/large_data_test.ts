// What setup() returns reaches the users before the clock starts, at any size.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { formatMs } from "../../../lib/core/units.ts";
import type { RunResult } from "../../../lib/stats/run_model.ts";
import { runSource } from "../../helpers/runs/run.ts";
import { startServer } from "../../helpers/servers/test_server.ts";
import { aloneTest } from "../../helpers/timed_test.ts";

/** Serialized, 46 bytes each. */
const OBJECTS = Number(Deno.env.get("LOCUST_TEST_OBJECTS") ?? 300_000);
const OPTIONS = { arrivalRate: 20, duration: 2, workers: 2, maxLateness: "200ms" };

async function runWith(objects: number): Promise<{ result: RunResult; logs: string[]; hits: number }> {
  await using server = startServer();
  const source = `
    export const setup = () =>
      Array.from({ length: ${objects} }, (_, id) => ({ id, name: "user" + id, token: "token" + id }));
    export async function run(client, { data }) {
      if (data.length !== ${objects}) throw new Error("data is missing");
      await client.get("/");
    }`;
  const { result, logs } = await runSource(source, { ...OPTIONS, host: server.url });
  return { result, logs, hits: server.hits };
}

function shown({ summary: { total, arrivals } }: RunResult): string {
  return `${arrivals!.dropped} of ${OPTIONS.arrivalRate * OPTIONS.duration} dropped, ${arrivals!.late} late, ` +
    `p95 ${formatMs(total.p95Ms)}, max ${formatMs(total.maxMs)}`;
}

aloneTest(`setup() that returns ${OBJECTS} objects drops no iteration of an open-model run`, async () => {
  const without = await runWith(0);
  const withData = await runWith(OBJECTS);
  // deno-lint-ignore no-console -- the figures belong to the test's output
  console.log(`without data: ${shown(without.result)}\nwith ${OBJECTS} objects: ${shown(withData.result)}`);
  for (const { result, hits } of [without, withData]) {
    const { arrivals, errors } = result.summary;
    assertEquals([errors, arrivals!.started, arrivals!.dropped, hits], [[], 40, 0, 40]);
  }
  const warnings = withData.logs.filter((line) => line.startsWith("WARNING"));
  assertEquals(warnings.length, 1, withData.logs.join("\n"));
  assertStringIncludes(warnings[0]!, "MB of data: each of 2 workers parses it and keeps a copy\nhint: ");
  assert(!without.logs.some((line) => line.includes("of data")));
});

Deno.test("a Blob and shared memory returned by setup() reach the users", async () => {
  const source = `
    export const setup = () => ({ blob: new Blob(["abc"]), memory: new SharedArrayBuffer(4) });
    export async function run(_, { data }) {
      if (await data.blob.text() !== "abc") throw new Error("no blob");
      Atomics.add(new Int32Array(data.memory), 0, 1);
    }
    export function teardown({ memory }) {
      if (new Int32Array(memory)[0] !== 7) throw new Error("not shared: " + new Int32Array(memory)[0]);
    }`;
  const { result } = await runSource(source, { iterations: 7, users: 2, workers: 2 });
  assertEquals([result.exitCode, result.problems, result.summary.errors], [0, [], []]);
});
