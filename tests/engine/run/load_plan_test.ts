import { assertEquals } from "@std/assert";
import { LoadPlan } from "../../../lib/engine/run/load_plan.ts";
import type { LoadShape } from "../../../lib/load/shape.ts";

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

Deno.test("LoadPlan.addUsers() leaves the first scenario a user, however many the others have", () => {
  const plan = planOf(hold(5), hold(100));
  plan.addUsers(-10, 2000);
  assertEquals([plan.desired(2000), plan.first.extraUsers], [101, -4]);
  plan.addUsers(1, 2000);
  assertEquals(plan.desired(2000), 102, "the first key press back counts");
});

Deno.test("LoadPlan.mostUsers remembers users that were added and taken away again", () => {
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
