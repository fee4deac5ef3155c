import { assertEquals, assertThrows } from "@std/assert";
import { readClassLoad } from "../../lib/load/class_load.ts";
import { mostUsers, shapeFor, stageAt } from "../../lib/load/shape.ts";

const NOTHING = { users: null, ratePerSecond: null, arrivalRatePerSecond: null, durationMs: null, stages: null };

Deno.test("readClassLoad() reads each form of a load", () => {
  assertEquals(readClassLoad({ users: 3, startTime: "1m", duration: 10 }), {
    ...NOTHING,
    users: 3,
    startTimeMs: 60_000,
    durationMs: 10_000,
  });
  assertEquals(readClassLoad({ arrivalRate: "30/m" }), { ...NOTHING, arrivalRatePerSecond: 0.5, startTimeMs: 0 });
  assertEquals(readClassLoad({ stages: [{ duration: 1, arrivalRate: 5 }] }).stages, {
    model: "open",
    stages: [{ durationMs: 1000, targetPerSecond: 5 }],
  });
});

for (
  const [load, problem] of [
    [5, "load is not an object, expected one with users and rate"],
    [{}, "load has none of users, arrivalRate and stages, expected one"],
    [{ user: 1 }, 'load.user is unknown, did you mean "users"?'],
    [{ users: 0 }, "load.users is 0, expected a whole number of users, 1 or more"],
    [{ users: 1e12 }, "load.users is 1000000000000, expected at most 100000000 users"],
    [{ stages: [{ duration: 0, target: 1 }] }, "load.stages have a total duration of 0"],
    [{ users: "3" }, 'load.users is "3", expected a whole number of users, 1 or more'],
    [{ arrivalRate: "x" }, 'load.arrivalRate is "x", expected a number per second'],
    [{ arrivalRate: 0 }, "load.arrivalRate is 0, too small, expected more than 0"],
    [{ arrivalRate: [] }, "load.arrivalRate is [], expected a number or a string"],
    [{ arrivalRate: 1, rate: 1 }, "load.rate is given with arrivalRate"],
    [{ users: 1, duration: "1d" }, 'load.duration is "1d", expected a number of seconds'],
    [{ users: 1, stages: [{ duration: 1, target: 1 }], duration: 1 }, "load.stages is given with duration"],
    [{ stages: [{ duration: 1, target: 1, arrivalRate: 1 }] }, "load.stages[0].target is given with arrivalRate"],
    [{ stages: [{ duration: 1, arrivalRate: -1 }] }, "load.stages[0].arrivalRate is -1, expected a number per second"],
    [{ stages: [{ duration: 1, arrivalRate: 1 }, { duration: 1 }] }, "load.stages[1].arrivalRate is missing"],
  ] as const
) {
  Deno.test(`readClassLoad() refuses ${JSON.stringify(load)}`, () => {
    assertThrows(() => readClassLoad(load), RangeError, problem);
  });
}

Deno.test("shapeFor() gives the open model users for one second, unless their number is given", () => {
  const users = (arrivalRatePerSecond: number, users: number | null = null) =>
    mostUsers(shapeFor({ ...NOTHING, arrivalRatePerSecond, users }));
  assertEquals([users(0.5), users(50.5), users(20_000), users(50, 3)], [10, 51, 1000, 3]);
  assertEquals(mostUsers(shapeFor(NOTHING)), 1);
});

Deno.test("stageAt() returns null unless there are several stages", () => {
  const closed = (...durations: number[]) => ({
    model: "closed" as const,
    stages: durations.map((durationMs) => ({ durationMs, target: 1 })),
  });
  assertEquals(stageAt(closed(0, 1000), 10), null);
  const shape = closed(1000, 0, 1000, 500);
  assertEquals([0, 999, 1000, 2000, 9999].map((ms) => stageAt(shape, ms)?.number), [1, 1, 2, 3, 3]);
  assertEquals(stageAt(shape, 0)?.count, 3);
});
