import { assert, assertEquals } from "@std/assert";
import { desiredUsers, maxTarget, nextChangeMs, type Stage, stagesFor, totalMs } from "../../lib/load/stages.ts";
import { workerOf } from "../../lib/load/shares.ts";
import { seededRandom } from "../helpers/random.ts";

const FIVE_STAGES: Stage[] = [2, 2, 4, 0, 10].map((target) => ({ durationMs: 2000, target }));

Deno.test("desiredUsers() is linear between targets, rounded up (PARITY 66)", () => {
  const table: [seconds: number, users: number | null][] = [
    [0, 0],
    [0.1, 1],
    [1, 1],
    [1.001, 2],
    [2, 2],
    [3, 2],
    [5, 3],
    [6, 4],
    [7, 2],
    [8, 0],
    [9, 5],
    [9.3, 7],
    [10, 10],
    [10.001, null],
    [999, null],
  ];
  for (const [seconds, users] of table) assertEquals(desiredUsers(FIVE_STAGES, seconds * 1000), users, `${seconds} s`);
});

Deno.test("desiredUsers() jumps at a stage of no length", () => {
  const instant = [{ durationMs: 0, target: 100 }, { durationMs: 1000, target: 100 }];
  assertEquals([0, 0.001, 1000].map((ms) => desiredUsers(instant, ms)), [100, 100, 100]);
  const late = [{ durationMs: 1000, target: 1 }, { durationMs: 0, target: 5 }, { durationMs: 1000, target: 5 }];
  assertEquals([1000, 1000.001, 2000, 2001].map((ms) => desiredUsers(late, ms)), [1, 5, 5, null]);
  assertEquals(desiredUsers([], 0), null);
});

Deno.test("stagesFor() ramps, holds, and never outlasts the duration", () => {
  const table: [users: number, rate: number | null, durationMs: number | null, total: number, most: number][] = [
    [10, null, 2000, 2000, 10],
    [10, 1, 2000, 2000, 2],
    [10, 1, 10_000, 10_000, 10],
    [10, 5, 10_000, 10_000, 10],
    [10, 5, null, Infinity, 10],
    [1, 0.1, 2000, 2000, 1],
  ];
  for (const [users, ratePerSecond, durationMs, total, most] of table) {
    const stages = stagesFor({ users, ratePerSecond, durationMs });
    assertEquals(
      [totalMs(stages), maxTarget(stages)],
      [total, most],
      JSON.stringify([users, ratePerSecond, durationMs]),
    );
  }
  assertEquals(desiredUsers(stagesFor({ users: 3, ratePerSecond: null, durationMs: null }), 1e12), 3);
});

Deno.test("nextChangeMs() starts users of a ramp evenly apart", () => {
  const stages = stagesFor({ users: 20, ratePerSecond: 10, durationMs: 60_000 });
  const starts: number[] = [];
  for (let at: number | null = 0; at !== null && starts.length < 30;) {
    at = nextChangeMs(stages, at);
    if (at !== null) starts.push(at);
  }
  assertEquals(starts.map((ms) => Math.round(ms)), Array.from({ length: 20 }, (_, index) => index * 100));
});

Deno.test("nextChangeMs() visits every value of desiredUsers() on random stages", () => {
  const random = seededRandom(1);
  for (let run = 0; run < 200; run++) {
    const stages = Array.from({ length: 1 + Math.floor(random() * 5) }, () => ({
      durationMs: random() < 0.2 ? 0 : Math.floor(random() * 5000) + 1,
      target: random() < 0.2 ? 0 : Math.floor(random() * 20),
    }));
    let users = desiredUsers(stages, 0);
    for (let at = nextChangeMs(stages, 0); at !== null; at = nextChangeMs(stages, at)) {
      const next = desiredUsers(stages, at);
      if (next === null) break;
      assert(next !== users, `no change at ${at} of ${JSON.stringify(stages)}`);
      const isJump = stages.some((stage) => stage.durationMs === 0);
      assert(isJump || Math.abs(next - users!) === 1, `${users} → ${next} at ${at} of ${JSON.stringify(stages)}`);
      users = next;
    }
    const last = stages.findLast((stage) => stage.durationMs > 0);
    if (last !== undefined) assertEquals(users, desiredUsers(stages, totalMs(stages)), JSON.stringify(stages));
  }
});

Deno.test("users started by any instant are those wanted then, over any split on workers", () => {
  const random = seededRandom(5);
  for (let run = 0; run < 100; run++) {
    const ratePerSecond = random() < 0.2 ? null : random() * 50 + 0.1;
    const stages = stagesFor({ users: 1 + Math.floor(random() * 40), ratePerSecond, durationMs: 1 + random() * 5000 });
    const workers = 1 + Math.floor(random() * 5);
    for (let step = 0; step <= 20; step++) {
      const atMs = totalMs(stages) * step / 20;
      const users = desiredUsers(stages, atMs) ?? 0;
      // What each worker starts for itself: the users whose number is its own.
      const shares = Array.from(
        { length: workers },
        (_, worker) =>
          Array.from({ length: users }, (_, user) => user).filter((user) => workerOf(user, workers) === worker).length,
      );
      assertEquals(shares.reduce((sum, share) => sum + share, 0), users);
      const expected = ratePerSecond === null
        ? maxTarget(stages)
        : Math.min(maxTarget(stages), atMs / 1000 * ratePerSecond);
      assert(Math.abs(users - expected) <= 1, `${users} of ${expected} at ${atMs}: ${JSON.stringify(stages)}`);
    }
  }
});
