import { assertAlmostEquals, assertEquals } from "@std/assert";
import { RunShares, type SharedLoad } from "../../../lib/cluster/coordinator/run_shares.ts";

/** Users of the closed model on machines with so many workers each. */
function sharedLoad(
  workers: readonly number[],
  { users = 12, iterations = null, cap = null }: { users?: number; iterations?: number | null; cap?: number | null },
): SharedLoad {
  const plan = {
    ...{ type: "plan" as const, scenario: 0, startMs: 0, extraUsers: 0, deal: null },
    shape: { model: "closed" as const, stages: [{ durationMs: 1000, target: users }] },
  };
  return { workers, scenarios: [{ classes: [0], capacity: Infinity, plan }], iterations, maxRequestsPerSecond: cap };
}

Deno.test("RunShares deals what a lost machine leaves to the others: workers' users, iterations, the cap", () => {
  const shares = new RunShares(sharedLoad([1, 2, 1], { iterations: 1000, cap: 60 }));
  const parts = [0, 1, 2].map((machine) => shares.partOf(machine));
  assertEquals(parts.map(({ first, iterations, isFinal }) => [first, iterations, isFinal]), [
    [0, 250, false],
    [1, 500, false],
    [3, 250, false],
  ]);
  assertEquals(parts.map(({ maxRequestsPerSecond }) => maxRequestsPerSecond), [15, 30, 15]);

  const left = shares.lose(1, 100);
  assertEquals([...left.keys()], [0, 2]);
  assertEquals([...left.values()].map(({ iterations, lost }) => [iterations, lost]), [[450, [1, 2]], [450, [1, 2]]]);
  for (const { maxRequestsPerSecond } of left.values()) assertAlmostEquals(maxRequestsPerSecond!, 30);
});

Deno.test("RunShares lets no machine end before all have done their iterations, or only one is left", () => {
  const shares = new RunShares(sharedLoad([1, 1, 1], { iterations: 30 }));
  assertEquals(shares.settle([10, 10, 9]), null);
  assertEquals([...shares.lose(2, 9).values()].map(({ iterations, isFinal }) => [iterations, isFinal]), [
    [11, false],
    [10, false],
  ]);
  assertEquals([...shares.settle([11, 10, 9])!.values()].map(({ isFinal }) => isFinal), [true, true]);
  assertEquals(shares.settle([11, 10, 9]), null);

  const two = new RunShares(sharedLoad([1, 1], { iterations: 30 }));
  assertEquals([...two.lose(0, 3).values()].map(({ iterations, isFinal }) => [iterations, isFinal]), [[27, true]]);
  two.lose(1, 5);
  assertEquals(two.undone, 22);
  assertEquals(new RunShares(sharedLoad([1], { iterations: 30 })).partOf(0).isFinal, true);
});

Deno.test("RunShares keeps the sum of iterations for any losses", () => {
  const shares = new RunShares(sharedLoad([3, 1, 2, 2], { users: 7, iterations: 1001 }));
  const limits = [0, 1, 2, 3].map((machine) => shares.partOf(machine).iterations!);
  for (const [machine, ended] of [[2, 17], [0, 100], [3, 1]] as const) {
    for (const [one, share] of shares.lose(machine, ended)) limits[one] = share.iterations!;
    limits[machine] = ended;
    assertEquals(limits.reduce((sum, one) => sum + one), 1001);
  }
});

Deno.test("RunShares spaces the instants of the cap evenly over machines with equal shares", () => {
  const shares = new RunShares(sharedLoad([2, 2, 2], { cap: 200 }));
  const instants = [0, 1, 2].flatMap((machine) => {
    const { firstTurnMs, maxRequestsPerSecond } = shares.partOf(machine);
    return [0, 1, 2].map((request) => firstTurnMs + request * 1000 / maxRequestsPerSecond!);
  });
  assertEquals(instants.toSorted((a, b) => a - b).map((ms) => Math.round(ms)), [0, 5, 10, 15, 20, 25, 30, 35, 40]);
  assertEquals(new RunShares(sharedLoad([1, 1], {})).partOf(1).firstTurnMs, 0);
});
