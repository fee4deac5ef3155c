import { assertEquals } from "@std/assert";
import { RunLog } from "../../../lib/engine/run/run_log.ts";
import { Timers } from "../../../lib/engine/run/timers.ts";
import { FakeTimers } from "../../helpers/fake_timers.ts";

Deno.test("RunLog.waitingFor() names what takes more than a second, and nothing that takes less", async () => {
  using timers = new FakeTimers();
  const lines: string[] = [];
  const log = new RunLog("info", (level, text) => lines.push(`${level} ${text}`), new Timers());
  const { promise, resolve } = Promise.withResolvers<number>();
  const waiting = log.waitingFor("setup()", promise);
  timers.advance(999);
  assertEquals(lines, []);
  timers.advance(1);
  assertEquals(lines, ["info Waiting for setup()"]);
  resolve(3);
  assertEquals(await waiting, 3);
  await log.waitingFor("the workers", Promise.resolve());
  timers.advance(5000);
  assertEquals(lines, ["info Waiting for setup()"]);
});
