import { assertAlmostEquals, assertEquals } from "@std/assert";
import { LoadPlan } from "../../../../lib/engine/run/plan/load_plan.ts";
import type { LoadShape } from "../../../../lib/load/shape.ts";

const hold = (users: number): LoadShape => ({
  model: "closed",
  stages: [{ durationMs: 0, target: users }, { durationMs: 10_000, target: users }],
});

function planOf(...shapes: LoadShape[]): LoadPlan {
  const plan = new LoadPlan(
    shapes.map((shape, index) => ({ classes: [index], startTimeMs: 0, shape, capacity: Infinity })),
  );
  plan.startAt(1000);
  return plan;
}

Deno.test("LoadPlan.addUsers() leaves the first scenario one user, for any number of others", () => {
  const plan = planOf(hold(5), hold(100));
  plan.addUsers(-10, 2000);
  assertEquals([plan.desired(2000), plan.first.extraUsers], [101, -4]);
  plan.addUsers(1, 2000);
  assertEquals(plan.desired(2000), 102, "the first key press back counts");
});

Deno.test("LoadPlan.mostUsers includes users that were added and removed again", () => {
  const plan = planOf(hold(5), hold(100));
  assertEquals(plan.mostUsers, 105);
  plan.addUsers(10, 2000);
  plan.addUsers(-10, 3000);
  assertEquals([plan.desired(3000), plan.mostUsers], [105, 115]);
});

Deno.test("LoadPlan asks for no more users than classes of fixedCount take, by shape, by key or by code", () => {
  const plan = new LoadPlan([{ classes: [0], startTimeMs: 0, shape: hold(5), capacity: 3 }]);
  plan.startAt(1000);
  assertEquals([plan.desired(2000), plan.mostUsers], [3, 3]);
  plan.addUsers(1, 2000);
  assertEquals([plan.desired(2000), plan.mostUsers, plan.first.extraUsers], [3, 3, 0]);
  assertEquals(plan.change(10, 1, 2000), 0, "they are there already");
  assertEquals([plan.desired(2000), plan.mostUsers], [3, 3]);
});

const arrivals = (perSecond: number, durationMs: number): LoadShape => ({
  model: "open",
  mostUsers: 10,
  stages: [{ durationMs: 0, targetPerSecond: perSecond }, { durationMs, targetPerSecond: perSecond }],
});

Deno.test("LoadPlan.changeArrivals() leaves what was due before as it was, and ends when it would have", () => {
  const plan = planOf(arrivals(10, 10_000));
  const before = plan.askedArrivals(3000)!;
  assertEquals(plan.changeArrivals(50, 3000), true);
  assertEquals([plan.askedArrivals(3000), plan.askedRate(3000), plan.askedRate(3250)], [before, 10, 50]);
  assertAlmostEquals(plan.askedArrivals(4250)! - plan.askedArrivals(3250)!, 50, 1e-6);
  assertEquals([plan.plannedMs, plan.askedRate(10_999), plan.askedRate(11_000)], [10_000, 50, 0]);
});

Deno.test("LoadPlan.changeArrivals() changes a rate without an end, to nothing and back", () => {
  const plan = planOf(arrivals(10, Infinity));
  plan.changeArrivals(0, 2000);
  assertEquals([plan.askedRate(2251), plan.askedArrivals(100_000)], [0, plan.askedArrivals(2250)]);
  plan.changeArrivals(7, 100_000);
  assertEquals(plan.askedRate(200_000), 7);
});

Deno.test("LoadPlan.changeArrivals() leaves a load of users alone", () => {
  const plan = planOf(hold(5));
  assertEquals([plan.changeArrivals(50, 3000), plan.first.shape.model], [false, "closed"]);
});
