import { assertEquals, assertThrows } from "@std/assert";
import { PassCriteria } from "../../../lib/engine/run/pass_criteria.ts";
import { OTHER } from "../../../lib/stats/errors/error_counts.ts";
import { Recorder } from "../../../lib/stats/recorder.ts";
import { summarize } from "../../../lib/stats/summary.ts";
import { judgeThreshold, parseThreshold } from "../../../lib/stats/thresholds.ts";
import { Totals } from "../../../lib/stats/totals.ts";
import { MAX_CHECKS } from "../../../lib/stats/values/checks.ts";
import { MAX_MEASURES } from "../../../lib/stats/values/measures.ts";
import { countCheck, countPredicate, recordMeasure } from "../../../lib/stats/values/script_values.ts";
import { summaryOf } from "../../helpers/runs/run_result.ts";

/** 100 checks of which 2 failed; carts of 1–100 items; queue times of 1–100 ms. */
const SUMMARY = summaryOf(({ checks, measures }) => {
  for (let number = 1; number <= 100; number++) {
    countCheck(checks, "has a token", number > 2);
    recordMeasure(measures, "cart items", number);
    recordMeasure(measures, "queue time", `${number}ms`);
  }
}, 1000);

const VERDICTS: [expression: string, verdict: string, actual: string | null][] = [
  ['check "has a token" > 97%', "pass", "98.0%"],
  ['check "has a token" > 99%', "fail", "98.0%"],
  ['check "has a token">=98%', "pass", "98.0%"],
  ['check "another" > 99%', "no data", null],
  ['measure "cart items" p95 < 95', "fail", "95"],
  ['measure "cart items" p95 <= 95', "pass", "95"],
  ['measure "cart items" avg < 51', "pass", "50.5"],
  ['measure "cart items" max <= 100', "pass", "100"],
  ['measure "cart items" min >= 1', "pass", "1"],
  ['measure "cart items" count >= 100', "pass", "100"],
  ['measure "queue time" p50 < 0.1s', "pass", "50.0ms"],
  ['measure "queue time" p50 < 100', "no data", null],
  ['measure "queue time" count < 101', "pass", "100"],
  ['measure "another" p50 < 100', "no data", null],
];

for (const [expression, verdict, actual] of VERDICTS) {
  Deno.test(`threshold ${expression} comes out as ${verdict}`, () => {
    assertEquals(judgeThreshold(parseThreshold(expression), SUMMARY), { expression, verdict, actual });
  });
}

const REFUSED: [expression: string, message: string][] = [
  ['check "x" > 99', 'not a threshold on a check, expected e.g. check "has a token" > 99%'],
  ['check "x" > 101%', "expected a percentage of 0% to 100%, got 101%"],
  ['measure "x" < 10', 'not a threshold on a measure, expected e.g. measure "cart items" p95 < 10'],
  ['measure "x" p101 < 10', "unknown metric p101, expected p50, p95, p99.9, avg, min, max or count"],
  ['measure "x" cuont < 10', 'unknown metric cuont, did you mean "count"?'],
  ['measure "x" latency < 10', "unknown metric latency, expected p50, p95, p99.9, avg, min, max or count"],
  ['chek "x" > 99%', 'unknown kind chek, did you mean "check"?'],
  ['Measure "x" p95 < 10', 'unknown kind Measure, did you mean "measure"?'],
  ['mesure "x" p95 < 5ms', 'unknown kind mesure, did you mean "measure"?'],
  ['stpe "checkout" p95 < 5ms', "unknown kind stpe, a step is a row: e.g. STEP checkout p95 < 500ms"],
  ['measure "x" p95 < ten', 'expected a number such as 10, or a time such as 500ms, got "ten"'],
  ['measure "x" count < 5ms', 'expected a whole number, got "5ms"'],
];

for (const [expression, message] of REFUSED) {
  Deno.test(`threshold ${expression} is refused`, () => {
    assertEquals(assertThrows(() => parseThreshold(expression), RangeError).message, message);
  });
}

Deno.test("checks and measures past the cap share OTHER, and their sums stay right", () => {
  const recorder = new Recorder();
  for (let index = 0; index < MAX_CHECKS + 7; index++) recorder.checks.add(`${index}`, true);
  for (let index = 0; index < MAX_MEASURES + 7; index++) recorder.measures.add(`${index}`, "", 1);
  const totals = new Totals();
  totals.add(structuredClone(recorder.takeDelta()));
  const { checks, measures } = summarize(totals, 1000);
  for (const [all, cap] of [[checks, MAX_CHECKS], [measures, MAX_MEASURES]] as const) {
    assertEquals([all.length, all.at(-1)!.name, all.at(-1)!.count], [cap + 1, OTHER, 7]);
  }
});

Deno.test("a measure with and without a unit is two measures", () => {
  const { measures } = summaryOf((recorder) => {
    recordMeasure(recorder.measures, "wait", "1.5s");
    recordMeasure(recorder.measures, "wait", 3);
  }, 1000);
  assertEquals(measures.map(({ name, unit, max }) => [name, unit, max]), [["wait", "", 3], ["wait", "ms", 1500]]);
});

Deno.test("a delta after another holds only what is new", () => {
  const recorder = new Recorder();
  recorder.checks.add("a", true);
  recorder.measures.add("a", "", 1);
  recorder.takeDelta();
  const { checks, measures } = recorder.takeDelta();
  assertEquals([checks, measures], [[], []]);
});

Deno.test("a check of a predicate fails if the predicate throws or rejects, and throws nothing", async () => {
  const { checks } = new Recorder();
  const thrown = new Error("no");
  assertEquals(countPredicate(checks, "x", () => "yes"), true);
  assertEquals(
    countPredicate(checks, "x", () => {
      throw thrown;
    }),
    false,
  );
  assertEquals(await countPredicate(checks, "x", () => Promise.reject(thrown)), false);
  assertEquals(await countPredicate(checks, "x", () => Promise.resolve(1)), true);
  assertEquals(checks.takeDelta(), [{ name: "x", passed: 2, failed: 2 }]);
});

const MISUSE: [call: string, run: (recorder: Recorder) => void, message: string][] = [
  [
    "a check without a name",
    ({ checks }) => countCheck(checks, "", 1),
    'Cannot check "": expected a name, a string that',
  ],
  [
    "a check of a promise",
    ({ checks }) => countCheck(checks, "a", Promise.resolve()),
    "the value is a promise, expected",
  ],
  [
    "a negative measure",
    ({ measures }) => recordMeasure(measures, "a", -1),
    "the value is -1, expected a finite number",
  ],
  [
    "a measure of NaN",
    ({ measures }) => recordMeasure(measures, "a", NaN),
    "the value is NaN, expected a finite number",
  ],
  [
    "a time without a unit",
    ({ measures }) => recordMeasure(measures, "a", "80"),
    'the value is "80", expected a number, or',
  ],
  [
    "a time that is none",
    ({ measures }) => recordMeasure(measures, "a", "soon"),
    'the value is "soon", expected a number',
  ],
  [
    "a measure of an object",
    ({ measures }) => recordMeasure(measures, "a", {} as number),
    "the value is {}, expected a number, or",
  ],
];

for (const [call, run, message] of MISUSE) {
  Deno.test(`${call} is refused`, () => {
    const error = assertThrows(() => run(new Recorder()), Error);
    assertEquals(error.message.includes(message), true, error.message);
    assertEquals(error instanceof TypeError || error instanceof RangeError, true);
  });
}

Deno.test("a threshold on a check ends a run early, on 100 samples of it", () => {
  const criteria = new PassCriteria(['check "has a token" > 99%']);
  const summary = (count: number) =>
    summaryOf(({ checks }) => {
      for (let number = 0; number < count; number++) checks.add("has a token", number > 2);
    }, 1000);
  assertEquals(criteria.failedEarly(summary(99), 10_000, 5000), null);
  assertEquals(criteria.failedEarly(summary(100), 10_000, 5000)?.actual, "97.0%");
});
