import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/core/errors.ts";
import { Runner } from "../../../lib/engine/run/runner.ts";
import { OPTION_KEYS, resolveOptions } from "../../../lib/engine/options/resolve_options.ts";
import type { OptionTexts, RunnerOptions } from "../../../lib/engine/options/options.ts";

const URL_TO_TEST = "http://localhost:1/";

function problemsOf(options: unknown, labelOf?: (key: string) => string): readonly string[] {
  const error = assertThrows(() => resolveOptions(options as RunnerOptions, labelOf));
  assertInstanceOf(error, UsageError);
  return error.problems;
}

Deno.test("resolveOptions() fills in the defaults when only a URL is given (PARITY 2–6, 8, 10)", () => {
  assertEquals(resolveOptions({ url: URL_TO_TEST, users: 100_000 }), {
    locustfile: null,
    url: URL_TO_TEST,
    users: 100_000,
    durationMs: null,
    ratePerSecond: null,
    iterations: null,
    host: null,
    workers: navigator.hardwareConcurrency,
    requestedWorkers: navigator.hardwareConcurrency,
    notes: [],
    transport: "socket",
    http: "auto",
    insecure: false,
    connectTo: null,
    proxy: null,
    unixSocket: null,
    startTimeoutMs: 300_000,
    stopTimeoutMs: 10_000,
    stages: null,
    arrivalRatePerSecond: null,
    maxLatenessMs: 1000,
    maxRequestsPerSecond: null,
    warmUpMs: 0,
    only: null,
    seed: null,
    groupByStep: false,
    keepFailures: null,
    groupByClass: false,
    thresholds: [],
    abortOnFail: false,
    abortAfterMs: 5000,
    failOnError: false,
    traceRatio: null,
    traceparent: false,
    logLevel: "info",
  });
});

Deno.test("resolveOptions() reads numbers and strings alike", () => {
  const numbers: RunnerOptions = { url: URL_TO_TEST, users: 5, duration: 90, rate: 2, iterations: 30, workers: 2 };
  const texts: OptionTexts = {
    url: URL_TO_TEST,
    users: "5",
    duration: "1m30s",
    rate: "120/m",
    iterations: "30",
    workers: " 2 ",
  };
  assertEquals(resolveOptions(texts), resolveOptions(numbers));
  assertEquals(resolveOptions(texts).durationMs, 90_000);
  assertEquals(resolveOptions(texts).ratePerSecond, 2);
});

Deno.test("resolveOptions() never has more workers than users", () => {
  assertEquals(resolveOptions({ url: URL_TO_TEST, users: 3, workers: 8 }).workers, 3);
  assertEquals(resolveOptions({ url: URL_TO_TEST }).workers, 1);
});

Deno.test("resolveOptions() accepts a log level in any case", () => {
  assertEquals(resolveOptions({ url: URL_TO_TEST, logLevel: "WARNING" }).logLevel, "warning");
});

Deno.test("resolveOptions() makes a locustfile an absolute file: URL", () => {
  const locustfile = (value: string | URL) => resolveOptions({ locustfile: value }).locustfile;
  assertEquals(locustfile("/a b/locustfile.ts"), "file:///a%20b/locustfile.ts");
  assertEquals(locustfile("file:///a/x.js"), "file:///a/x.js");
  assertEquals(locustfile(new URL("file:///a/x.js")), "file:///a/x.js");
  assertEquals(locustfile("x.ts"), new URL("x.ts", `file://${Deno.cwd()}/`).href);
});

Deno.test("resolveOptions() accepts a stop timeout of zero and an undefined option", () => {
  const options = resolveOptions({ url: URL_TO_TEST, stopTimeout: 0, users: undefined } as unknown as RunnerOptions);
  assertEquals(options.stopTimeoutMs, 0);
  assertEquals(options.users, 1);
});

Deno.test("resolveOptions() returns a frozen value that can be cloned", () => {
  const options = resolveOptions({ locustfile: "x.ts" });
  assertEquals(Object.isFrozen(options), true);
  assertEquals(structuredClone(options), options);
});

const DURATION = "expected a number of seconds, or one followed by ms, s, m or h";
const AFTER = "which paths cannot follow, expected one that ends before";
const RATE = "expected a number per second, or one followed by /s, /m or /h";

for (
  const [key, value, problem] of [
    ["users", "abc", `Cannot use users "abc": not a whole number, expected 1 or more`],
    ["users", "", `Cannot use users "": not a whole number, expected 1 or more`],
    ["users", 1.5, `Cannot use users "1.5": not a whole number, expected 1 or more`],
    ["users", NaN, `Cannot use users "NaN": not a whole number, expected 1 or more`],
    ["users", "1e3", `Cannot use users "1e3": not a whole number, expected 1 or more`],
    ["users", null, `Cannot use users "null": not a whole number, expected 1 or more`],
    ["users", [1], `Cannot use users "[ 1 ]": not a whole number, expected 1 or more`],
    ["users", "-1", `Cannot use users "-1": too small, expected 1 or more`],
    ["users", 0, `Cannot use users "0": too small, expected 1 or more`],
    ["iterations", 0, `Cannot use iterations "0": too small, expected 1 or more`],
    ["iterations", 3e9, `Cannot use iterations "3000000000": too large, expected at most 2000000000`],
    ["workers", "0", `Cannot use workers "0": too small, expected 1 or more`],
    ["duration", "0x", `Cannot use duration "0x": ${DURATION}`],
    ["duration", -1, `Cannot use duration "-1": ${DURATION}`],
    ["duration", 0, `Cannot use duration "0": too small, expected more than 0`],
    ["stopTimeout", "-1", `Cannot use stopTimeout "-1": ${DURATION}`],
    ["rate", "fast", `Cannot use rate "fast": ${RATE}`],
    ["rate", 0, `Cannot use rate "0": too small, expected more than 0`],
    ["host", "example.com", `Cannot use host "example.com": not an absolute URL, expected http://… or https://…`],
    ["host", "localhost:80", `Cannot use host "localhost:80": not an absolute URL, expected http://… or https://…`],
    ["host", "http:a", `Cannot use host "http:a": not an absolute URL, expected http://… or https://…`],
    ["host", "http://[x", `Cannot use host "http://[x": not an absolute URL, expected http://… or https://…`],
    ["host", "ftp://a", `Cannot use host "ftp://a": not an absolute URL, expected http://… or https://…`],
    ["host", "http://a/#/", `Cannot use host "http://a/#/": a URL with a fragment, ${AFTER} "#"`],
    ["host", "http://a/b?c=1#d", `Cannot use host "http://a/b?c=1#d": a URL with a query, ${AFTER} "?"`],
    ["logLevel", "loud", `Cannot use logLevel "loud": unknown value, expected debug, info, warning or error`],
    ["user", 3, `Cannot use user: unknown option, did you mean "users"?`],
  ] as const
) {
  Deno.test(`resolveOptions() refuses ${key} ${Deno.inspect(value)}`, () => {
    assertEquals(problemsOf({ locustfile: "x.ts", [key]: value }), [problem]);
  });
}

for (const locustfile of ["https://example.com/x.ts", ""]) {
  Deno.test(`resolveOptions() refuses a locustfile "${locustfile}"`, () => {
    assertEquals(problemsOf({ locustfile }), [
      `Cannot use locustfile "${locustfile}": not a file, expected a path or a file: URL`,
    ]);
  });
}

Deno.test("resolveOptions() refuses neither and both of locustfile and URL", () => {
  assertEquals(problemsOf({}), ["Cannot run: nothing to run, expected a locustfile or a url"]);
  assertEquals(problemsOf({ url: URL_TO_TEST, locustfile: "x.ts" }), [
    "Cannot use locustfile and url together, expected one of them",
  ]);
  assertEquals(problemsOf({ url: URL_TO_TEST, host: "http://a" }), [
    "Cannot use host with url: the URL is requested as it is, expected one of them",
  ]);
});

Deno.test("resolveOptions() lists all problems at once, with the given labels", () => {
  assertEquals(problemsOf({ users: "abc", rate: -1, url: URL_TO_TEST }, (key) => `--${key}`), [
    `Cannot use --users "abc": not a whole number, expected 1 or more`,
    `Cannot use --rate "-1": ${RATE}`,
  ]);
});

Deno.test("resolveOptions() sets one field per option and two derived ones", () => {
  const derived = ["requestedWorkers", "notes"];
  assertEquals(Object.keys(resolveOptions({ url: URL_TO_TEST })).length, OPTION_KEYS.length + derived.length);
});

for (
  const [options, problem] of [
    ["locustfile.ts", `Cannot use the options "locustfile.ts": not an object, expected one with a locustfile or a url`],
    [null, "Cannot use the options null: not an object, expected one with a locustfile or a url"],
    [undefined, "Cannot use the options undefined: not an object, expected one with a locustfile or a url"],
    [
      { url: URL_TO_TEST, users: 1, stopTimeoutMs: 5 },
      `Cannot use stopTimeoutMs: unknown option, did you mean "stopTimeout"?`,
    ],
  ] as const
) {
  Deno.test(`Runner() names the problem of ${Deno.inspect(options)}`, () => {
    const error = assertThrows(() => new Runner(options as unknown as RunnerOptions), UsageError);
    assertEquals(error.problems, [problem]);
  });
}

Deno.test("Runner() accepts resolved options unchanged", () => {
  assertInstanceOf(new Runner(resolveOptions({ url: URL_TO_TEST })), Runner);
});
