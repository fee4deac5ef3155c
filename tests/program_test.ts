// The same cases, from outside, for both forms of the program; then cases of the standalone binary only.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { locust, run } from "./helpers/processes/command.ts";
import { BINARY, compilerEnv, DENO_RUN, programTest } from "./helpers/processes/programs.ts";
import { startServer, untilHit } from "./helpers/servers/test_server.ts";

const LOCUSTFILE = `
  import { assert, HttpUser } from "@x/locust";
  import { HttpUser as Same } from "jsr:@x/locust";
  import { path } from "./sub/sibling.js";
  if (HttpUser !== Same) throw new Error("two modules");
  export function setup() { return { suffix: "/from-setup" }; }
  export class Visitor extends HttpUser {
    async run() {
      await this.client.get(path + this.data.suffix);
      assert(this.id % 2 === 0, "odd user");
    }
  }`;

/** A CommonJS package with conditional exports, and what it needs itself. */
const COMMONJS_PACKAGES = {
  "node_modules/greeting/package.json":
    `{ "name": "greeting", "version": "1.2.3", "exports": { "./path": { "browser": "./no.js", "require": "./lib/path.js", "default": "./lib/path.js" } } }`,
  "node_modules/greeting/lib/path.js":
    `#!/usr/bin/env node\nexports.path = require("root") + require("../data.json").number + require("node:path").sep.slice(1);`,
  "node_modules/greeting/data.json": `{ "number": "/1" }`,
  "node_modules/root/index.js": `module.exports = "/hello";`,
};

async function folder(files: Readonly<Record<string, string>>): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir({ prefix: "locust program " });
  for (const [name, text] of Object.entries(files)) {
    await Deno.mkdir(`${path}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${path}/${name}`, text);
  }
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** Returns the processor time of a command in milliseconds: unlike its time, it does not grow while other processes compute. */
async function cpuMs(command: readonly string[]): Promise<number> {
  const script = `TIMEFORMAT="%U %S"; { time "$@" >&3; } 2>&1 3>/dev/null`;
  const { stdout } = await run(["bash", "-c", script, "bash", ...command], { LC_ALL: "C" });
  return stdout.trim().split(" ").reduce((sum, seconds) => sum + Number(seconds) * 1000, 0);
}

for (const program of [DENO_RUN, BINARY]) {
  const command = { program: program.command };

  programTest("4 workers, a sibling, setup, a failed assert with its line, an HTML report", program, async () => {
    await using server = startServer();
    await using files = await folder({ "locustfile.js": LOCUSTFILE, "sub/sibling.js": `export const path = "/x";` });
    const args = ["-H", server.url, "-u", "8", "-w", "4", "-i", "200", "--html-report", "out/report.html"];
    const { code, stdout } = await locust(args, { ...command, cwd: files.path });
    assertEquals([code, server.hitsByPath.get("/x/from-setup")], [0, 200]);
    assertMatch(stdout, /GET +\/x\/from-setup +200 /);
    assertMatch(stdout, /\d+ +GET \/x\/from-setup +odd user \(locustfile\.js:10\)/);
    assertMatch(await Deno.readTextFile(`${files.path}/out/report.html`), /^<!doctype html>/);
  });

  programTest("Ctrl-C shuts down gracefully and prints the summary", program, async () => {
    await using server = startServer();
    const { code, stdout, stderr } = await locust([server.url], {
      ...command,
      when: [["Starting test", (child) => untilHit(server).then(() => child.kill("SIGINT"))]],
    });
    assertEquals(code, 0);
    assertMatch(stdout, new RegExp(`Total +${server.hits} `));
    assertStringIncludes(stderr, "Shutting down (got SIGINT)");
  });

  programTest("a missing file is one line", program, async () => {
    const { code, stdout, stderr } = await locust(["nope.js"], command);
    assertEquals([code, stdout], [1, ""]);
    assertMatch(stderr, /^Cannot open locustfile ".*nope\.js": no such file\n$/);
  });

  const missing = program.missing ?? (program.hasTypeScript ? null : "before Deno 2.8.2 it imports JavaScript only");
  programTest("a locustfile in TypeScript", program, async () => {
    await using server = startServer();
    const source =
      `export async function run(client: { get(path: string): Promise<unknown> }) { await client.get("/"); }`;
    await using files = await folder({ "locustfile.ts": source });
    const { code } = await locust(["-H", server.url, "-i", "3"], { ...command, cwd: files.path });
    assertEquals([code, server.hits], [0, 3]);
  }, missing);

  programTest("CommonJS packages of a node_modules folder beside the locustfile can be required", program, async () => {
    await using server = startServer();
    await using files = await folder({
      ...COMMONJS_PACKAGES,
      "locustfile.js": `
        import { createRequire } from "node:module";
        const require = createRequire(import.meta.url);
        const { path } = require("greeting/path");
        export async function run(client) { await client.get(path + require("./own.cjs") + require("./own.json").end); }`,
      "own.cjs": `module.exports = "/own" + require("greeting/path").path;`,
      "own.json": `{ "end": "/json" }`,
    });
    const { code, stderr } = await locust(["-H", server.url, "-i", "2"], { ...command, cwd: files.path });
    assertEquals([code, server.hitsByPath.get("/hello/1/own/hello/1/json")], [0, 2], stderr);
  });

  const isUnix = Deno.build.os !== "windows";
  programTest("a limit on open files that is too low for the users is reported before any load", program, async () => {
    await using server = startServer();
    const limited = ["sh", "-c", 'ulimit -n 256 && exec "$@"', "sh", ...program.command];
    const { code, stderr } = await locust([server.url, "-u", "1000", "-i", "1000"], { program: limited });
    assertEquals([code, server.hits], [2, 0]);
    assertMatch(stderr, /^Cannot run 1000 users: .* to 256 open files, .*\nhint: Run "ulimit -n 1060" /m);
    const source = `import { HttpUser } from "@x/locust";
      export class One extends HttpUser {
        static load = { users: 300 };
        async run() { await this.client.get("/"); }
      }`;
    await using files = await folder({ "locustfile.js": source });
    const own = await locust(["-H", server.url, "-d", "1"], { program: limited, cwd: files.path });
    assertEquals([own.code, server.hits], [2, 0]);
    assertMatch(own.stderr, /^Cannot run 300 users: /m);
  }, program.missing ?? (isUnix ? null : "ulimit is of Unix"));

  programTest("a soft limit on open files is raised where the hard one allows", program, async () => {
    await using server = startServer();
    const limited = ["sh", "-c", 'ulimit -Sn 256 && exec "$@"', "sh", ...program.command];
    const { code, stdout } = await locust([server.url, "-u", "400", "-i", "400"], { program: limited });
    assertEquals([code, server.hits], [0, 400]);
    assertMatch(stdout, /Total +400 +0 \(0\.0%\)/);
  }, program.missing ?? (isUnix ? null : "ulimit is of Unix"));
}

programTest("runs with nothing on PATH, counts equal to the server's", BINARY, async () => {
  await using server = startServer();
  const env = { PATH: "", HOME: "/nonexistent" };
  const args = [`${server.url}/x`, "-u", "100", "-d", "2"];
  const { code, stdout } = await locust(args, { program: BINARY.command, env, clearEnv: true });
  assertEquals(code, 0);
  assertMatch(stdout, new RegExp(`Total +${server.hits} +0 \\(0\\.0%\\)`));
});

programTest("packages of a node_modules folder beside the locustfile can be imported, both ways", BINARY, async () => {
  await using server = startServer();
  await using files = await folder({
    "node_modules/greeting/package.json":
      `{ "name": "greeting", "version": "1.2.3", "type": "module", "main": "i.js" }`,
    "node_modules/greeting/i.js": `export const path = "/hello";`,
    "locustfile.js": `import { path } from "greeting"; import { path as same } from "npm:greeting@1";
      export async function run(client) { await client.get(path + same); }`,
  });
  const { code } = await locust(["-H", server.url, "-i", "2"], { program: BINARY.command, cwd: files.path });
  assertEquals([code, server.hitsByPath.get("/hello/hello")], [0, 2]);
});

programTest("a native addon is refused by name", BINARY, async () => {
  await using files = await folder({
    "addon.node": "",
    "locustfile.js": `import { createRequire } from "node:module";
      createRequire(import.meta.url)("./addon.node");
      export function run() {}`,
  });
  const { code, stderr } = await locust([], { program: BINARY.command, cwd: files.path });
  assertEquals(code, 1);
  assertMatch(
    stderr,
    /Cannot load ".*addon\.node": the standalone binary loads no native addons, .*\nhint: .*deno run -A jsr:/,
  );
});

for (
  const statement of [
    'import greeting from "greeting/path"',
    'import { path } from "greeting/path"',
    'import greeting from "npm:greeting@1/path"',
    'import "greeting/path"',
    'import "esm-around-commonjs"',
    'import own from "./own.cjs"',
  ]
) {
  programTest(`${statement}, a CommonJS module, is one clear message with two ways out`, BINARY, async () => {
    await using files = await folder({
      ...COMMONJS_PACKAGES,
      "node_modules/esm-around-commonjs/package.json": `{ "type": "module", "main": "./index.js" }`,
      "node_modules/esm-around-commonjs/index.js": `import { path } from "greeting/path"; export default path;`,
      "locustfile.js": `${statement}; export function run() {}`,
      "own.cjs": "module.exports = 1;",
    });
    const { code, stderr } = await locust([], { program: BINARY.command, cwd: files.path });
    assertEquals(code, 1);
    // A slow machine logs what it waits for before that.
    const [message, hint] = stderr.trimEnd().split("\n").filter((line) => !line.startsWith("["));
    assertMatch(
      message!,
      /^Cannot import "(?:npm:greeting@1\/path|greeting(?:\/path)?|\.\/own\.cjs)" from the standalone binary: it is a CommonJS module, expected require$/,
    );
    const entry = statement.includes("esm")
      ? "esm-around-commonjs"
      : statement.includes("own")
      ? "./own.cjs"
      : statement === 'import "greeting/path"'
      ? "greeting"
      : "greeting/path";
    assertStringIncludes(
      hint!,
      `hint: Write createRequire(import.meta.url)("${entry}") with createRequire of "node:module"`,
    );
    assertStringIncludes(hint!, "or run the locustfile with Deno: deno run -A jsr:@x/locust ");
  });
}

for (
  const [what, specifier, message] of [
    [
      "an npm package it does not have",
      "npm:left-pad@1",
      /^Cannot import "npm:left-pad@1" from the standalone binary: /m,
    ],
    ["a bare name it does not have", "left-pad", /^Cannot import "npm:left-pad" from the standalone binary: /m],
    [
      "a module of the network",
      "https://127.0.0.1/x.js",
      /^Cannot import "https:.*x\.js" from the standalone binary: /m,
    ],
  ] as const
) {
  programTest(`${what} is one clear message with the way out`, BINARY, async () => {
    await using files = await folder({ "locustfile.js": `import "${specifier}"; export function run() {}` });
    const { code, stderr } = await locust([], { program: BINARY.command, cwd: files.path });
    assertEquals(code, 1);
    assertMatch(stderr, message);
    assertMatch(stderr, /\nhint: .*deno run -A jsr:@x\/locust/);
  });
}

programTest(
  "--version says version, Deno and target, and computes no more than 3 times as long as an empty program",
  BINARY,
  async () => {
    await using files = await folder({ "empty.ts": "" });
    const env = await compilerEnv();
    const empty = `${files.path}/empty`;
    assert((await run([env["DENO"]!, "compile", "-q", "--no-check", "-o", empty, `${empty}.ts`], env)).success);
    const version = [...BINARY.command, "--version"];
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let round = 0; round < 9; round++) {
      ours.push(await cpuMs(version));
      theirs.push(await cpuMs([empty]));
    }
    const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[4]!;
    assertMatch((await run(version)).stdout, /^locust \d+\.\d+\.\d+ \(deno \d.*, \w+-.*\)\n$/);
    assert(median(theirs) > 0 && median(ours) <= 3 * median(theirs), `${ours} ms, an empty program ${theirs} ms`);
  },
);
