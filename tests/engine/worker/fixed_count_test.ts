// Classes that say how many users they have, and runs that ask for more.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { ScriptError } from "../../../lib/core/errors.ts";
import type { RunnerOptions } from "../../../lib/engine/options/options.ts";
import { runSource } from "../../helpers/runs/run.ts";
import { startServer } from "../../helpers/servers/test_server.ts";
import { timedTest } from "../../helpers/timed_test.ts";

/** Classes A, B … with one member each; each user is a row of its own. */
function classes(...members: string[]): string {
  return `
    import { HttpUser, sleep } from "@x/locust";
    class Base extends HttpUser {
      async onStart() { await this.client.get("/" + this.constructor.name); }
      async run() { await sleep(0.02); }
    }
    ${members.map((member, at) => `export class ${"ABC"[at]} extends Base { ${member} }`).join("\n")}`;
}

async function startedBy(source: string, options: RunnerOptions) {
  await using server = startServer();
  const { result, logs } = await runSource(source, { duration: "1s", ...options, host: server.url });
  const [hits, warnings] = [server.hitsByPath, logs.filter((line) => line.startsWith("WARNING"))];
  return { result, warnings, counts: ["/A", "/B", "/C"].map((path) => hits.get(path) ?? 0) };
}

for (
  const [members, asked, counts] of [
    [["static fixedCount = 2;"], 5, [2, 0, 0]],
    [["static fixedCount = 2;", "static fixedCount = 1;"], 5, [2, 1, 0]],
    [["static fixedCount = 2;", "static weight = 0;"], 5, [2, 0, 0]],
  ] as const
) {
  Deno.test(`${members.join(" ")} with ${asked} users: no more than the fixed counts run, with a warning`, async () => {
    const run = await startedBy(classes(...members), { users: asked, workers: 2 });
    const capacity = counts[0] + counts[1];
    assertEquals([run.counts, run.result.exitCode, run.result.info.targetUsers], [[...counts], 0, capacity]);
    assertEquals(run.warnings, [
      `WARNING Only ${capacity} of ${asked} users run: the classes have fixedCount, and none a weight to take more`,
    ]);
  });
}

timedTest(
  "an arrival rate has no more users than the fixed counts, and loses no iteration to an idle worker",
  async () => {
    const source = classes("static fixedCount = 2;", "static fixedCount = 1;");
    const { result, warnings } = await startedBy(source, { arrivalRate: 20, workers: 6, maxLateness: 60 });
    assertEquals([result.exitCode, result.info.workers, result.info.targetUsers, warnings.length], [0, 3, 3, 1]);
    assertEquals([result.iterations, result.summary.arrivals!.dropped], [20, 0]);
  },
);

Deno.test("control() has no more users than the fixed counts, with a warning", async () => {
  const source = `${classes("static fixedCount = 2;", "static fixedCount = 1;")}
    export async function control(test) { await test.users(5); await test.sleep("300ms"); }`;
  const { counts, result, warnings } = await startedBy(source, { duration: 30 });
  assertEquals([counts, result.reason, result.exitCode], [[2, 1, 0], "control ended", 0]);
  assertEquals(warnings, [
    "WARNING Only 3 of 5 users run: the classes have fixedCount, and none a weight to take more",
  ]);
});

for (const members of [["static weight = 0;"], ["static weight = 0;", "static fixedCount = 0;"]]) {
  for (const [how, control] of [["a plan", ""], ["control()", "export function control() {}"]] as const) {
    Deno.test(`${members.join(" ")} takes no users, so that nothing can be run by ${how}`, async () => {
      await assertRejects(
        () => startedBy(`${classes(...members)}\n${control}`, { users: 5 }),
        ScriptError,
        "Cannot run: no class takes users, expected one with a weight or a fixedCount above 0",
      );
    });
  }
}

Deno.test("a class of weight 0 runs no users next to one with its own load", async () => {
  const { counts } = await startedBy(classes("static weight = 0;", "static load = { users: 1 };"), { users: 3 });
  assertEquals(counts, [0, 1, 0]);
});

Deno.test("a ramp that is cut off below the fixed counts is not an error", async () => {
  const source = classes("static fixedCount = 2;", "static fixedCount = 1;", "");
  const { counts, result, warnings } = await startedBy(source, { users: 10, rate: 1 });
  assertEquals([counts, result.exitCode, warnings], [[1, 0, 0], 0, []]);
  assert(result.loadMs === 1000);
});
