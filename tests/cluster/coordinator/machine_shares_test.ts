import { assertEquals } from "@std/assert";
import { fitWorkers, splitWhole, usersOfMachines } from "../../../lib/cluster/coordinator/machine_shares.ts";
import { Heirs } from "../../../lib/load/heirs.ts";
import type { ScenarioPlan } from "../../../lib/engine/messages.ts";

Deno.test("splitWhole() gives whole parts whose sum is the number", () => {
  const cases: [number, number[], number[]][] = [
    [10_000, [3, 2, 2], [4286, 2857, 2857]],
    [10, [1, 1, 1], [3, 4, 3]],
    [2, [1, 1, 1], [1, 0, 1]],
    [7, [0, 0], [4, 3]],
    [5, [0, 1], [0, 5]],
    [0, [1, 2], [0, 0]],
  ];
  for (const [total, weights, expected] of cases) assertEquals(splitWhole(total, weights), expected);
});

Deno.test("splitWhole() keeps the sum for any weights", () => {
  for (let total = 0; total < 200; total++) {
    const weights = Array.from({ length: 1 + total % 9 }, (_, index) => (total * 7 + index * 13) % 11);
    const parts = splitWhole(total, weights);
    assertEquals(parts.reduce((sum, one) => sum + one, 0), total);
    assertEquals(parts.every((one) => one >= 0), true, `${total} by ${weights}: ${parts}`);
  }
});

Deno.test("fitWorkers() takes workers from the largest machines until no more are left than wanted", () => {
  assertEquals(fitWorkers([8, 2, 2], 7), [3, 2, 2]);
  assertEquals(fitWorkers([2, 2, 2], 2), [1, 1, 0]);
  assertEquals(fitWorkers([2, 2], 9), [2, 2]);
});

Deno.test("usersOfMachines() counts the users of each machine's workers", () => {
  const plan = {
    ...{ type: "plan" as const, scenario: 0, startMs: 0, extraUsers: 0, deal: null },
    shape: { model: "closed" as const, stages: [{ durationMs: 1000, target: 7 }] },
  };
  const scenarios: ScenarioPlan[] = [{ classes: [0], capacity: Infinity, plan }];
  const users = usersOfMachines([2, 1, 1], scenarios, new Heirs(4));
  assertEquals(users.reduce((sum, one) => sum + one, 0), 7);
  assertEquals(Math.max(...users.slice(1)) - Math.min(...users.slice(1)) <= 1, true);
});
