// The table of docs/permissions.md: each feature works with exactly those flags, without a prompt.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Agent, Nats, NATS_MISSING } from "./helpers/processes/cluster.ts";
import { commandLine, locust } from "./helpers/processes/command.ts";
import { locustfile } from "./helpers/runs/run.ts";
import { Terminal, terminalTest } from "./helpers/processes/terminal.ts";
import { startCollector } from "./helpers/servers/collector.ts";
import { startServer } from "./helpers/servers/test_server.ts";
import { skippableTest } from "./helpers/skippable.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url)).replace(/\/$/, "");
const GET_ROOT = `export async function run(client) { await client.get("/"); }`;

/** Returns the command with the given flags only. */
function programWith(flags: readonly string[]): readonly string[] {
  return [Deno.execPath(), "run", "--no-prompt", ...flags, `${ROOT}/main.ts`];
}

/** Runs the command with the given flags only. */
function locustWith(flags: readonly string[], args: readonly string[], env: Record<string, string> = {}) {
  return locust(args, { program: programWith(flags), env });
}

Deno.test("the main job needs only net and read", async () => {
  await using server = startServer();
  await using file = await locustfile(GET_ROOT);
  const flags = [`--allow-net=${new URL(server.url).host}`, `--allow-read=${ROOT},${file.folder}`];
  const { code, stdout, stderr } = await locustWith(flags, [
    file.path,
    "-H",
    server.url,
    "-u",
    "4",
    "-i",
    "20",
    "-w",
    "2",
  ]);
  assertEquals([code, server.hits, /Requires|NotCapable/.test(stderr)], [0, 20, false]);
  assertMatch(stdout, /Total +20 +0 /);
});

for (
  const [name, flags] of [
    ["net and read of what is needed", (host: string) => [`--allow-net=${host}`, `--allow-read=${ROOT}`]],
    ["net, read, env, sys and ffi of all", () => ["net", "read", "env", "sys", "ffi"].map((kind) => `--allow-${kind}`)],
    ["all but one file", () => ["-A", "--deny-read=/etc/shadow"]],
  ] as const
) {
  terminalTest(`a terminal with ${name} permitted shows no prompt`, async () => {
    await using server = startServer();
    const program = [Deno.execPath(), "run", ...flags(new URL(server.url).host), `${ROOT}/main.ts`];
    const args = [server.url, "-d", "1.5", "--max-rps", "50"];
    await using terminal = await Terminal.open(`run ${commandLine(args, program)}`);
    const [, asked] = await terminal.shows(/(Deno requests .*)|exit \d+/);
    assertEquals(asked, undefined);
    assertMatch(await terminal.end(), /Total +\d+ +0 .*exit 0\n/s);
  });
}

Deno.test("a server by name needs its name and its addresses", async () => {
  await using server = startServer();
  const url = server.url.replace("127.0.0.1", "localhost");
  const { code, stdout } = await locustWith(["--allow-net=localhost,127.0.0.1,[::1]", `--allow-read=${ROOT}`], [
    url,
    "-i",
    "3",
  ]);
  assertEquals([code, server.hits], [0, 3]);
  assertMatch(stdout, /Total +3 +0 /);
});

Deno.test("the fetch transport needs no further permission", async () => {
  await using server = startServer();
  const flags = [`--allow-net=${new URL(server.url).host}`, `--allow-read=${ROOT}`];
  const { code } = await locustWith(flags, [server.url, "-i", "3", "--transport", "fetch"]);
  assertEquals([code, server.hits], [0, 3]);
});

Deno.test("types in locust check need run of this Deno, and write to the folder of temporary files", async () => {
  const source = `import type { LocustClientSession } from "@x/locust";
    export async function run(client: LocustClientSession) { await client.get("/"); }`;
  await using file = await locustfile(source);
  const read = `--allow-read=${ROOT},${file.folder}`;
  const flags = [read, `--allow-run=${Deno.execPath()}`, `--allow-write=${dirname(file.folder)}`];
  const { code, stdout } = await locustWith(flags, ["check", file.path]);
  assertEquals(code, 0);
  assertStringIncludes(stdout, "types: checked");
  assertStringIncludes((await locustWith([read], ["check", file.path])).stdout, "types: not checked");
});

Deno.test("reports need write to their folder", async () => {
  await using server = startServer();
  const folder = await Deno.makeTempDir();
  const flags = [`--allow-net=${new URL(server.url).host}`, `--allow-read=${ROOT}`, `--allow-write=${folder}`];
  const reports = ["--html-report", `${folder}/a/r.html`, "--json", `${folder}/b/r.json`];
  const { code, stderr } = await locustWith(flags, [server.url, "-i", "1", ...reports]);
  const files = [`${folder}/a/r.html`, `${folder}/b/r.json`].map((path) => Deno.statSync(path).isFile);
  await Deno.remove(folder, { recursive: true });
  assertEquals([code, ...files, stderr.includes("Requires")], [0, true, true, false]);
});

Deno.test("--prometheus needs net for its address", async () => {
  await using server = startServer();
  const flags = [`--allow-net=${new URL(server.url).host},127.0.0.1:0`, `--allow-read=${ROOT}`];
  const { code, stderr } = await locustWith(flags, [server.url, "-i", "1", "--prometheus", "0"]);
  assertEquals([code, stderr.includes("Serving metrics at http://127.0.0.1:")], [0, true]);
});

Deno.test("telemetry needs env, and net of the collector, which is warned of without", async () => {
  await using server = startServer();
  await using collector = startCollector();
  const [host, at] = [new URL(server.url).host, new URL(collector.url).host];
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  const flags = [`--allow-read=${ROOT}`, "--allow-env"];
  const { code, stderr } = await locustWith([`--allow-net=${host},${at}`, ...flags], [server.url, "-i", "2"], env);
  assertEquals([code, stderr.includes("Telemetry"), collector.of("/v1/metrics").length], [0, false, 1]);
  const without = await locustWith([`--allow-net=${host}`, ...flags], [server.url, "-i", "2"], env);
  assertEquals([without.code, collector.of("/v1/metrics").length], [0, 1]);
  assertStringIncludes(without.stderr, "1 of 1 exports of metrics lost (Requires net access");
});

skippableTest(
  "a run on several machines needs net of NATS, an agent also the folder of temporary files",
  NATS_MISSING,
  async () => {
    await using server = startServer();
    await using file = await locustfile(GET_ROOT);
    await using nats = await Nats.start();
    const temporary = dirname(file.folder);
    const agentFlags = [
      `--allow-net=${nats.address},${new URL(server.url).host}`,
      `--allow-read=${temporary},${ROOT}`,
      `--allow-write=${temporary}`,
    ];
    await using agent = new Agent(nats.url, ["--once"], { program: programWith(agentFlags) });
    const flags = [`--allow-net=${nats.address}`, `--allow-read=${file.folder},${ROOT}`];
    const args = [file.path, "-H", server.url, "-i", "3", "-w", "1", "--machines", "1", "--nats", nats.url];
    const { code, stderr } = await locustWith(flags, args);
    assertEquals([code, server.hits, /Requires|NotCapable/.test(stderr)], [0, 3, false], stderr);
    assertEquals((await agent.child.status).code, 0);
  },
);

skippableTest(
  "a NATS server of its own needs net of loopback, run of the shell and write to the folder of temporary files",
  NATS_MISSING,
  async () => {
    const temporary = await Deno.makeTempDir();
    await Deno.remove(temporary);
    const flags = ["--allow-net=127.0.0.1", `--allow-run=${Deno.build.os === "windows" ? "nats-server" : "sh"}`];
    const writes = [`--allow-write=${dirname(temporary)}`, `--allow-read=${ROOT}`];
    const args = ["http://127.0.0.1:1/", "--machines", "1", "--wait", "1ms"];
    const { code, stderr } = await locustWith([...flags, ...writes], args);
    assertEquals(code, 2, stderr);
    assertStringIncludes(stderr, "Cannot start: 0 of 1 agent joined within 1ms");
  },
);

Deno.test("variables need env and are ignored without it", async () => {
  await using server = startServer();
  const flags = [`--allow-net=${new URL(server.url).host}`, `--allow-read=${ROOT}`];
  const env = { LOCUST_ITERATIONS: "2" };
  assertEquals((await locustWith([...flags, "--allow-env"], [server.url], env)).code, 0);
  assertEquals(server.hits, 2);
  await locustWith(flags, [server.url, "-i", "1"], { ...env, LOCUST_USERS: "none" });
  assertEquals(server.hits, 3);
});

const isUnix = Deno.build.os !== "windows";
Deno.test({
  name: `a unix socket needs net, read and write of its path${isUnix ? "" : " (skipped: Unix only)"}`,
  ignore: !isUnix,
  fn: async () => {
    const path = `${await Deno.makeTempDir()}/s.sock`;
    const server = Deno.serve({ path, onListen() {} }, () => new Response("ok"));
    const flags = [`--allow-net=unix:${path}`, `--allow-read=${ROOT},${path}`, `--allow-write=${path}`];
    const { code, stdout } = await locustWith(flags, ["http://any.host/", "-i", "3", "--unix-socket", path]);
    await server.shutdown();
    assertEquals(code, 0);
    assertMatch(stdout, /Total +3 +0 /);
  },
});

Deno.test("both transports report a host that is not permitted", async () => {
  await using server = startServer();
  for (const transport of ["socket", "fetch"]) {
    const flags = ["--allow-net=127.0.0.1:1", `--allow-read=${ROOT}`];
    const { code, stdout } = await locustWith(flags, [server.url, "-i", "2", "--transport", transport]);
    assertEquals([code, server.hits], [1, 0]);
    assertMatch(stdout, /2 +GET \S+ +not permitted: run with --allow-net for this host/);
  }
});
