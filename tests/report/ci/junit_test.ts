// The JUnit report.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { junitXml } from "../../../lib/report/ci/junit.ts";
import type { RunResult } from "../../../lib/stats/run_model.ts";
import { INFO, plainSummary, resultOf } from "../../helpers/runs/run_result.ts";

/** Returns the suite's counts and each test case with its fault. */
function read(changes: Partial<RunResult>, summary = plainSummary(10, 1000)) {
  const xml = junitXml(resultOf(summary, changes));
  const count = (name: string) => Number(new RegExp(`<testsuite [^>]*${name}="(\\d+)"`).exec(xml)![1]);
  const cases = [
    ...xml.matchAll(/<testcase name="([^"]*)" classname="([^"]*)"[^>]*?(?:\/>|>\s*<(\w+) message="([^"]*)")/g),
  ]
    .map(([, name, group, kind, message]) => [group, name, kind ?? "passed", message ?? ""]);
  return { xml, counts: [count("tests"), count("failures"), count("errors")], cases };
}

const withChecks = {
  ...plainSummary(10, 1000),
  checks: [{ name: "is <JSON>", count: 4, passed: 3, failed: 1, passRatio: 0.75 }],
};

Deno.test("junitXml() has a test case for the run when there are no thresholds and no checks", () => {
  const { counts, cases } = read({});
  assertEquals(counts, [1, 0, 0]);
  assertEquals(cases, [["locust.run", "run completed", "passed", ""]]);
});

Deno.test("junitXml() has each threshold, with the measured value where it fails", () => {
  const { counts, cases } = read({
    exitCode: 99,
    thresholds: [
      { expression: "p95 < 1s", verdict: "pass", actual: "1.0ms" },
      { expression: "p99 < 0.5ms", verdict: "fail", actual: "1.0ms" },
      { expression: "GET /no p50 < 1s", verdict: "no data", actual: null },
    ],
  });
  assertEquals(counts, [4, 2, 0]);
  assertEquals(cases.slice(1), [
    ["locust.threshold", "p95 &lt; 1s", "passed", ""],
    ["locust.threshold", "p99 &lt; 0.5ms", "failure", "measured 1.0ms"],
    ["locust.threshold", "GET /no p50 &lt; 1s", "failure", "no data"],
  ]);
});

Deno.test("junitXml() fails a check that failed once, unless a threshold on it passes", () => {
  const failed = ["locust.check", "is &lt;JSON&gt;", "failure", "1 of 4 failed (75.0% passed)"];
  assertEquals(read({}, withChecks).cases.at(-1), failed);
  const threshold = { expression: 'check "is <JSON>" > 50%', verdict: "pass", actual: "75.0%" } as const;
  assertEquals(read({ thresholds: [threshold] }, withChecks).cases.at(-1)!.slice(2), ["passed", ""]);
  const unmet = { ...threshold, verdict: "fail" } as const;
  assertEquals(read({ thresholds: [unmet], exitCode: 99 }, withChecks).cases.at(-1), failed);
});

for (
  const [exitCode, changes, kind, message] of [
    [1, { problems: ["worker 1 ended"] }, "error", "worker 1 ended"],
    [1, {}, "error", "target duration elapsed after 10s; 1 of 10 requests failed"],
    [99, {}, "failure", "a request failed or the script threw: 1 of 10 requests failed"],
    [130, { reason: "interrupted" }, "error", "ended early: interrupted"],
  ] as const
) {
  Deno.test(`junitXml() shows exit code ${exitCode} as ${kind} of the run: ${message}`, () => {
    const { cases, counts } = read({ ...changes, exitCode });
    assertEquals(cases, [["locust.run", "run completed", kind, message]]);
    assertEquals(counts, [1, kind === "failure" ? 1 : 0, kind === "error" ? 1 : 0]);
  });
}

Deno.test("junitXml() names the rows of exit code 98 with their figures", () => {
  const line = (row: string, figure: string, isWorse: boolean) => ({ cells: [row, figure, "1ms", "2ms"], isWorse });
  const lines = [line("GET /a", "avg", true), line("GET /a", "p95", true), line("GET /b", "p95", false)];
  const comparison = { title: "", columns: [], lines: [...lines, line("Total", "avg", true)], notes: [] };
  const { cases } = read({ exitCode: 98, comparison });
  assertEquals(cases[0]!.slice(2), ["failure", "worse than in the baseline: GET /a (avg, p95); Total (avg)"]);
});

Deno.test("junitXml() has maxLatenessMs only with an arrival rate", () => {
  const info = { ...INFO, options: { users: 3, maxLatenessMs: 1000 } };
  assertEquals([...read({ info }).xml.matchAll(/<property name="(\w+)"/g)].map(([, name]) => name), ["users"]);
});

Deno.test("junitXml() escapes what XML cannot hold", () => {
  const { xml } = read({ warnings: ['a & <b> "c" \u0000\ud800'] });
  assertStringIncludes(xml, "Warning: a &amp; &lt;b&gt; &quot;c&quot; ·\ufffd");
});
