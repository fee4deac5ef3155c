/**
 * The result of a run as GitLab's load performance report, which has the format of k6's summary.
 *
 * @module
 */

import type { RunResult } from "../../stats/run_model.ts";
import { percentilesMs } from "../percentiles.ts";

/**
 * Returns the report as JSON; times are in milliseconds. GitLab's merge request widget shows `http_reqs.rate` and the
 * share of passed checks. The time to first byte, which it would show too, is not measured for rows and left out.
 */
export function gitlabJson({ summary, iterations, mostUsers, loadMs }: RunResult): string {
  const { total, checks } = summary;
  const [p90, p95] = percentilesMs(total, [90, 95]);
  const passes = checks.reduce((sum, { passed }) => sum + passed, 0);
  const fails = checks.reduce((sum, { failed }) => sum + failed, 0);
  const metrics = {
    http_reqs: { count: total.count, rate: total.ratePerSecond },
    http_req_duration: {
      ...{ avg: total.meanMs, min: total.minMs, med: total.p50Ms, max: total.maxMs },
      ...{ "p(90)": p90, "p(95)": p95 },
    },
    http_req_failed: { passes: total.failures, fails: total.count - total.failures, value: total.failureRatio },
    ...(checks.length === 0 ? {} : { checks: { passes, fails, value: passes / (passes + fails) } }),
    iterations: { count: iterations, rate: loadMs > 0 ? iterations / (loadMs / 1000) : 0 },
    vus_max: { value: mostUsers, min: 0, max: mostUsers },
    data_received: {
      count: total.bytesReceived,
      rate: summary.spanMs > 0 ? total.bytesReceived / (summary.spanMs / 1000) : 0,
    },
  };
  return `${JSON.stringify({ metrics }, null, 2)}\n`;
}
