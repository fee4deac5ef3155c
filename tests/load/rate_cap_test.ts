import { assert, assertEquals } from "@std/assert";
import { createCapClock, RateCap } from "../../lib/load/rate_cap.ts";

Deno.test("RateCap grants instants a period apart, over any number of workers", () => {
  for (const workers of [1, 2, 4]) {
    const clock = createCapClock();
    const caps = Array.from({ length: workers }, () => new RateCap(clock, 1000, 250));
    const taken = Array.from({ length: 1000 }, (_, index) => caps[index % workers]!.take(1000));
    assertEquals(taken.map((ms) => Math.round(ms * 1000)), Array.from({ length: 1000 }, (_, at) => 1e6 + at * 4000));
  }
});

Deno.test("RateCap makes up for a late timer, but not for idle time", () => {
  const cap = new RateCap(createCapClock(), 0, 1000);
  assertEquals(cap.take(0), 0);
  assertEquals([cap.take(4), cap.take(4), cap.take(4), cap.take(4)], [1, 2, 3, 4]);
  const afterIdle = Array.from({ length: 1020 }, () => cap.take(60_000));
  assertEquals([afterIdle[0], afterIdle[5]], [59_990, 59_995]);
  assert(afterIdle.filter((ms) => ms < 61_000).length <= 1010);
});

Deno.test("RateCap is exact at rates that do not divide a second", () => {
  for (const perSecond of [0.5, 3, 7.3, 333.33, 15_000]) {
    const cap = new RateCap(createCapClock(), 0, perSecond);
    let last = 0;
    for (let count = 0; count <= 3000; count++) last = cap.take(0);
    assert(Math.abs(last / (3000 / perSecond * 1000) - 1) < 1e-4, `${perSecond}: ${last}`);
  }
});

Deno.test("RateCap by instants: even while it is used, nothing saved up, slow and fast rates", () => {
  const table: [perSecond: number, calls: [atMs: number, dueMs: number][]][] = [
    [10, [[0, 0], [0, 100], [0, 200], [150, 300], [1000, 990], [1000, 1090], [1000, 1190]]],
    [0.5, [[0, 0], [0, 2000], [10_000, 9990], [10_000, 11_990]]],
    [2.5, [[1, 0], [1, 400], [399, 800], [1e12, 1e12 - 10], [1e12, 1e12 + 390]]],
    [1000, [[60, 50], [99, 89], [5000, 4990], [5000, 4991], [5000.5, 4992]]],
  ];
  for (const [perSecond, calls] of table) {
    const cap = new RateCap(createCapClock(), 0, perSecond);
    for (const [atMs, dueMs] of calls) {
      assert(Math.abs(cap.take(atMs) - dueMs) < 1e-3, `${perSecond}/s at ${atMs}, expected ${dueMs}`);
    }
  }
});
