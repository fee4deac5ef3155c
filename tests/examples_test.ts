// Every example runs as the README says, against the demo's own server.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { locust } from "./helpers/command.ts";

const example = (name: string) => fileURLToPath(new URL(`../examples/${name}`, import.meta.url));

async function demoServer(): Promise<Disposable & { readonly url: string }> {
  const worker = new Worker(new URL("../examples/demo_server.ts", import.meta.url), { type: "module" });
  const url = await new Promise<string>((resolve) => worker.onmessage = (event) => resolve(event.data));
  return { url, [Symbol.dispose]: () => worker.terminate() };
}

Deno.test("examples/locustfile.ts runs without a failure", async () => {
  using server = await demoServer();
  const { code, stdout } = await locust([example("locustfile.ts"), "--host", server.url, "-i", "20", "-u", "5"]);
  assertEquals(code, 0);
  assertMatch(stdout, /Total +40 +0 \(0\.0%\)/);
});

Deno.test("examples/shop.ts logs in each user once, shares users by weight, and tears down", async () => {
  using server = await demoServer();
  const { code, stdout, stderr } = await locust([example("shop.ts"), "--host", server.url, "-u", "8", "-i", "60"]);
  assertEquals(code, 0);
  assertMatch(stdout, /POST +\/login +6 +0 /);
  assertMatch(stdout, /GET +\/item\/:id +\d+ +0 /);
  assertMatch(stdout, /GET +\/orders +\d+ +0 /);
  assertStringIncludes(stderr, "Shopped among 50 items");
});

Deno.test("examples/judging.ts fails what it says it fails, and nothing else", async () => {
  using server = await demoServer();
  const { code, stdout } = await locust([example("judging.ts"), "--host", server.url, "-i", "10"]);
  assertEquals(code, 0);
  assertMatch(stdout, /GET +\/missing +10 +0 \(0\.0%\)/);
  assertMatch(stdout, /GET +\/hello +20 +10 \(50\.0%\)/);
  assertMatch(stdout, /GET +\/count +10 +0 \(0\.0%\)/);
  assertMatch(stdout, /GET +\/broken +10 +10 \(100\.0%\)/);
  assertMatch(stdout, /10 +greeting has changed/);
  assertMatch(stdout, /10 +500 Internal Server Error/);
});

Deno.test("examples/control.ts doubles the users until the site is slow", async () => {
  using server = await demoServer();
  const { code, stdout, stderr } = await locust([example("control.ts"), "--host", server.url, "-w", "2"]);
  assertEquals(code, 0);
  assertMatch(stderr, /10 users: .*\n.*20 users: .*\n(?:.*\n)*.*Shutting down \(p95 is over 200ms with \d+ users\)/);
  assertMatch(stdout, /GET +\/contended +\d+ +0 /);
});

Deno.test("examples/demo.ts runs the main job by itself", async () => {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", example("demo.ts"), "--users", "10", "--duration", "1"],
    stdin: "null",
    stderr: "piped",
  }).output();
  assertEquals(code, 0);
  const text = new TextDecoder().decode(stdout);
  assertMatch(text, /Total +\d+ +0 \(0\.0%\)/);
  assert(Number(/Total +(\d+)/.exec(text)![1]) >= 100);
});
