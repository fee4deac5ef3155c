import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ArrivalDeals } from "../../lib/load/arrival_deals.ts";
import { Heirs } from "../../lib/load/heirs.ts";
import {
  arrivalDueMs,
  arrivalRate,
  type ArrivalStage,
  constantArrivals,
  expectedArrivals,
  maxArrivalRate,
} from "../../lib/load/arrivals.ts";
import { seededRandom } from "../helpers/random.ts";

const HOUR_MS = 3_600_000;

function dueTimes(stages: readonly ArrivalStage[], most = 100_000): number[] {
  const times: number[] = [];
  for (let at = arrivalDueMs(stages, 0); at !== null && times.length < most; at = arrivalDueMs(stages, times.length)) {
    times.push(at);
  }
  return times;
}

Deno.test("arrivalDueMs() spreads 50/s for 2 s over exactly 100 instants", () => {
  const times = dueTimes(constantArrivals(50, 2000));
  assertEquals(times.map((ms) => Math.round(ms * 1e6) / 1e6), Array.from({ length: 100 }, (_, index) => index * 20));
});

Deno.test("arrivalDueMs() is exact at rates of every kind", () => {
  const table: [stages: ArrivalStage[], index: number, dueMs: number | null][] = [
    [constantArrivals(50, 2000), 0, 0],
    [constantArrivals(50, 2000), 99, 1980],
    [constantArrivals(50, 2000), 100, null],
    [constantArrivals(0.5, null), 3, 6000], // 30/m
    [constantArrivals(1 / 3600, null), 2, 2 * HOUR_MS],
    [constantArrivals(33.3, 1000), 33, 33 / 33.3 * 1000], // not whole: one more than 33 fits
    [constantArrivals(33.3, 1000), 34, null],
    [constantArrivals(0, 1000), 0, null],
    [constantArrivals(0, null), 0, null],
    [[], 0, null],
    [constantArrivals(1e6, null), 1e15, 1e12], // a thousand million seconds
    [[{ durationMs: 1000, targetPerSecond: 100 }], 0, 0],
    [[{ durationMs: 1000, targetPerSecond: 100 }], 2, 200], // 100/s² · t²/2 = 2
    [[{ durationMs: 1000, targetPerSecond: 100 }], 49, Math.sqrt(0.98) * 1000],
    [[{ durationMs: 1000, targetPerSecond: 100 }], 50, null],
    [[{ durationMs: 0, targetPerSecond: 100 }, { durationMs: 1000, targetPerSecond: 0 }], 49, 1000 - Math.sqrt(20000)],
    // Nothing is due while the rate is 0, and what comes after begins with its stage.
    [[{ durationMs: 5000, targetPerSecond: 0 }, ...constantArrivals(10, 1000)], 0, 5000],
    [[{ durationMs: 5000, targetPerSecond: 0 }, ...constantArrivals(10, 1000)], 9, 5900],
  ];
  for (const [stages, index, dueMs] of table) {
    const actual = arrivalDueMs(stages, index);
    if (dueMs === null || actual === null) assertEquals(actual, dueMs, JSON.stringify([stages, index]));
    else assertAlmostEquals(actual, dueMs, Math.max(1e-6, dueMs * 1e-9), JSON.stringify([stages, index]));
  }
});

Deno.test("expectedArrivals() and arrivalRate() follow the line from the start and hold at the end", () => {
  const stages: ArrivalStage[] = [
    { durationMs: 2000, targetPerSecond: 10 },
    { durationMs: 3000, targetPerSecond: 10 },
    { durationMs: 0, targetPerSecond: 4 },
    { durationMs: 1000, targetPerSecond: 0 },
    { durationMs: 1000, targetPerSecond: 0.5 },
  ];
  const table: [seconds: number, expected: number, rate: number][] = [
    [-1, 0, 0],
    [0, 0, 0],
    [0.5, 0.625, 2.5],
    [1, 2.5, 5],
    [2, 10, 10],
    [3.5, 25, 10],
    [4.9999, 39.999, 10],
    [5, 40, 4],
    [5.5, 41.5, 2],
    [6, 42, 0],
    [6.5, 42.0625, 0.25],
    [7, 42.25, 0],
    [999, 42.25, 0],
    [1e12, 42.25, 0],
  ];
  for (const [seconds, expected, rate] of table) {
    assertAlmostEquals(expectedArrivals(stages, seconds * 1000), expected, 1e-9, `Λ at ${seconds} s`);
    assertAlmostEquals(arrivalRate(stages, seconds * 1000), rate, 1e-9, `λ at ${seconds} s`);
  }
  assertEquals(maxArrivalRate(stages), 10);
  assertEquals(maxArrivalRate([]), 0);
  assertAlmostEquals(expectedArrivals(constantArrivals(500, null), HOUR_MS), 500 * 3600, 1e-6);
});

Deno.test("by any instant, the arrivals due over any split on workers are ∫ rate, to within one", () => {
  const random = seededRandom(7);
  for (let run = 0; run < 150; run++) {
    const stages: ArrivalStage[] = Array.from({ length: 1 + Math.floor(random() * 5) }, () => ({
      durationMs: random() < 0.2 ? 0 : random() * 3000,
      targetPerSecond: random() < 0.2 ? 0 : random() * 200,
    }));
    const workers = 1 + Math.floor(random() * 5);
    const users = 1 + Math.floor(random() * 9);
    // What each worker works out for itself: every arrival that is dealt to it.
    const times = Array.from({ length: workers }, (_, worker) => {
      const own = new ArrivalDeals(worker, new Heirs(workers));
      own.add({ from: 0, users });
      const mine: number[] = [];
      for (let index = own.next(0); index !== null; index = own.next(index + 1)) {
        const at = arrivalDueMs(stages, index);
        if (at === null) break;
        mine.push(at);
      }
      return mine;
    });
    times.forEach((mine) => mine.slice(1).forEach((at, index) => assert(at >= mine[index]!, "in order")));
    const totalMs = stages.reduce((sum, stage) => sum + stage.durationMs, 0);
    for (let step = 0; step <= 20; step++) {
      const atMs = totalMs * step / 20;
      const due = times.reduce((sum, mine) => sum + mine.filter((at) => at < atMs).length, 0);
      const expected = expectedArrivals(stages, atMs);
      assert(Math.abs(due - expected) <= 1 + 1e-6, `${due} of ${expected} at ${atMs}: ${JSON.stringify(stages)}`);
    }
  }
});
