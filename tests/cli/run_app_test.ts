import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { greetingText } from "../../lib/cli/commands/greeting.ts";
import { helpText } from "../../lib/cli/commands/help.ts";
import { versionLine } from "../../lib/cli/commands/version_line.ts";
import { ScriptError, UsageError, WorkerError } from "../../lib/core/errors.ts";
import { startApp } from "../helpers/runs/fake_app.ts";
import type { FakeProcessOptions } from "../helpers/runs/fake_process.ts";

/** Runs the command with a runner that ends at once. */
async function run(process: FakeProcessOptions, result: { exitCode: number } | Error = { exitCode: 0 }) {
  const app = startApp(process);
  app.runner.finish(result);
  const code = await app.code;
  return { ...app, code, stdout: app.process.stdout.text, stderr: app.process.stderr.text };
}

Deno.test("locust --help and --version write to stdout and exit with 0 (PARITY 13)", async () => {
  const help = await run({ args: ["--help"] });
  assertEquals([help.code, help.stdout, help.stderr], [0, helpText(), ""]);
  const version = await run({ args: ["--version"] });
  assertEquals([version.code, version.stdout, version.stderr], [0, `${versionLine()}\n`, ""]);
});

Deno.test("locust lists all usage problems on stderr and exits with 2, regardless of files (PARITY 14)", async () => {
  const { code, stdout, stderr, created } = await run({ args: ["-u", "abc", "--user", "5"] });
  assertEquals([code, stdout, created], [2, "", []]);
  assertEquals(
    stderr,
    `Cannot use --user: unknown option, did you mean "--users"?\n` +
      `Cannot use -u "abc": not a whole number, expected 1 or more\n` +
      `Try "locust --help".\n`,
  );
});

Deno.test("locust writes a greeting that fits a small terminal and exits with 1 if there is nothing to run (PARITY 15)", async () => {
  const { code, stdout, stderr } = await run({ args: ["-u", "5"], files: ["/elsewhere/locustfile.ts"] });
  assertEquals([code, stdout, stderr], [1, greetingText(), ""]);
  const lines = stdout.split("\n"); // the last is the prompt's
  assertEquals([lines.length <= 24, Math.max(...lines.map((line) => line.length)) <= 80], [true, true]);
});

Deno.test("locust <file> prints the absolute path in one line and exits with 1 if the file is missing (PARITY 15)", async () => {
  for (const args of [["load/a b.ts"], ["file:///project/load/a%20b.ts"]]) {
    const { code, stderr, created } = await run({ args });
    assertEquals([code, stderr], [1, `Cannot open locustfile "/project/load/a b.ts": no such file\n`]);
    assertEquals(created, []);
  }
});

for (
  const [files, expected] of [
    [["locustfile.mjs", "locustfile.mts"], "locustfile.mts"],
    [["locustfile.mts", "locustfile.js"], "locustfile.js"],
    [["locustfile.js", "locustfile.ts"], "locustfile.ts"],
    [["locustfile.mjs"], "locustfile.mjs"],
  ] as const
) {
  Deno.test(`locust runs ${expected} when there are ${files.join(" and ")}`, async () => {
    const { code, created } = await run({ files: files.map((name) => `/project/${name}`) });
    assertEquals([code, created[0]?.options.locustfile], [0, `file:///project/${expected}`]);
  });
}

Deno.test("locust resolves the options of the runner", async () => {
  const { created } = await run({
    args: ["sub/x.ts", "-u", "5", "-d", "1m"],
    env: { LOCUST_USERS: "7", LOCUST_WORKERS: "99" },
    files: ["/project/sub/x.ts"],
  });
  const { locustfile, users, durationMs, workers } = created[0]!.options;
  assertEquals([locustfile, users, durationMs, workers], ["file:///project/sub/x.ts", 5, 60_000, 5]);
});

Deno.test("locust refuses more users than the limit on open files allows", async () => {
  const { process, created, runner, code } = startApp({ args: ["http://a/"] });
  process.openFiles = 220;
  await runner.started;
  const { checkUsers } = created[0]!;
  checkUsers(160);
  const error = assertThrows(() => checkUsers(161), UsageError, "Cannot run 161 users: ");
  runner.finish(error);
  assertEquals(await code, 2);
  assertStringIncludes(process.stderr.text, 'hint: Run "ulimit -n 221" in this shell first');
});

Deno.test("locust <url> needs no file", async () => {
  const { code, created } = await run({ args: ["http://localhost:1/x"] });
  assertEquals([code, created[0]?.options.url, created[0]?.options.locustfile], [0, "http://localhost:1/x", null]);
});

for (const exitCode of [0, 1, 99, 130]) {
  Deno.test(`locust exits with ${exitCode} if the result has that code`, async () => {
    assertEquals((await run({ args: ["http://a/"] }, { exitCode })).code, exitCode);
  });
}

for (
  const [error, code, stderr] of [
    [new ScriptError("Cannot import x", { hint: "Do y." }), 1, "Cannot import x\nhint: Do y.\n"],
    [new WorkerError("Worker 1 ended"), 1, "Worker 1 ended\n"],
    [new UsageError(["Cannot a", "Cannot b"], "Do c."), 2, `Cannot a\nCannot b\nhint: Do c.\nTry "locust --help".\n`],
  ] as const
) {
  Deno.test(`locust prints a ${error.name} and exits with ${code}`, async () => {
    const result = await run({ args: ["http://a/"] }, error);
    assertEquals([result.code, result.stderr], [code, stderr]);
    assertEquals(result.process.handlers, 0);
  });
}

Deno.test("locust shows the stack of an unexpected error, with its cause, and exits with 1", async () => {
  const error = new TypeError("x is undefined", { cause: new Error("deeper") });
  const { code, stderr } = await run({ args: ["http://a/"] }, error);
  assertEquals(code, 1);
  for (const part of ["Unexpected error", "TypeError: x is undefined", "run_app_test.ts", "deeper"]) {
    assertStringIncludes(stderr, part);
  }
});

Deno.test("locust stops at the first signal, interrupts at the second, and removes its handler", async () => {
  const { process, runner, code } = startApp({ args: ["http://a/"] });
  await runner.started;
  process.signal("SIGINT");
  assertEquals(runner.calls, ["stop: got SIGINT"]);
  process.signal("SIGTERM");
  assertEquals(runner.calls, ["stop: got SIGINT", "interrupt"]);
  runner.finish({ exitCode: 130 });
  assertEquals(await code, 130);
  assertEquals(process.handlers, 0);
});

Deno.test("locust counts a signal that a launcher forwards once, and later signals as new", async () => {
  const { process, runner, code } = startApp({ args: ["http://a/"] });
  await runner.started;
  process.signal("SIGINT");
  process.clockMs += 99;
  process.signal("SIGINT");
  assertEquals(runner.calls, ["stop: got SIGINT"]);
  process.clockMs += 1;
  process.signal("SIGINT");
  assertEquals(runner.calls, ["stop: got SIGINT", "interrupt"]);
  runner.finish({ exitCode: 130 });
  assertEquals(await code, 130);
});

Deno.test("locust stops when the terminal is closed; a second SIGHUP does not interrupt", async () => {
  const { process, runner, code } = startApp({ args: ["http://a/"] });
  await runner.started;
  process.signal("SIGHUP");
  process.clockMs += 1000;
  process.signal("SIGHUP");
  assertEquals(runner.calls, ["stop: got SIGHUP"]);
  runner.finish({ exitCode: 0 });
  assertEquals(await code, 0);
});

Deno.test("locust stops when stdout is closed", async () => {
  const { process, runner, code } = startApp({ args: ["http://a/"] });
  await runner.started;
  process.stdout.close();
  assertEquals(runner.calls, ["stop: stdout was closed"]);
  runner.finish({ exitCode: 0 });
  assertEquals(await code, 0);
});

Deno.test("locust logs to stderr, from the given level", async () => {
  const { created, process } = await run({ args: ["http://a/", "-l", "warning"] });
  created[0]!.log("info", "no");
  created[0]!.log("warning", "yes");
  assertEquals(process.stderr.text, "[03:04:05] WARNING yes\n");
});

Deno.test("locust logs above the live table on a terminal", async () => {
  const { created, process, screen } = await run({
    args: ["http://a/"],
    isTerminal: true,
    env: { NO_COLOR: "1" },
  });
  created[0]!.log("info", "yes");
  assertEquals([screen.above, process.stderr.text], [["[03:04:05] INFO yes\n"], ""]);
});

for (
  const [args, isTerminal, where] of [
    [[], false, ["out\n", "err\n", []]],
    [["--json", "-"], false, ["", "out\nerr\n", []]],
    [["--json", "r.json"], false, ["out\n", "err\n", []]],
    [[], true, ["", "", ["out\n", "err\n"]]],
  ] as const
) {
  Deno.test(`console output of a locustfile is separate from results with "${args.join(" ")}"${isTerminal ? " on a terminal" : ""}`, async () => {
    const { created, process, screen } = await run({ args: ["http://a/", ...args], isTerminal });
    created[0]!.print("out\n", false);
    created[0]!.print("err\n", true);
    assertEquals([process.stdout.text, process.stderr.text, screen.above], [...where]);
  });
}
