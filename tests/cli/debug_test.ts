import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { type CommandOptions, locust } from "../helpers/processes/command.ts";
import { startServer } from "../helpers/servers/test_server.ts";

const BODY = JSON.stringify({ access_token: "t0p", items: "x".repeat(3000) });

/** Answers too late for the debugged user, but lets the server end. */
async function later(): Promise<Response> {
  await new Promise((resolve) => setTimeout(resolve, 2500));
  return new Response();
}

async function debug(script: string, args: readonly string[] = [], when: CommandOptions["when"] = []) {
  const folder = await Deno.makeTempDir();
  const locustfile = join(folder, "locustfile.ts");
  await Deno.writeTextFile(locustfile, script);
  await using server = startServer((request, url) => {
    if (url.pathname === "/login") return new Response("in", { headers: { "set-cookie": "sid=c00kie; Path=/" } });
    if (url.pathname === "/from") return Response.redirect(`${url.origin}/to`);
    if (url.pathname === "/hang") return later();
    if (url.pathname === "/missing") return new Response("no", { status: 404 });
    if (url.pathname === "/bytes") return new Response(new Uint8Array([0, 255, 1]));
    return new Response(request.method === "GET" ? BODY : "\x1b[2Jhi");
  });
  try {
    const result = await locust(["debug", locustfile, "--host", server.url, ...args], { when });
    return { ...result, hits: server.hits };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const PASSING = `
  export async function run(client) {
    await client.post("/login", { json: { user: "ann", password: "hunter2" }, headers: { authorization: "Bearer s3" } });
    await client.get("/from");
    await client.get("/bytes");
    const stream = await client.stream("/stream", { method: "POST" });
    for await (const _ of stream.lines());
  }`;

Deno.test("locust debug prints each request and response of one iteration, and exits with 0", async () => {
  const { code, stdout, stderr, hits } = await debug(PASSING);
  assertEquals([code, hits], [0, 5], stderr);
  for (
    const part of [
      "── 1. POST /login ──",
      "> POST /login HTTP/1.1\n> host: 127.0.0.1:",
      "> authorization: Bearer ***\n",
      '> {"user":"ann","password":"***"}\n',
      "< HTTP/1.1 200 OK\n",
      "< set-cookie: sid=***; Path=/\n",
      "   cookies set: sid\n",
      "> cookie: sid=***\n",
      "   redirect 1 to http://127.0.0.1:",
      '< {"access_token":"***","items":"xxx',
      "   … 3.03 kB in all\n",
      "< (3 B, not text)\n",
      "< ·[2Jhi\n",
      "connect ",
      "   ok\n",
      "1 iteration, 4 requests, 0 failed: passed\n",
    ]
  ) assertStringIncludes(stdout, part);
  for (const secret of ["hunter2", "s3\n", "c00kie", "t0p"]) assert(!stdout.includes(secret), secret);
});

Deno.test("locust debug --traceparent prints each request and response, as without the option", async () => {
  const { code, stdout } = await debug(PASSING, ["--traceparent"]);
  assertEquals([code, stdout.includes("not sent")], [0, false], stdout);
  for (
    const part of [
      "> POST /login HTTP/1.1\n",
      "> traceparent: 00-",
      "   redirect 1 to http://127.0.0.1:",
      "< HTTP/1.1 200 OK\n",
      "< ·[2Jhi\n",
      "   trace ",
    ]
  ) assertStringIncludes(stdout, part);
  assertEquals(stdout.match(/^< HTTP/gm)?.length, 5);
});

Deno.test("locust debug --show-secrets --body prints secrets and cuts bodies", async () => {
  const { code, stdout } = await debug(PASSING, ["--show-secrets", "--body", "10"]);
  assertEquals(code, 0);
  for (const part of ["Bearer s3\n", "sid=c00kie", '> {"user":"a\n', '< {"access_t\n']) {
    assertStringIncludes(stdout, part);
  }
});

Deno.test("locust debug names the line of each verdict, and exits with 1 if a request failed", async () => {
  const { code, stdout } = await debug(`
  export async function run(client) {
    const resp = await client.get("/a");
    resp.error = "not this one";
    const missing = await client.get("/missing");
    missing.error = false;
    await client.get("/missing");
    await client.get("/b");
    throw new Error("thrown here");
  }`);
  assertEquals(code, 1);
  for (
    const part of [
      "   FAILED by locustfile.ts:4: not this one\n",
      "   ok by locustfile.ts:6\n",
      "   FAILED by its status: 404 Not Found\n",
      "   FAILED: thrown here (locustfile.ts:9)\n",
      "1 iteration, 4 requests, 3 failed: failed\n",
    ]
  ) assertStringIncludes(stdout, part);
});

Deno.test("locust debug exits with 1 for an error outside of requests, and shows a request without a response", async () => {
  const thrown = await debug(`export function run() { throw new Error("oops"); }`);
  assertEquals(thrown.code, 1);
  assertStringIncludes(thrown.stderr, "oops");
  const refused = await debug(`export async function run(client) { await client.get("http://127.0.0.1:1/"); }`);
  assertEquals(refused.code, 1);
  assertStringIncludes(refused.stdout, "   no response: connection refused\n   ended after ");
  assert(!refused.stdout.includes("first byte"), refused.stdout);
});

Deno.test("locust debug shows a request that hangs when it is stopped, and says interrupted, not passed", async () => {
  const { code, stdout } = await debug(
    `export async function run(client) {
      setTimeout(() => console.log("hangs"), 300);
      await client.get("/from");
      await client.get("/hang?token=t0p");
    }`,
    ["--stop-timeout", "0"],
    [["hangs", (process) => process.kill("SIGINT")]],
  );
  assertEquals(code, 1, stdout);
  assertStringIncludes(stdout, "── 2. GET /hang ──");
  assertStringIncludes(stdout, "> GET /hang?token=*** HTTP/1.1\n");
  assertStringIncludes(stdout, "   no response: interrupted by the end of the run\n   INTERRUPTED: ");
  assertStringIncludes(stdout, "0 iterations, 1 request, 0 failed: interrupted (got SIGINT)\n");
});

Deno.test("locust debug names the threshold that failed", async () => {
  const { code, stdout } = await debug(PASSING, ["--threshold", "p95 < 0.0001ms", "--threshold", "count > 1"]);
  assertEquals(code, 1);
  assertMatch(stdout, /4 requests, 0 failed: failed, thresholds missed: p95 < 0\.0001ms \([\d.]+ms\)\n/);
});

Deno.test("locust debug -i and --only pick iterations and classes; flags of a load are refused", async () => {
  const classes = `
  import { HttpUser } from "@x/locust";
  export class A extends HttpUser { async run() { await this.client.get("/a"); } }
  export class B extends HttpUser { async run() { await this.client.get("/b"); } }`;
  const { code, stdout, hits } = await debug(classes, ["--only", "B", "-i", "2"]);
  assertEquals([code, hits], [0, 2]);
  assertStringIncludes(stdout, "── 2. GET /b ");
  assertStringIncludes(stdout, "2 iterations, 2 requests, 0 failed: passed\n");
  const refused = await debug(classes, ["--users", "5", "--body", "much"]);
  assertEquals(refused.code, 2);
  assertStringIncludes(refused.stderr, "Cannot use --users: locust debug runs one user, expected a run\n");
  assertStringIncludes(refused.stderr, 'Cannot use --body "much": expected a size such as 500, 2kB or 1MB\n');
});

Deno.test("locust --body is refused in a run", async () => {
  const { code, stderr } = await locust(["http://127.0.0.1:1", "--body", "1"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "Cannot use --body: nothing is printed in a run, expected locust debug");
});

Deno.test("locust --keep-failures puts failures into JSON and report, and is refused where nothing shows them", async () => {
  const folder = await Deno.makeTempDir();
  const [json, html] = [join(folder, "out.json"), join(folder, "out.html")];
  await using server = startServer(() => new Response("<b>no</b>", { status: 500 }));
  try {
    const args = [server.url, "-i", "5", "--keep-failures", "2"];
    const { stderr, code } = await locust([...args, "--json", json, "--html-report", html]);
    assertEquals(code, 0, stderr);
    const { keptFailures } = JSON.parse(await Deno.readTextFile(json));
    assertEquals(keptFailures.map(({ error }: { error: string }) => error), Array(2).fill("500 Internal Server Error"));
    const page = await Deno.readTextFile(html);
    assertEquals(page.match(/<details>/g)?.length, 2);
    assertStringIncludes(page, "&lt; &lt;b&gt;no&lt;/b&gt;");
    const none = await locust([server.url, "--keep-failures", "0"]);
    assertEquals(none.code, 2);
    assertStringIncludes(none.stderr, '"0": too small, expected 1 or more\n');
    assert(!none.stderr.includes("nothing shows them"), none.stderr);
    const refused = await locust([server.url, "--keep-failures", "1"]);
    assertEquals(refused.code, 2);
    assertStringIncludes(
      refused.stderr,
      "Cannot use --keep-failures: nothing shows them, expected --json, --html-report",
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
