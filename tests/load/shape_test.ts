import { assertEquals } from "@std/assert";
import { cutShape, shapeFor } from "../../lib/load/shape.ts";

const WISHES = { users: null, ratePerSecond: null, arrivalRatePerSecond: null, durationMs: null, stages: null };

Deno.test("cutShape() ends a load at an instant, a ramp at what it has reached", () => {
  const closed = shapeFor({
    ...WISHES,
    stages: { model: "closed", stages: [{ durationMs: 0, target: 2 }, { durationMs: 1000, target: 10 }] },
  });
  assertEquals(cutShape(closed, 1000), closed);
  assertEquals(cutShape(closed, 250).stages, [{ durationMs: 0, target: 2 }, { durationMs: 250, target: 4 }]);
  const stages = [{ durationMs: 100, targetPerSecond: 10 }, { durationMs: 100, targetPerSecond: 0 }];
  const open = shapeFor({ ...WISHES, stages: { model: "open", stages } });
  assertEquals(cutShape(open, 50).stages, [{ durationMs: 50, targetPerSecond: 5 }]);
  assertEquals(cutShape(open, 100).stages, stages.slice(0, 1));
  assertEquals(cutShape(open, 175).stages, [stages[0]!, { durationMs: 75, targetPerSecond: 2.5 }]);
});

Deno.test("cutShape() ends loads without an end at their full size", () => {
  const users = shapeFor({ ...WISHES, users: 7 });
  assertEquals(cutShape(users, 250).stages, [{ durationMs: 0, target: 7 }, { durationMs: 250, target: 7 }]);
  const arrivals = shapeFor({ ...WISHES, arrivalRatePerSecond: 5 });
  assertEquals(cutShape(arrivals, 250).stages.at(-1), { durationMs: 250, targetPerSecond: 5 });
});
