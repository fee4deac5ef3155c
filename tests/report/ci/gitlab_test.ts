// The load performance report for GitLab.

import { assertEquals } from "@std/assert";
import { gitlabJson } from "../../../lib/report/ci/gitlab.ts";
import { plainSummary, resultOf } from "../../helpers/runs/run_result.ts";

Deno.test("gitlabJson() has the metrics of k6's summary, from the total", () => {
  const checks = [{ name: "ok", count: 4, passed: 3, failed: 1, passRatio: 0.75 }];
  const { metrics } = JSON.parse(gitlabJson(resultOf({ ...plainSummary(10, 2000), checks })));
  assertEquals(metrics.http_reqs, { count: 10, rate: 5 });
  assertEquals(metrics.http_req_duration, { avg: 1, min: 1, med: 1, max: 1, "p(90)": 1, "p(95)": 1 });
  assertEquals(metrics.checks, { passes: 3, fails: 1, value: 0.75 });
  assertEquals(metrics.http_req_failed.value, 0.1);
});

Deno.test("gitlabJson() has no NaN without requests, and no checks where the script has none", () => {
  const text = gitlabJson(resultOf(plainSummary(0, 0), { loadMs: 0 }));
  assertEquals(text.includes("null"), false);
  assertEquals("checks" in JSON.parse(text).metrics, false);
});
