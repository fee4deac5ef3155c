import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { PacePlan, phaseOf } from "../../lib/load/pace_plan.ts";
import { seededRandom } from "../helpers/random.ts";

Deno.test("PacePlan keeps its distances for iterations of up to a period", () => {
  const plan = new PacePlan(100, 0);
  const table: [endMs: number, dueMs: number][] = [
    [1010, 1100],
    [1199.9, 1200],
    [1200, 1300],
    [1350, 1400], // late itself, the next one is in time again
    [1499, 1500],
    [1650, 1600], // behind by less than a period: at once, and the plan stays
    [1660, 1700],
    [1999, 1900], // behind by more: what was missed in between is skipped
    [2000, 2000],
    [2001, 2100],
    [9_999_999, 9_999_900],
    [9_999_999, 10_000_000],
  ];
  assertEquals(plan.begin(1000), 1000);
  for (const [endMs, dueMs] of table) assertAlmostEquals(plan.next(endMs), dueMs, 1e-6, `after ${endMs}`);
});

Deno.test("PacePlan's mean distance is exact with random work below its period", () => {
  const random = seededRandom(3);
  const plan = new PacePlan(100, 0.25);
  let now = plan.begin(0);
  assertEquals(now, 25);
  const starts = [now];
  while (starts.length < 1001) {
    now = Math.max(plan.next(now + random() * 100), now);
    starts.push(now);
  }
  assertAlmostEquals((starts.at(-1)! - starts[0]!) / 1000, 100, 1e-9);
});

Deno.test("phaseOf() spreads any number of users over the period", () => {
  for (const users of [2, 3, 7, 20, 100, 1000]) {
    const phases = Array.from({ length: users }, (_, user) => phaseOf(user)).toSorted();
    const gaps = phases.map((phase, index) => (phases[index + 1] ?? 1 + phases[0]!) - phase);
    assert(Math.max(...gaps) <= 2.7 / users, `${users}: ${Math.max(...gaps) * users}`); // three-gap theorem: below 1 + φ
    assert(Math.min(...gaps) >= 0.3 / users, `${users}: ${Math.min(...gaps) * users}`);
  }
});
