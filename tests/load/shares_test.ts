import { assert, assertEquals, assertThrows } from "@std/assert";
import { assignClasses, capacityOf, placeOf, shareOf, workerOf } from "../../lib/load/shares.ts";

const share = (weight: number, fixedCount?: number) => ({ weight, fixedCount });
const countOf = (list: readonly number[], value: number) => list.filter((one) => one === value).length;

Deno.test("workerOf() shares users without loss, to within one (PARITY 41)", () => {
  for (const workers of [1, 2, 3, 4, 7]) {
    for (const users of [0, 1, 2, 3, 10, 99, 100]) {
      const shares = Array.from({ length: users }, (_, user) => workerOf(user, workers));
      const counts = Array.from({ length: workers }, (_, worker) => countOf(shares, worker));
      assertEquals(counts.reduce((sum, count) => sum + count, 0), users);
      assert(Math.max(...counts) - Math.min(...counts) <= 1, `${users} over ${workers}: ${counts}`);
      assertEquals(counts.map((_, worker) => shareOf(worker, workers, users)), counts);
    }
  }
});

Deno.test("placeOf() is the inverse of workerOf()", () => {
  for (const workers of [1, 2, 3, 4, 7]) {
    for (let user = 0; user < 100; user++) {
      assertEquals(placeOf(workerOf(user, workers), workers, Math.floor(user / workers)), user % workers);
    }
  }
});

Deno.test("assignClasses() follows the weights within one user at every prefix", () => {
  for (const weights of [[3, 1], [1, 1], [5, 2, 1], [0.5, 0.25], [1, 0, 1]]) {
    const assigned = assignClasses(weights.map((weight) => share(weight)), 100);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    for (let users = 1; users <= 100; users++) {
      weights.forEach((weight, index) => {
        const count = countOf(assigned.slice(0, users), index);
        assert(Math.abs(count - users * weight / sum) <= 1, `${weights}: ${count} of ${users} in class ${index}`);
      });
    }
  }
});

Deno.test("assignClasses() takes fixedCount first, and does not depend on the total", () => {
  const classes = [share(1), share(1, 2), share(3)];
  const assigned = assignClasses(classes, 10);
  assertEquals([0, 1, 2].map((index) => countOf(assigned, index)), [2, 2, 6]);
  assertEquals(assigned.slice(0, 2), [1, 1]);
  assertEquals(assignClasses(classes, 5), assigned.slice(0, 5));
});

Deno.test("assignClasses() puts alternating classes on every worker", () => {
  const assigned = assignClasses([share(1), share(1)], 40);
  for (const worker of [0, 1]) {
    const mine = assigned.filter((_, user) => workerOf(user, 2) === worker);
    assertEquals([countOf(mine, 0), countOf(mine, 1)], [10, 10]);
  }
});

Deno.test("assignClasses() refuses users that no class takes", () => {
  assertThrows(() => assignClasses([share(0)], 1), RangeError, "no class has a weight");
  assertEquals(assignClasses([share(0, 1)], 1), [0]);
});

Deno.test("capacityOf() adds up fixed counts if no class has a weight", () => {
  assertEquals(capacityOf([share(1, 2), share(1, 3)]), 5);
  assertEquals(capacityOf([share(1, 2), share(0.1)]), Infinity);
  assertEquals(capacityOf([share(0, 2), share(0)]), 2);
  assertEquals(capacityOf([share(0), share(0)]), 0);
});
