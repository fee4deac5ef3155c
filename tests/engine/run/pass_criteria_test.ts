// When a threshold may end a run, and what its verdict is then.

import { assertEquals } from "@std/assert";
import { PassCriteria } from "../../../lib/engine/run/pass_criteria.ts";
import { summaryOf } from "../../helpers/runs/run_result.ts";

/** A number of requests of 1 ms to GET /a, of which some failed, and one to GET /rare that did. */
function figures(requests: number, failures: number) {
  return summaryOf((recorder) => {
    for (let count = 0; count < requests; count++) recorder.series("GET", "/a").record(1, count < failures, 0);
    recorder.series("GET", "/rare").record(1, true, 0);
  }, 1000);
}

const ABORT_AFTER_MS = 5000;

Deno.test("a threshold ends the run only after the time given and on 100 samples of its row", () => {
  const criteria = new PassCriteria(["GET /a failures < 1%", "GET /rare failures < 1%"]);
  const failed = (requests: number, ms: number) =>
    criteria.failedEarly(figures(requests, 50), ms, ABORT_AFTER_MS)?.expression ?? null;
  assertEquals(failed(1000, 4999), null);
  assertEquals(failed(99, 60_000), null, "99 samples");
  assertEquals(failed(100, 5000), "GET /a failures < 1%");
});

Deno.test("a row of few samples is still judged at the end", () => {
  const criteria = new PassCriteria(["GET /rare failures < 1%"]);
  assertEquals(criteria.failedEarly(figures(1000, 0), 60_000, ABORT_AFTER_MS), null);
  assertEquals(criteria.judge(figures(1000, 0)).map(({ verdict }) => verdict), ["fail"]);
});

Deno.test("a threshold on dropped needs 100 iterations that were due", () => {
  const criteria = new PassCriteria(["dropped < 1%"]);
  const failed = (started: number, dropped: number) => {
    const summary = summaryOf((recorder) => {
      for (let count = 0; count < started; count++) recorder.arrivals.countStarted(0, false);
      recorder.arrivals.countDropped(dropped);
    }, 1000);
    return criteria.failedEarly(summary, 6000, ABORT_AFTER_MS)?.verdict ?? null;
  };
  assertEquals([failed(50, 49), failed(50, 50)], [null, "fail"]);
});

Deno.test("the verdict that ended the run stands, with the value of the reason", () => {
  const criteria = new PassCriteria(["p95 < 500ms", "GET /a failures < 1%"]);
  const failed = criteria.failedEarly(figures(1000, 20), 6000, ABORT_AFTER_MS);
  assertEquals(failed, { expression: "GET /a failures < 1%", verdict: "fail", actual: "2.0%" });
  const [other, stands] = criteria.judge(figures(10_000, 20));
  assertEquals([other!.verdict, stands], ["pass", failed]);
});

Deno.test("if any error fails the run, the first one ends it", () => {
  const criteria = new PassCriteria([], true);
  assertEquals(criteria.failedEarly(figures(0, 0), 10, ABORT_AFTER_MS)?.verdict, "fail");
});
