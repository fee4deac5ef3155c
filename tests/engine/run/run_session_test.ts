import { assertEquals, assertRejects } from "@std/assert";
import { RunSession } from "../../../lib/engine/run/run_session.ts";
import type { ShownRunHooks } from "../../../lib/engine/run/runner_hooks.ts";
import type { RunOptions } from "../../../lib/engine/options/options.ts";
import { FakeRunner } from "../../helpers/runs/fake_app.ts";

const [OPTIONS, HOOKS] = [{} as RunOptions, {} as ShownRunHooks];

Deno.test("RunSession.end() stops a run at first and interrupts it then; the next run begins afresh", async () => {
  const runners: FakeRunner[] = [];
  const session = new RunSession(() => {
    runners.push(new FakeRunner());
    return runners.at(-1)!;
  });
  session.end("too early");
  for (const number of [0, 1]) {
    const run = session.run(OPTIONS, HOOKS);
    session.end("enough");
    session.end("enough");
    session.end("enough");
    assertEquals(runners[number]!.calls, ["stop: enough", "interrupt", "interrupt"]);
    runners[number]!.finish({ exitCode: 0 });
    await run;
    assertEquals(session.controls, null);
  }
});

Deno.test("RunSession runs one test at a time, and is free again after one that failed", async () => {
  const runner = new FakeRunner();
  const session = new RunSession(() => runner);
  const run = session.run(OPTIONS, HOOKS);
  await assertRejects(() => session.run(OPTIONS, HOOKS), TypeError, "a run is under way");
  runner.finish(new Error("a broken locustfile"));
  await assertRejects(() => run, Error, "a broken locustfile");
  assertEquals(session.controls, null);
});
