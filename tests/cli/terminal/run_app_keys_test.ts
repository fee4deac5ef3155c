// The keys of a run on a terminal, and what its screen shows of them.

import { assert, assertEquals } from "@std/assert";
import { WorkerError } from "../../../lib/core/errors.ts";
import { startApp } from "../../helpers/runs/fake_app.ts";
import type { FakeProcessOptions } from "../../helpers/runs/fake_process.ts";

/** Runs the command until its load has started, on a terminal; `end` ends it. */
async function startLoad(options: FakeProcessOptions = {}) {
  const app = startApp({ args: ["http://a/"], isTerminal: true, ...options });
  await app.runner.started;
  app.runner.load();
  const end = async () => {
    app.runner.finish({ exitCode: 0 });
    return await app.code;
  };
  return { ...app, end, keys: app.process.stdin };
}

Deno.test("locust reads keys from the start of the load to the end of the run", async () => {
  const { process, runner, code } = startApp({ args: ["http://a/"], isTerminal: true });
  await runner.started;
  assertEquals(process.stdin.isTaken, false);
  runner.load();
  assertEquals(process.stdin.isTaken, true);
  runner.finish(new WorkerError("Worker 1 ended"));
  assertEquals([await code, process.stdin.isTaken, process.handlers], [1, false, 0]);
});

for (
  const [name, options] of [
    ["stdin is not a terminal", { hasKeys: false }],
    ["stdout is not a terminal", { isTerminal: false, hasKeys: true }],
    ["told --quiet", { args: ["http://a/", "--quiet"] }],
  ] as const
) {
  Deno.test(`locust reads no keys if ${name}`, async () => {
    const { keys, screen, end } = await startLoad(options);
    assertEquals([keys.isTaken, screen.footer], [false, null]);
    assertEquals(await end(), 0);
  });
}

Deno.test("keys + - and the arrows change the users, and the screen is redrawn immediately", async () => {
  const { runner, keys, screen, end } = await startLoad();
  assertEquals(screen.drawn, ["? for keys"]);
  keys.press("+");
  keys.press("--\x1b[A\x1b[Bx");
  assertEquals(runner.calls, ["users: 1", "users: -1", "users: -1", "users: 10", "users: -10"]);
  assertEquals(screen.drawn.length, 6);
  await end();
});

Deno.test("key p pauses and resumes, ? shows the keys and hides them", async () => {
  const { runner, keys, screen, end } = await startLoad();
  keys.press("?");
  assert(screen.drawn.at(-1)!.includes("p pause"));
  keys.press("p");
  assert(screen.drawn.at(-1)!.includes("p go on"));
  keys.press(" ?");
  assertEquals(screen.drawn.at(-1), "? for keys");
  assertEquals(runner.calls, ["paused: true", "paused: false"]);
  await end();
});

for (
  const [first, second, reason] of [
    ["q", "q", "q pressed"],
    ["q", "\x03", "q pressed"],
    ["\x03", "q", "got SIGINT"],
  ] as const
) {
  Deno.test(`key ${JSON.stringify(first)} stops, ${JSON.stringify(second)} after it interrupts`, async () => {
    const { process, runner, keys, screen, end } = await startLoad();
    keys.press(first);
    assertEquals(runner.calls, [`stop: ${reason}`]);
    assertEquals(screen.drawn.at(-1), "q or Ctrl-C again ends at once");
    process.clockMs += 200;
    keys.press(second);
    assertEquals(runner.calls, [`stop: ${reason}`, "interrupt"]);
    await end();
  });
}

Deno.test("locust stops at q and interrupts at Ctrl-C after it, which the screen shows immediately", async () => {
  const { process, runner, keys, screen, end } = await startLoad();
  keys.press("q");
  process.signal("SIGINT");
  assertEquals(runner.calls, ["stop: q pressed", "interrupt"]);
  assertEquals(screen.drawn.length, 4);
  await end();
});

Deno.test("locust leaves the screen in the background, and redraws it in the foreground", async () => {
  const { keys, screen, end } = await startLoad();
  keys.press("?");
  keys.suspend();
  assertEquals(screen.drawn.map((line) => line.includes("q stop") ? "help" : line), [
    "? for keys",
    "help",
    "left",
    "help",
  ]);
  await end();
  assertEquals([screen.drawn.at(-1), screen.footer], ["left", null]);
});
