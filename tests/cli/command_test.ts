// The real command as a process: few cases, each through stdout, stderr, exit code and what the server counted.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { commandLine, locust } from "../helpers/processes/command.ts";
import { locustfile } from "../helpers/runs/run.ts";
import { startServer, untilHit } from "../helpers/servers/test_server.ts";
import { timedTest } from "../helpers/timed_test.ts";

/** Makes a load that leaves the machine to others. */
const LIGHT = ["--max-rps", "50"];
const GET_ROOT = `export async function run(client) { await client.get("/"); }`;

Deno.test("locust runs locustfile.ts of the working directory, tables on stdout, log on stderr (PARITY 1, 49, 56, 70)", async () => {
  await using server = startServer();
  await using file = await locustfile(GET_ROOT);
  const args = ["-u", "3", "-i", "12", "-w", "2", "--host", server.url];
  const { code, stdout, stderr } = await locust(args, { cwd: file.folder });
  assertEquals([code, server.hits], [0, 12]);
  assertMatch(stdout, /^ Summary\n Method +Name +Count .*\n.*\n GET +\/ +12 +0 \(0\.0%\)/);
  assertMatch(
    stderr,
    /INFO Starting test \(target user count: 3\)\n.*INFO Shutting down \(reached iteration limit \(12\)\)/,
  );
});

Deno.test("locust URL needs no script, and variables replace flags (PARITY 1, 2)", async () => {
  await using server = startServer();
  const env = { LOCUST_ITERATIONS: "5", LOCUST_USERS: "9", LOCUST_LOG_LEVEL: "WARNING" };
  const { code, stdout, stderr } = await locust([`${server.url}/x`, "--users", "2"], { env });
  assertEquals([code, stderr, server.hits], [0, "", 5]);
  assertStringIncludes(stdout, `${server.url}/x`);
  assertStringIncludes(stdout, "2 users, 5 iterations");
});

Deno.test("locust lists every bad option at once, exit 2, and sends nothing (PARITY 14)", async () => {
  await using server = startServer();
  const bad = ["-u", "abc", "-d", "0x", "--rate=-1", "--hots", "x", server.url];
  const { code, stdout, stderr } = await locust(bad);
  assertEquals([code, stdout, server.hits], [2, "", 0]);
  for (const part of ['-u "abc"', '-d "0x"', '--rate "-1"', 'did you mean "--host"?', 'Try "locust --help".']) {
    assertStringIncludes(stderr, part);
  }
});

Deno.test("locust with a missing or broken locustfile is reported in one message, exit 1", async () => {
  await using file = await locustfile("export function run( {");
  const missing = await locust(["nope.ts"], { cwd: file.folder });
  assertEquals([missing.code, missing.stdout], [1, ""]);
  assertMatch(missing.stderr, /^Cannot open locustfile ".*\/nope\.ts": no such file\n$/);
  const reported = await locust(["nope.ts", "--junit", "j.xml", "--json", "j.json"], { cwd: file.folder });
  assertEquals([reported.code, reported.stderr], [1, missing.stderr]);
  assertMatch(
    await Deno.readTextFile(`${file.folder}/j.xml`),
    /<error message="Cannot open locustfile .*no such file"/,
  );
  const { run: { problems } } = JSON.parse(await Deno.readTextFile(`${file.folder}/j.json`));
  assertMatch(problems[0], /no such file/);
  const broken = await locust([], { cwd: file.folder });
  assertEquals([broken.code, broken.stdout], [1, ""]);
  assertMatch(broken.stderr, /^Cannot import ".*\/locustfile\.ts": .*locustfile\.ts:1:\d+\n$/s);
  const empty = await Deno.makeTempDir();
  const greeted = await locust([], { cwd: empty });
  await Deno.remove(empty);
  assertEquals([greeted.code, greeted.stderr], [1, ""]);
  assertStringIncludes(greeted.stdout, "Two ways to begin");
});

Deno.test("locust lists all reports it cannot write, exit 2, and sends nothing (PARITY 50)", async () => {
  await using server = startServer();
  await using file = await locustfile(GET_ROOT, { "a file": "" });
  const args = [server.url, "--html-report", "a file/r.html", "--json", "a file/r.json"];
  const { code, stdout, stderr } = await locust(args, { cwd: file.folder });
  assertEquals([code, stdout, server.hits], [2, "", 0]);
  assertMatch(stderr, /^Cannot use --html-report .*\nCannot use --json .*\nTry "locust --help"\.\n$/);
});

Deno.test("a locustfile that the system refuses to open is not an unexpected error", async () => {
  const path = `/${"long/".repeat(2000)}locustfile.ts`;
  for (const args of [[path], ["check", path]]) {
    const { code, stderr } = await locust(args);
    assertEquals([code, stderr], [1, `Cannot open locustfile "${path}": file name too long\n`]);
  }
});

Deno.test("a report that cannot be written at the end is an error of the run, exit 1, after the summary", async () => {
  await using server = startServer();
  await using file = await locustfile(`${GET_ROOT}
    export function setup() { Deno.mkdirSync("r.json"); }`);
  const args = ["-H", server.url, "-i", "1", "--json", "r.json"];
  const { code, stdout, stderr } = await locust(args, { cwd: file.folder });
  assertMatch(stdout, /Total +1 +0 /);
  assertMatch(stderr, /\d\] ERROR Cannot write ".*r\.json": is a directory\n$/);
  assertEquals(code, 1);
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.test(`first ${signal} stops gracefully: summary, teardown, exit 0 (PARITY 47)`, async () => {
    await using server = startServer();
    await using file = await locustfile(`${GET_ROOT}\nexport function teardown() { console.log("torn down"); }`);
    const { code, stdout, stderr } = await locust([file.path, "--host", server.url], {
      when: [["Starting test", (child) => untilHit(server).then(() => child.kill(signal))]],
    });
    assertEquals(code, 0);
    assertMatch(stdout, /torn down\n Summary\n/);
    assertStringIncludes(stderr, `Shutting down (got ${signal})`);
    const total = Number(/Total +(\d+) /.exec(stdout)![1]);
    assertEquals(total, server.hits);
  });
}

Deno.test("a second signal interrupts with partial results, exit 130 (PARITY 47)", async () => {
  await using server = startServer();
  await using file = await locustfile(`
    import { log, sleep } from "@x/locust";
    export async function run(client) { await client.get("/"); log.info("answered"); await sleep(60); }`);
  const began = performance.now();
  const { code, stdout } = await locust([file.path, "--host", server.url, "--stop-timeout", "60"], {
    when: [
      ["answered", (child) => child.kill("SIGINT")],
      ["Shutting down", (child) => setTimeout(() => child.kill("SIGTERM"), 100)],
    ],
  });
  assertEquals(code, 130);
  assert(performance.now() - began < 20_000);
  assertMatch(stdout, /GET +\/ +1 +0 .*\n(?:.*\n)*.*1 iteration interrupted/);
});

timedTest("locust writes no escape code off a terminal", async () => {
  await using server = startServer();
  const { stdout } = await locust([server.url, ...LIGHT, "-d", "2.5s", "--every", "2s"], { env: { NO_COLOR: "" } });
  assert(!stdout.includes("\x1b"));
  assertMatch(stdout, /^ 0:02 \/ 0:0[23] +1\/1 users/);
});

timedTest("locust ends when the reader of its output is gone", async () => {
  await using server = startServer();
  const command = `${
    commandLine([server.url, ...LIGHT, "-d", "60", "--every", "2s"])
  } | head -n 1; echo "exit \${PIPESTATUS[0]}"`;
  const began = performance.now();
  const { stdout, stderr } = await new Deno.Command("bash", { args: ["-c", command], stdin: "null" }).output();
  assert(performance.now() - began < 20_000);
  assertMatch(new TextDecoder().decode(stdout), /^ 0:02.*\nexit 0\n$/);
  assertStringIncludes(new TextDecoder().decode(stderr), "Shutting down (stdout was closed)");
});

Deno.test("a locustfile whose loop never yields is named, and all that its server saw is counted, exit 1", async () => {
  await using server = startServer();
  const source = `export async function run(client) {
    await client.get("/");
    await client.get("/status/500");
    client.get("/delay/500");
    await client.get("/last");
    while (true);
  }`;
  await using file = await locustfile(source);
  const options = ["--host", server.url, "-d", "1", "--stop-timeout", "0", "--json", `${file.folder}/out.json`];
  const { code, stdout, stderr } = await locust([file.path, ...options]);
  assertEquals(code, 1);
  assertMatch(stdout, /^ \S+, 1 user, /m);
  assertMatch(stderr, /ERROR Worker 1 ended early: it did not end when told to; a loop in the locustfile never yields/);
  assertMatch(stderr, /; it did not report its last \d requests?, counted without times/);
  assertMatch(stdout, /Without times, because a worker ended before it reported them: .*1 of GET \/last/);
  const { total, run } = JSON.parse(await Deno.readTextFile(`${file.folder}/out.json`));
  assertEquals([total.count, total.failures, total.untimed > 0], [3, 1, true]);
  assertEquals([run.interruptedRequests, server.hits], [1, 4]);
});

Deno.test("stdout is only JSON with --json -, even if the locustfile prints", async () => {
  await using server = startServer();
  await using file = await locustfile(`${GET_ROOT}
    console.log("imported");
    export function setup() { console.info("set up", { a: 1 }); }
    export function teardown() { console.table([{ a: 1 }]); }`);
  const { code, stdout, stderr } = await locust([file.path, "-H", server.url, "-i", "1", "--json", "-"]);
  assertEquals([code, JSON.parse(stdout).total.count], [0, 1]);
  for (const part of ["imported\n", "set up { a: 1 }\n", "│ a │"]) assertStringIncludes(stderr, part);
});

Deno.test("--json FILE is written when setup() throws, with the problem", async () => {
  await using file = await locustfile(`${GET_ROOT}
    export function setup() { throw new Error("no database"); }`);
  const { code, stderr } = await locust([file.path, "-H", "http://127.0.0.1:1", "--json", "r.json"], {
    cwd: file.folder,
  });
  const { run, total } = JSON.parse(await Deno.readTextFile(`${file.folder}/r.json`));
  assertEquals([code, run.exitCode, total.count, run.problems.length], [1, 1, 0, 1]);
  assertStringIncludes(run.problems[0], "no database");
  assertStringIncludes(stderr, "no database");
});

for (
  const [args, problem] of [
    [[], "Cannot write to stdout: no space left on device"],
    [["--json", "-"], "Cannot write to stdout: no space left on device"],
    [["--json", "/dev/full"], 'Cannot write "/dev/full": no space left on device'],
    [["--html-report", "/dev/full"], 'Cannot write "/dev/full": no space left on device'],
  ] as const
) {
  Deno.test(`locust ${args.join(" ")} on a full disk reports it in one line, exit 1`, async () => {
    await using server = startServer();
    const to = args.some((arg) => arg === "/dev/full") ? "/dev/null" : "/dev/full";
    const command = `${commandLine([server.url, "-i", "1", ...args])} > ${to}`;
    const { code, stderr } = await new Deno.Command("sh", { args: ["-c", command], stdin: "null" }).output();
    const lines = new TextDecoder().decode(stderr).split("\n").filter((line) => line.includes("ERROR"));
    assertEquals([code, lines.map((line) => line.replace(/^.*ERROR /, ""))], [1, [problem]]);
  });
}

Deno.test("console.log of a script on a full disk ends the run with one line, without an internal stack", async () => {
  await using file = await locustfile('export function run() { console.log("hello"); }');
  const command = `${commandLine([file.path, "-d", "20"])} > /dev/full`;
  const { code, stderr } = await new Deno.Command("sh", { args: ["-c", command], stdin: "null" }).output();
  const text = new TextDecoder().decode(stderr);
  assertEquals([code, text.trimEnd().split("\n").at(-1)], [1, "Cannot write to stdout: no space left on device"]);
  assert(!/Uncaught|\n +at /.test(text), text);
});

Deno.test("a closed terminal stops a run gracefully, with its JSON; a run under nohup continues", async () => {
  await using plain = startServer();
  await using immune = startServer();
  await using file = await locustfile(GET_ROOT);
  const line = (url: string, json: string) =>
    `${commandLine([file.path, "-H", url, "-d", "60", "--json", `${file.folder}/${json}`])} >/dev/null 2>&1`;
  const script = `${line(plain.url, "a.json")} & a=$!
    nohup ${line(immune.url, "b.json")} & b=$!
    read -r go; kill -HUP $a $b; wait $a; echo "a $?"; kill -TERM $b; wait $b; echo "b $?"`;
  const shell = new Deno.Command("sh", { args: ["-c", script], stdin: "piped", stdout: "piped", stderr: "piped" })
    .spawn();
  await Promise.all([untilHit(plain), untilHit(immune)]);
  const keys = shell.stdin.getWriter();
  await keys.write(new TextEncoder().encode("go\n"));
  await keys.close();
  const { stdout } = await shell.output();
  assertEquals(new TextDecoder().decode(stdout), "a 0\nb 0\n");
  const reasonOf = async (json: string) => JSON.parse(await Deno.readTextFile(`${file.folder}/${json}`)).run.reason;
  assertEquals([await reasonOf("a.json"), await reasonOf("b.json")], ["got SIGHUP", "got SIGTERM"]);
});

Deno.test("a symlinked locustfile finds its data beside its target, unless it is beside the link", async () => {
  await using server = startServer();
  const source = `import { shared } from "@x/locust";
    const rows = shared.rows("paths", "paths.csv");
    export async function run(client) { await client.get(rows.next().path); }`;
  await using target = await locustfile(source, { "paths.csv": "path\n/target\n" });
  await using link = await locustfile("");
  await Deno.remove(link.path);
  await Deno.symlink(target.path, link.path);
  assertEquals((await locust([link.path, "-H", server.url, "-i", "1"])).code, 0);
  await Deno.writeTextFile(`${link.folder}/paths.csv`, "path\n/link\n");
  assertEquals((await locust([link.path, "-H", server.url, "-i", "1"])).code, 0);
  assertEquals([...server.hitsByPath.keys()], ["/target", "/link"]);
});
