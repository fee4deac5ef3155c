import { assertEquals, assertThrows } from "@std/assert";
import { judgeThreshold, parseThreshold } from "../../lib/stats/thresholds.ts";
import { summaryOf } from "../helpers/runs/run_result.ts";

/** 100 requests of 1–100 ms to GET /a, two of them failed; one of 5 s to POST /a; rates over 10 s. */
const SUMMARY = summaryOf((recorder) => {
  for (let ms = 1; ms <= 100; ms++) recorder.series("GET", "/a").record(ms, ms <= 2, 10);
  recorder.series("POST", "/a b").record(5000, true, 0);
  recorder.series("GET", "/empty");
}, 10_000);

const VERDICTS: [expression: string, verdict: string, actual: string | null][] = [
  ["GET /a p50 < 51ms", "pass", "49.9ms"],
  ["GET /a p50<40ms", "fail", "49.9ms"],
  ["/a p99.9 <= 100ms", "pass", "100.0ms"],
  ["GET /a avg < 50ms", "fail", "50.5ms"],
  ["GET /a min >= 1ms", "pass", "1.0ms"],
  ["max < 5s", "fail", "5000.0ms"],
  ["max <= 5s", "pass", "5000.0ms"],
  ["p100 < 0.1m", "pass", "5000.0ms"],
  ["failures < 3%", "pass", "3.0%"],
  ["failures < 4", "pass", "3"],
  ["GET /a failures <= 2%", "pass", "2.0%"],
  ["POST /a b failures < 100%", "fail", "100.0%"],
  ["rate > 10/s", "pass", "10.10/s"],
  ["rate > 10.2", "fail", "10.10/s"],
  ["rate >= 606/m", "pass", "10.10/s"],
  ["count >= 101", "pass", "101"],
  ["PUT /a p50 < 1s", "no data", null],
  ["GET /empty failures < 1%", "no data", null],
  ["dropped < 1%", "no data", null],
  ['search "a" p50 < 1s', "no data", null],
  ['SET "a" p50 < 1s', "no data", null],
];

for (const [expression, verdict, actual] of VERDICTS) {
  Deno.test(`threshold "${expression}" results in ${verdict}`, () => {
    assertEquals(judgeThreshold(parseThreshold(expression), SUMMARY), { expression, verdict, actual });
  });
}

const REFUSED: [expression: string, message: string][] = [
  ["", "not a threshold, expected e.g. p95 < 500ms"],
  ["p95", "not a threshold, expected e.g. p95 < 500ms"],
  ["p95 == 1s", "not a threshold, expected e.g. p95 < 500ms"],
  ["latency < 1s", "unknown metric latency, expected p50, p95, p99.9, avg, min, max, failures, rate, count or dropped"],
  ["failurs < 1%", 'unknown metric failurs, did you mean "failures"?'],
  ["GET /a cout > 1", 'unknown metric cout, did you mean "count"?'],
  ["p95 < 500", 'expected a time with a unit such as 500ms or 1.5s, got "500"'],
  ["p95 < soon", 'expected a time with a unit such as 500ms or 1.5s, got "soon"'],
  ["p101 < 1s", "unknown metric p101, expected a percentile from p0 to p100"],
  ["failures < many", 'expected a percentage such as 1%, or a number, got "many"'],
  ["GET /a dropped < 1%", "dropped counts all iterations, expected no row before it"],
  ["rate > x", "expected a number per second, or one followed by /s, /m or /h"],
  ["count > 1.5", 'expected a whole number, got "1.5"'],
];

for (const [expression, message] of REFUSED) {
  Deno.test(`threshold "${expression}" is rejected`, () => {
    assertEquals(assertThrows(() => parseThreshold(expression), RangeError).message, message);
  });
}

Deno.test("thresholds on dropped count the iterations that were due", () => {
  const summary = summaryOf((recorder) => {
    recorder.series("GET", "/").record(1, false, 0);
    for (let count = 0; count < 97; count++) recorder.arrivals.countStarted(0, false);
    recorder.arrivals.countDropped(3);
  }, 1000);
  const judge = (expression: string) => judgeThreshold(parseThreshold(expression), summary);
  assertEquals([judge("dropped < 3%").verdict, judge("dropped <= 3%").verdict], ["fail", "pass"]);
  assertEquals([judge("dropped <= 2").actual, judge("dropped <= 3").actual], ["3", "3"]);
});

Deno.test("thresholds on dropped have data before any request completes", () => {
  const judgeAfter = (started: number, dropped: number) => (expression: string) => {
    const summary = summaryOf((recorder) => {
      for (let count = 0; count < started; count++) recorder.arrivals.countStarted(0, false);
      recorder.arrivals.countDropped(dropped);
    }, 1000);
    return judgeThreshold(parseThreshold(expression), summary);
  };
  const judge = judgeAfter(5, 15);
  assertEquals(judge("dropped < 1%"), { expression: "dropped < 1%", verdict: "fail", actual: "75.0%" });
  assertEquals(judge("dropped < 5"), { expression: "dropped < 5", verdict: "fail", actual: "15" });
  assertEquals(judge("failures < 1%").verdict, "no data");
  assertEquals(judgeAfter(0, 0)("dropped < 1%").verdict, "no data");
});

/** 100 requests of 1 ms by one class, 300 failed ones of 10 ms by another, and 100 of 5 s with another method. */
const OF_CLASSES = summaryOf((recorder) => {
  for (let count = 0; count < 100; count++) {
    recorder.series("GET", "/a", "Buyer").record(1, false, 0);
    recorder.series("POST", "/a", "Buyer").record(5000, false, 0);
  }
  for (let count = 0; count < 300; count++) recorder.series("GET", "/a", "Payer").record(10, true, 0);
}, 10_000);

const VERDICTS_OF_CLASSES: [expression: string, verdict: "pass" | "fail", actual: string][] = [
  ["GET /a failures < 1%", "fail", "75.0%"],
  ["GET /a failures < 300", "fail", "300"],
  ["GET /a count >= 400", "pass", "400"],
  ["GET /a rate >= 40/s", "pass", "40.00/s"],
  ["GET /a avg < 7.7ms", "fail", "7.8ms"],
  ["GET /a p25 < 2ms", "pass", "1.0ms"],
  ["GET /a p26 < 9ms", "fail", "10.0ms"],
  ["GET /a min < 2ms", "pass", "1.0ms"],
  ["GET /a max < 2ms", "fail", "10.0ms"],
  ["/a count >= 500", "pass", "500"],
];

for (const [expression, verdict, actual] of VERDICTS_OF_CLASSES) {
  Deno.test(`threshold "${expression}" judges every class and method of that name: ${verdict}`, () => {
    assertEquals(judgeThreshold(parseThreshold(expression), OF_CLASSES), { expression, verdict, actual });
  });
}
