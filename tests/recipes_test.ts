// Every recipe runs against a small server, which tells whether it did what it is for.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { locust } from "./helpers/processes/command.ts";
import { type SeenRequest, startServer, type TestServer } from "./helpers/servers/test_server.ts";
import { timedTest } from "./helpers/timed_test.ts";

const FOLDER = fileURLToPath(new URL("../examples/recipes/", import.meta.url));

/** Runs a recipe on two workers and expects that it ends well. */
async function run(name: string, server: TestServer, args: readonly string[], env: Record<string, string> = {}) {
  const result = await locust([`${FOLDER}${name}.ts`, "--host", server.url, "-w", "2", ...args], { env });
  assertEquals([result.code, result.stderr.includes("ERROR")], [0, false], result.stderr);
  return result;
}

/** Runs a recipe of real time in a copy with shorter durations. */
async function runShortened(name: string, server: TestServer, durations: Readonly<Record<string, string>>) {
  let source = await Deno.readTextFile(`${FOLDER}${name}.ts`);
  for (const [long, short] of Object.entries(durations)) {
    assert(source.includes(`"${long}"`), `${name} has no ${long}`);
    source = source.replaceAll(`"${long}"`, `"${short}"`);
  }
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(path, source);
    const result = await locust([path, "--host", server.url, "-w", "2"]);
    assertEquals([result.code, result.stderr.includes("ERROR")], [0, false], result.stderr);
    return result;
  } finally {
    await Deno.remove(path);
  }
}

const of = (server: TestServer, path: string): SeenRequest[] =>
  server.requests.filter((request) => request.path === path);
const distinct = <T>(values: readonly T[]): number => new Set(values).size;

/** Logs users in with a cookie that holds their name, and says at `/account` whose it is. */
async function accounts(request: Request, { pathname }: URL): Promise<Response> {
  const name = /name=([^;]*)/.exec(request.headers.get("cookie") ?? "")?.[1];
  switch (pathname) {
    case "/login": {
      const { name } = await request.json();
      return new Response(null, { status: 204, headers: { "set-cookie": `name=${name}; Path=/` } });
    }
    case "/account":
      return name === undefined ? new Response("log in first", { status: 401 }) : Response.json({ name });
    default:
      return new Response("", { headers: { "set-cookie": "visitor=1; Path=/" } });
  }
}

Deno.test("login_once_per_user.ts: each user logs in once and is known from then on", async () => {
  await using server = startServer(accounts);
  const { stdout } = await run("login_once_per_user", server, ["-u", "6", "-i", "30"]);
  const logins = of(server, "/login").map(({ body }) => JSON.parse(body).name);
  assertEquals(logins.sort(), Array.from({ length: 6 }, (_, user) => `user${user}`));
  assertEquals(distinct(of(server, "/account").map(({ headers }) => headers.get("cookie"))), 6);
  assertMatch(stdout, /GET +\/account +30 +0 /);
  assertEquals(of(server, "/logout").length, 6);
});

Deno.test("one_token_for_all.ts: one token is fetched, and every user sends it", async () => {
  let tokens = 0;
  await using server = startServer((request, { pathname }) => {
    if (pathname === "/token") return Response.json({ access_token: `token ${++tokens}` });
    return new Response("", { status: request.headers.get("authorization") === "Bearer token 1" ? 200 : 401 });
  });
  const { stdout } = await run("one_token_for_all", server, ["-u", "6", "-i", "30"], {
    AUTH_URL: `${server.url}/token`,
  });
  assertEquals([tokens, of(server, "/articles").length], [1, 30]);
  assertMatch(of(server, "/token")[0]!.body, /^grant_type=client_credentials&/);
  assertMatch(stdout, /Total +30 +0 /);
});

Deno.test("row_per_user.ts: each user logs in with another row", async () => {
  await using server = startServer(accounts);
  const { stdout } = await run("row_per_user", server, ["-u", "5", "-i", "20"]);
  const names = of(server, "/login").map(({ body }) => JSON.parse(body).name);
  assertEquals(names.sort(), ["ada", "alan", "barbara", "edsger", "grace"]);
  assertMatch(stdout, /GET +\/account +20 +0 /);
});

Deno.test("cookies_apart.ts: members keep their own cookie, visitors come without any", async () => {
  await using server = startServer(accounts);
  const { stdout } = await run("cookies_apart", server, ["-u", "8", "-i", "40"]);
  assertMatch(stdout, /GET +\/account +\d+ +0 /);
  assertEquals(distinct(of(server, "/account").map(({ headers }) => headers.get("cookie"))), 4);
  assertEquals(of(server, "/").filter(({ headers }) => headers.has("cookie")).length, 0);
  const offers = of(server, "/offers");
  assert(offers.length > 0);
  assertEquals(offers.filter(({ headers }) => headers.get("cookie") !== "visitor=1").length, 0);
});

timedTest("ramp_hold_down.ts: users come one after the other, stay, and go", async () => {
  const started = new Map<string, number>();
  const ended = new Map<string, number>();
  await using server = startServer((request) => {
    const user = request.headers.get("x-user")!;
    if (!started.has(user)) started.set(user, performance.now());
    ended.set(user, performance.now());
    return new Response("");
  });
  const { stdout } = await runShortened("ramp_hold_down", server, { "30s": "1s", "1m": "1s", "10s": "1s" });
  assertEquals(started.size, 20);
  assertMatch(stdout, / 20 users, .* ended: /);
  const first = Math.min(...started.values());
  const startedBy = (ms: number) => [...started.values()].filter((at) => at - first <= ms).length;
  const endedBy = (ms: number) => [...ended.values()].filter((at) => at - first <= ms).length;
  // From the first user on: 10 at half of the ramp, all 20 until the last second, 10 at half of it.
  assert(startedBy(450) >= 5 && startedBy(450) <= 15, `${startedBy(450)} users at half of the ramp`);
  assertEquals([startedBy(1300), endedBy(1700)], [20, 0]);
  assert(endedBy(2500) >= 5 && endedBy(2500) <= 16, `${endedBy(2500)} users gone at half of the way down`);
});

timedTest("exact_rate.ts: 50 iterations begin in each second", async () => {
  await using server = startServer(async () => {
    await new Promise((resolve) => setTimeout(resolve, 300)); // slower than the distance between them
    return new Response("");
  });
  const { stdout } = await runShortened("exact_rate", server, { "10s": "2s" });
  assertEquals(server.hits, 100);
  assertMatch(stdout, /Iterations asked 50\.00\/s \(100\), achieved 50\.00\/s \(100\), \d+ late, 0 dropped/);
});

Deno.test("threshold_per_endpoint.ts: each endpoint is judged by its own limits", async () => {
  let isBroken = false;
  await using server = startServer((_, { pathname }) =>
    new Response("", { status: isBroken && pathname === "/cart" ? 500 : 200 })
  );
  const args = ["-u", "4", "-i", "20"];
  const { stdout } = await run("threshold_per_endpoint", server, args);
  assertEquals(stdout.match(/ pass /g)?.length, 4, stdout);
  isBroken = true;
  const broken = await locust([`${FOLDER}threshold_per_endpoint.ts`, "--host", server.url, ...args]);
  assertEquals([broken.code, broken.stdout.match(/ pass /g)?.length], [99, 3], broken.stdout);
  assertMatch(broken.stdout, /POST \/cart failures < 1 .*fail|fail .*POST \/cart failures < 1/);
});

Deno.test("poll_a_job.ts: a job is asked for until it is done, and timed", async () => {
  const polls = new Map<string, number>();
  await using server = startServer((request, { pathname }) => {
    if (request.method === "POST") {
      const id = `${polls.size + 1}`;
      polls.set(id, 0);
      return Response.json({ id }, { status: 202 });
    }
    const id = pathname.replace("/jobs/", "");
    polls.set(id, polls.get(id)! + 1);
    return Response.json({ state: polls.get(id)! < 3 ? "running" : "done" });
  });
  const { stdout } = await run("poll_a_job", server, ["-u", "4", "-i", "8"]);
  assertEquals([...polls.values()], new Array(8).fill(3));
  assertMatch(stdout, /GET +\/jobs\/:id +24 +0 /);
  assertMatch(stdout, /JOB +report.* 8 +0 /);
  assertMatch(stdout, /Total +32 +0 /);
});

Deno.test("upload.ts: the server gets the file and the fields beside it", async () => {
  const uploads: [title: unknown, name: string, type: string, bytes: number][] = [];
  await using server = startServer(async (request) => {
    const form = await request.formData();
    const photo = form.get("photo") as File;
    uploads.push([form.get("title"), photo.name, photo.type, (await photo.bytes()).length]);
    return new Response("", { status: 201 });
  });
  const { stdout } = await run("upload", server, ["-u", "3", "-i", "6"]);
  assertEquals(uploads.length, 6);
  for (const [title, ...photo] of uploads) {
    assertMatch(`${title}`, /^photo of user [0-2]$/);
    assertEquals(photo, ["photo.jpg", "image/jpeg", 100_000]);
  }
  assertMatch(stdout, /POST +\/photos +6 +0 /);
});

Deno.test("retry_on_503.ts: a busy server is tried again after the time it asks for, 3 times at most", async () => {
  const times: number[] = [];
  await using server = startServer(() => {
    times.push(performance.now());
    const status = times.length === 2 ? 201 : 503;
    return new Response("", { status, headers: { "retry-after": "0.2" } });
  });
  const { stdout } = await run("retry_on_503", server, ["-u", "1", "-i", "2"]);
  // The first order gets 503, 201; the second 503, 503, 503.
  assertEquals(times.length, 5);
  const waits = [1, 3, 4].map((index) => times[index]! - times[index - 1]!);
  assert(waits.every((ms) => ms >= 190), waits.join());
  assertMatch(stdout, /POST +\/orders +2 +0 /);
  assertMatch(stdout, /POST +\/orders \(try 2\) +2 +0 /);
  assertMatch(stdout, /POST +\/orders \(try 3\) +1 +1 /);
});

Deno.test("traceparent.ts: each request carries a trace of its own", async () => {
  await using server = startServer();
  await run("traceparent", server, ["-u", "4", "-i", "20"]);
  const lines = of(server, "/orders").map(({ headers }) => headers.get("traceparent") ?? "none");
  for (const line of lines) assertMatch(line, /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01$/);
  assertEquals([lines.length, distinct(lines.map((line) => line.slice(3, 35)))], [20, 20]);
});

Deno.test("graphql.ts: each operation has its row, and an error in the answer is a failure", async () => {
  await using server = startServer(async (request) => {
    const { query, variables } = await request.json();
    assertEquals(variables, { id: "7" });
    if (query.startsWith("query Item")) return Response.json({ data: { item: { name: "lamp", price: 3 } } });
    return Response.json({ data: null, errors: [{ message: "sold out" }] });
  });
  const { stdout } = await run("graphql", server, ["-u", "4", "-i", "12"]);
  assertEquals(of(server, "/graphql").length, 24);
  assertMatch(stdout, /POST +\/graphql Item +12 +0 /);
  assertMatch(stdout, /POST +\/graphql Buy +12 +12 /);
  assertMatch(stdout, /12 .*sold out/);
});

Deno.test("submit_a_form.ts: each form is posted to its action with the token of its page", async () => {
  const open = new Set<string>();
  let accepted = 0;
  await using server = startServer(async (request, { pathname }) => {
    if (pathname === "/login") {
      const token = crypto.randomUUID();
      open.add(token);
      const hidden = `<input type="hidden" name="csrf" value="${token}">`;
      const page = `<form method="post" action="sessions">${hidden}<input name="user"><input name="password"></form>`;
      return new Response(page, { headers: { "content-type": "text/html" } });
    }
    const form = await request.formData();
    if (!open.delete(String(form.get("csrf"))) || form.get("user") !== "ann") return new Response("", { status: 403 });
    accepted++;
    return new Response("welcome");
  });
  const { stdout } = await run("submit_a_form", server, ["-u", "4", "-i", "12"]);
  assertEquals([accepted, open.size], [12, 0]);
  assertMatch(stdout, /POST +\/sessions +12 +0 /);
});

Deno.test("every recipe has a test above that runs it, and at most 40 lines", () => {
  const names = [...Deno.readDirSync(FOLDER)].map(({ name }) => name);
  const tests = Deno.readTextFileSync(new URL(import.meta.url)).matchAll(
    /^(?:Deno\.test|timedTest)\("(\w+)\.ts: .*?\brun(?:Shortened)?\("(\w+)", server/gms,
  );
  const tested = [...tests].filter(([, named, run]) => named === run).map(([, name]) => `${name}.ts`);
  assertEquals(tested.sort(), names.sort());
  for (const name of names) {
    const lines = Deno.readTextFileSync(`${FOLDER}${name}`).trimEnd().split("\n").length;
    assert(lines <= 40, `${name}: ${lines} lines`);
  }
});
