// Every example runs as its header says, against the demo's own server.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { browserTest, CHROMIUM } from "./helpers/processes/chromium.ts";
import { locust } from "./helpers/processes/command.ts";
import { demoServer } from "./helpers/servers/demo_server.ts";
import { startServer } from "./helpers/servers/test_server.ts";
import { aloneTest, timedTest } from "./helpers/timed_test.ts";

const example = (name: string) => fileURLToPath(new URL(`../examples/${name}`, import.meta.url));

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

Deno.test("examples/judging.ts fails exactly what it says", async () => {
  using server = await demoServer();
  const { code, stdout } = await locust([example("judging.ts"), "--host", server.url, "-i", "10"]);
  assertEquals(code, 0);
  assertMatch(stdout, /GET +\/missing +10 +0 \(0\.0%\)/);
  assertMatch(stdout, /GET +\/hello +20 +10 \(50\.0%\)/);
  assertMatch(stdout, /GET +\/count +10 +0 \(0\.0%\)/);
  assertMatch(stdout, /GET +\/broken +10 +10 \(100\.0%\)/);
  assertMatch(stdout, /10 +GET \/hello +greeting has changed/);
  assertMatch(stdout, /10 +GET \/broken +500 Internal Server Error/);
});

aloneTest("examples/control.ts doubles the users until the site is slow", async () => {
  using server = await demoServer();
  const { code, stdout, stderr } = await locust([example("control.ts"), "--host", server.url, "-w", "2"]);
  assertEquals(code, 0);
  assertMatch(stderr, /10 users: .*\n.*20 users: .*\n(?:.*\n)*.*Shutting down \(p95 is over 200ms with \d+ users\)/);
  assertMatch(stdout, /GET +\/contended +\d+ +0 /);
});

timedTest("examples/load_models.ts runs three loads side by side, each by its own model", async () => {
  using server = await demoServer();
  const args = [example("load_models.ts"), "--host", server.url, "-u", "5", "-d", "2", "--group-by-class"];
  const { code, stdout } = await locust(args);
  assertEquals(code, 0);
  assertMatch(stdout, /Visitor +GET +\/ +40 +0 /);
  assertMatch(stdout, /Visitor +GET +\/hello +40 +0 /);
  const pulses = Number(/Robot +GET +\/contended +(\d+) +0 /.exec(stdout)![1]);
  assert(pulses >= 13 && pulses <= 16, `${pulses} pulses of two robots in 1.5 s, 200 ms apart`);
  assertMatch(stdout, /Shopper +GET +\/item\/:id +\d+ +0 /);
  assertMatch(stdout, /Iterations asked 20\.00\/s \(40\), achieved 20\.00\/s \(40\), \d+ late, 0 dropped/);
});

aloneTest("examples/demo.ts runs the main job without arguments from outside", async () => {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", example("demo.ts"), "--users", "10", "--duration", "1"],
    stdin: "null",
    stderr: "piped",
  }).output();
  assertEquals(code, 0);
  const text = new TextDecoder().decode(stdout);
  assertMatch(text, /Total +\d+ +0 \(0\.0%\)/);
  assert(Number(/Total +(\d+)/.exec(text)![1]) >= 100);
  const last = text.trimEnd().split("\n").slice(-3);
  assertMatch(last[0]!, /^ Server: examples\/demo_server\.ts at http:\/\/127\.0\.0\.1:\d+, /);
  assertMatch(last[1]!, /^ Script: examples\/locustfile\.ts, /);
  assertMatch(last[2]!, /^ Next: +deno task demo -u 500 /);
  assert(last.every((line) => line.length < 80));
});

for (const workers of ["1", "2", "4"]) {
  timedTest(`examples/test_data.ts gives each account to one user, with ${workers} workers`, async () => {
    using server = await demoServer();
    const args = [example("test_data.ts"), "--host", server.url, "-u", "5", "-w", workers, "-d", "0.5"];
    const { code, stdout } = await locust(args);
    assertEquals(code, 0);
    for (const name of ["ada", "grace", "alan", "edsger", "barbara"]) {
      assertMatch(stdout, new RegExp(`POST +/login as ${name} +1 +0 `));
    }
  });
}

for (const workers of ["1", "2", "4"]) {
  timedTest(`examples/orders.ts pays each order exactly once, with ${workers} workers`, async () => {
    const payments = new Map<string, number>();
    let created = 0;
    await using server = startServer((_, { pathname }) => {
      if (pathname === "/orders") return Response.json({ id: ++created }, { status: 201 });
      payments.set(pathname, (payments.get(pathname) ?? 0) + 1);
      return new Response(null, { status: 204 });
    });
    const args = [example("orders.ts"), "--host", server.url, "-u", "8", "-w", workers, "-d", "1"];
    const { code, stdout, stderr } = await locust(args);
    assertEquals([code, stderr.includes("ERROR")], [0, false], stderr);
    const counts = /(\d+) orders created, (\d+) paid, (\d+) left over/.exec(stderr)!.slice(1).map(Number);
    const paid = payments.size;
    assertEquals(counts, [created, paid, created - paid]);
    assertEquals([...payments.values()].filter((times) => times !== 1), []);
    const known = new Set(Array.from({ length: created }, (_, index) => `/orders/${index + 1}/pay`));
    assertEquals([...payments.keys()].filter((path) => !known.has(path)), []);
    // 4 buyers create up to 50 orders a second each; the last of them may come after the payers have ended.
    assert(paid >= 20 && created - paid <= 4, counts.join());
    assertMatch(stdout, new RegExp(`POST +/orders/:id/pay +${paid} +0 `));
  });
}

Deno.test("examples/orders.ts ends at a limit on iterations even if payers wait", async () => {
  using server = await demoServer();
  const { code, stdout, stderr } = await locust([example("orders.ts"), "--host", server.url, "-u", "8", "-i", "60"]);
  assertEquals([code, stderr.includes("ERROR")], [0, false], stderr);
  assertMatch(stderr, /reached iteration limit \(60\)/);
  assertMatch(stdout, /POST +\/orders\/:id\/pay +\d+ +0 /);
});

browserTest("examples/browser.ts drives Chromium and records each step (PARITY 37)", async () => {
  using server = await demoServer();
  const args = [example("browser.ts"), "--host", server.url, "-u", "2", "-w", "1", "-i", "4"];
  const { code, stdout, stderr } = await locust(args, { env: { CHROMIUM: CHROMIUM! } });
  assertEquals([code, stderr.includes("ERROR")], [0, false]);
  assertMatch(stdout, /PAGE +open the shop +4 +0 /);
  assertMatch(stdout, /PAGE +buy an item +4 +0 /);
});

Deno.test("examples/events.ts writes a CSV line for each request (PARITY 34, 71)", async () => {
  using server = await demoServer();
  const path = await Deno.makeTempFile();
  const args = [example("events.ts"), "--host", server.url, "-u", "4", "-w", "2", "-i", "10"];
  const { code } = await locust(args, { env: { REQUESTS_CSV: path } });
  const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
  await Deno.remove(path);
  assertEquals([code, lines.length, lines[0]], [0, 21, "start,method,name,ttfb,ttlb,error"]);
  assertEquals(lines.filter((line) => /^\d+\.\d+,GET,\/broken,.*,500 Internal Server Error$/.test(line)).length, 10);
});

Deno.test("examples/websocket.ts keeps a connection for each user and gets each message back", async () => {
  using server = await demoServer();
  const args = [example("websocket.ts"), "--host", server.url, "-u", "4", "-w", "2", "-i", "40"];
  const { code, stdout, stderr } = await locust(args);
  assertEquals([code, stderr.includes("ERROR")], [0, false]);
  assertMatch(stdout, /WS +\/ws +4 +0 /);
  assertMatch(stdout, /WS +greet +40 +0 /);
  assertMatch(stdout, /WS +send a picture +40 +0 /);
});

aloneTest("100 users of examples/locustfile.ts exceed 1000 requests a second (PARITY 71)", async () => {
  using server = await demoServer();
  const { stdout } = await locust([example("locustfile.ts"), "--host", server.url, "-u", "100", "-d", "2"]);
  assert(Number(/Total .* (\d+\.\d+)\/s/.exec(stdout)![1]) > 1000, stdout);
});
