import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { parseCommandLine } from "../../lib/cli/parse.ts";
import { UsageError } from "../../lib/core/errors.ts";
import type { OptionTexts } from "../../lib/engine/options/options.ts";

function parse(line: string, env: Record<string, string> = {}) {
  return parseCommandLine(line === "" ? [] : line.split(" "), {
    get: (name) => env[name],
    names: () => Object.keys(env),
  });
}

function optionsOf(line: string, env: Record<string, string> = {}): OptionTexts {
  const command = parse(line, env);
  if (command.kind !== "run") throw new Error(`Got ${command.kind}`);
  return command.options;
}

function problemsOf(line: string, env: Record<string, string> = {}): readonly string[] {
  const error = assertThrows(() => parse(line, env));
  assertInstanceOf(error, UsageError);
  return error.problems;
}

for (
  const [line, options] of [
    ["", {}],
    ["a.ts", { locustfile: "a.ts" }],
    ["http://a/b?c", { url: "http://a/b?c" }],
    ["HTTPS://a", { url: "HTTPS://a" }],
    ["-- -a.ts", { locustfile: "-a.ts" }],
    ["-u 100 -d 30", { users: "100", duration: "30" }],
    ["--users=5 -r 0.5 -i30 -H http://h -w 2", {
      users: "5",
      rate: "0.5",
      iterations: "30",
      host: "http://h",
      workers: "2",
    }],
    ["--event-loops 3 --stop-timeout 1s -l DEBUG", { workers: "3", stopTimeout: "1s", logLevel: "DEBUG" }],
  ] as const
) {
  Deno.test(`parseCommandLine() reads ${JSON.stringify(line)}`, () => {
    assertEquals(optionsOf(line), options as OptionTexts);
  });
}

Deno.test("parseCommandLine() prefers help to version, and both to problems", () => {
  assertEquals(parse("--users --help"), { kind: "help", command: null });
  assertEquals(parse("--version --help --bogus"), { kind: "help", command: null });
  assertEquals(parse("-u abc --version"), { kind: "version" });
});

Deno.test("parseCommandLine() prefers a flag to its variable, and a variable to the default", () => {
  const env = { LOCUST_USERS: "7", LOCUST_DURATION: "1m", LOCUST_EVENT_LOOPS: "2", LOCUST_FILENAME: "env.ts" };
  assertEquals(optionsOf("-u 5", env), { users: "5", duration: "1m", workers: "2", locustfile: "env.ts" });
  assertEquals(optionsOf("arg.ts", env).locustfile, "arg.ts");
  assertEquals(optionsOf("", { LOCUST_FILENAME: "http://a/" }).url, "http://a/");
});

Deno.test("parseCommandLine() does not check the variable of a given flag", () => {
  assertEquals(optionsOf("-u 5", { LOCUST_USERS: "abc" }), { users: "5" });
});

Deno.test("parseCommandLine() lists problems of arguments, variables and values at once, named as typed", () => {
  assertEquals(problemsOf("-u -1 --duration 0x --user 5 a.ts b.ts --host x", { LOCUST_RATE: "fast" }), [
    `Cannot use --user: unknown option, did you mean "--users"?`,
    `Cannot use "b.ts": unexpected argument, expected one locustfile or URL`,
    `Cannot use -u "-1": too small, expected 1 or more`,
    `Cannot use --duration "0x": expected a number of seconds, or one followed by ms, s, m or h`,
    `Cannot use LOCUST_RATE "fast": expected a number per second, or one followed by /s, /m or /h`,
    `Cannot use --host "x": not an absolute URL, expected http://… or https://…`,
  ]);
});

Deno.test("parseCommandLine() does not check the value of a repeated flag", () => {
  assertEquals(problemsOf("-u abc -u 5"), [`Cannot use -u "5": given 2 times, expected once`]);
});

Deno.test("parseCommandLine() refuses a bad URL", () => {
  assertEquals(problemsOf("http://[x"), [
    `Cannot use URL "http://[x": not an absolute URL, expected http://… or https://…`,
  ]);
});

Deno.test("parseCommandLine() names an alias as it was typed", () => {
  assertEquals(problemsOf("--event-loops 0"), [`Cannot use --event-loops "0": too small, expected 1 or more`]);
});

Deno.test("each option of the Python tool is read from its flag and from its variable (PARITY 1–6, 8–11)", () => {
  const table: [flags: string, variable: string, value: string, key: string][] = [
    ["", "LOCUST_FILENAME", "a.ts", "locustfile"],
    ["-u --users", "LOCUST_USERS", "7", "users"],
    ["-d --duration", "LOCUST_DURATION", "30", "duration"],
    ["-r --rate", "LOCUST_RATE", "0.5", "rate"],
    ["-i --iterations", "LOCUST_ITERATIONS", "9", "iterations"],
    ["-H --host", "LOCUST_HOST", "http://h", "host"],
    ["-l --log-level", "LOCUST_LOG_LEVEL", "Debug", "logLevel"],
    ["--config", "LOCUST_CONFIG", '{"stages":[{"duration":1,"target":1}]}', "config"],
    ["--event-loops", "LOCUST_EVENT_LOOPS", "3", "workers"],
  ];
  for (const [flags, variable, value, key] of table) {
    for (const flag of flags.split(" ")) {
      assertEquals(optionsOf(`${flag} ${value}`.trim()), { [key]: value });
    }
    assertEquals(optionsOf("", { [variable]: value }), { [key]: value });
  }
  for (const command of [parse("--html-report r.html"), parse("", { LOCUST_HTML_REPORT: "r.html" })]) {
    assertEquals(command.kind === "run" && command.reports, { htmlReport: "r.html" });
  }
});

for (
  const [line, env, logLevel] of [
    ["-q", {}, "error"],
    ["-q", { LOCUST_LOG_LEVEL: "info" }, "error"],
    ["-q -l warning", {}, "warning"],
    ["-q --log-level warning", { LOCUST_LOG_LEVEL: "info" }, "warning"],
    ["-l warning", { LOCUST_QUIET: "1" }, "warning"],
    ["", { LOCUST_QUIET: "1" }, "error"],
    ["", { LOCUST_QUIET: "1", LOCUST_LOG_LEVEL: "info" }, "info"],
    ["", { LOCUST_LOG_LEVEL: "info" }, "info"],
  ] as const
) {
  Deno.test(`parseCommandLine() logs from ${logLevel} on for "${line}" with ${JSON.stringify(env)}`, () => {
    assertEquals(optionsOf(line, env), { logLevel });
  });
}

for (
  const [line, command] of [
    ["help", null],
    ["help --help", null],
    ["help init", "init"],
    ["help check", "check"],
    ["help help", "help"],
    ["init --help", "init"],
    ["check -h", "check"],
    ["completions bash --help", "completions"],
  ] as const
) {
  Deno.test(`parseCommandLine() shows help for "${line}"`, () => {
    assertEquals(parse(line), { kind: "help", command });
  });
}

Deno.test("parseCommandLine() refuses help for an unknown command", () => {
  assertEquals(problemsOf("help chek"), [`Cannot show help of "chek": unknown command, did you mean "check"?`]);
  assertEquals(problemsOf("help init check"), [`Cannot use "check": unexpected argument, expected one command`]);
});

Deno.test("parseCommandLine() refuses --host with a URL; a URL argument beats the variable", () => {
  const together = ": the URL is requested as it is, expected one of them";
  assertEquals(problemsOf("http://a/ -H http://b"), [`Cannot use -H with URL${together}`]);
  assertEquals(optionsOf("http://a/", { LOCUST_HOST: "http://b" }), { url: "http://a/" });
  assertEquals(problemsOf("", { LOCUST_HOST: "http://b", LOCUST_FILENAME: "http://a/" }), [
    `Cannot use LOCUST_HOST with URL${together}`,
  ]);
});

Deno.test("parseCommandLine() names our variable if one of Locust's is set", () => {
  const command = parse("a.ts", { LOCUST_RUN_TIME: "1m", LOCUST_USRES: "1" });
  assertEquals(command.kind === "run" && command.warnings, [
    "No option takes the variable LOCUST_RUN_TIME, use LOCUST_DURATION",
    "No option takes the variable LOCUST_USRES, did you mean LOCUST_USERS?",
  ]);
});

const reportsOf = (line: string, env = {}) => {
  const command = parse(line, env);
  return command.kind === "run" ? command.reports : null;
};

Deno.test("--percentiles takes a list of numbers, as its variable does", () => {
  assertEquals(reportsOf("--percentiles 99.9,50"), { percentiles: [50, 99.9] });
  assertEquals(reportsOf("", { LOCUST_PERCENTILES: "90" }), { percentiles: [90] });
  assertEquals(problemsOf("--percentiles 50,x"), [
    'Cannot use --percentiles "50,x": x is not a percentile, expected numbers above 0 up to 100, separated by commas, such as 50,90,99.9',
  ]);
});

Deno.test("--every takes a duration of a second or more, as its variable does", () => {
  assertEquals(reportsOf("--every 5s --summary-only"), { everyMs: 5000, summaryOnly: true });
  assertEquals(reportsOf("", { LOCUST_EVERY: "1m" }), { everyMs: 60_000 });
  assertEquals(problemsOf("--every 500ms"), ['Cannot use --every "500ms": too short, expected 1s or more']);
  assertEquals(problemsOf("", { LOCUST_EVERY: "soon" }), [
    'Cannot use LOCUST_EVERY "soon": expected a number of seconds, or one followed by ms, s, m or h',
  ]);
});

Deno.test("locust compare takes the files, the latest last, and a tolerance", () => {
  assertEquals(parse("compare a.json b.json"), { kind: "compare", files: ["a.json", "b.json"], tolerance: 0.05 });
  assertEquals(parse("compare --tolerance 10% a.json b.json c.json"), {
    ...{ kind: "compare", files: ["a.json", "b.json", "c.json"], tolerance: 0.1 },
  });
  assertEquals(parse("compare --help"), { kind: "help", command: "compare" });
  assertEquals(problemsOf("compare a.json --tolerance 5"), [
    'Cannot use --tolerance "5": expected a percentage such as 5%',
    'Cannot compare "a.json": expected two files or more, the latest last',
  ]);
  assertEquals(problemsOf("compare"), [
    "Cannot compare: no files given, expected two or more of --json, the latest last",
  ]);
});

Deno.test("--abort-after without --abort-on-fail is refused", () => {
  const problem = (label: string) =>
    `Cannot use ${label}: no threshold ends the run, expected --abort-on-fail beside it`;
  assertEquals(problemsOf("--abort-after 10s --threshold p95<1s"), [problem("--abort-after")]);
  assertEquals(problemsOf("", { LOCUST_ABORT_AFTER: "10s" }), [problem("LOCUST_ABORT_AFTER")]);
  parse("--abort-after 10s --abort-on-fail x.ts");
});

Deno.test("--baseline takes several files, and --tolerance is only for it", () => {
  assertEquals(reportsOf("--baseline a.json --baseline b.json --tolerance 2.5%"), {
    baseline: ["a.json", "b.json"],
    tolerance: 0.025,
  });
  assertEquals(problemsOf("--tolerance 5%"), [
    "Cannot use --tolerance: nothing to compare with, expected --baseline beside it",
  ]);
});

Deno.test("--samples and --sample-ratio are read, and refused where they make no sense", () => {
  assertEquals(reportsOf("--samples a.csv --sample-ratio 10%"), { samples: "a.csv", sampleRatio: 0.1 });
  assertEquals(reportsOf("--samples a.csv --sample-ratio .5"), { samples: "a.csv", sampleRatio: 0.5 });
  assertEquals(problemsOf("--sample-ratio 0.5"), [
    "Cannot use --sample-ratio: no samples are written, expected --samples beside it",
  ]);
  assertEquals(problemsOf("--samples a.csv --sample-ratio 2"), [
    'Cannot use --sample-ratio "2": expected a share of 0 to 1 such as 0.1, or a percentage such as 10%',
  ]);
  assertEquals(problemsOf("--samples a.csv --machines 2"), [
    "Cannot use --samples with --machines: the requests of a run on several machines are not collected",
  ]);
});
