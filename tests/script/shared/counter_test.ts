import { assertEquals, assertThrows } from "@std/assert";
import { SharedCounter } from "../../../lib/script/shared/counter.ts";
import { shared } from "../../../lib/script/shared/shared.ts";
import { createSharedMemory, SharedTable } from "../../../lib/script/shared/shared_table.ts";
import { inThreads } from "../../helpers/runs/shared_workers.ts";

Deno.test("SharedCounter adds integers of either sign, beyond 32 bits", () => {
  const counter = new SharedCounter("c", new SharedTable(createSharedMemory()));
  assertEquals([counter.value, counter.add(), counter.add(5), counter.add(-8), counter.value], [0, 1, 6, -2, -2]);
  assertEquals([counter.add(2 ** 53 - 1), counter.add(1), counter.add(-(2 ** 52))], [
    2 ** 53 - 3,
    2 ** 53 - 2,
    2 ** 52 - 2,
  ]);
  for (const by of [0.5, NaN, Infinity, 2 ** 53]) {
    assertThrows(() => counter.add(by), RangeError, `Cannot add ${by} to counter "c": expected a whole number`);
  }
});

Deno.test("SharedCounter.add() on several threads returns each value once", async () => {
  const memory = createSharedMemory();
  const returned = await inThreads<number[]>(4, memory, "count", 20_000);
  assertEquals(returned.flat().sort((a, b) => a - b), Array.from({ length: 80_000 }, (_, index) => index + 1));
  assertEquals(new SharedCounter("c", new SharedTable(memory)).value, 80_000);
});

Deno.test("shared.counter() works outside of a run, with one value per name", () => {
  shared.counter("alone").add(2);
  assertEquals([shared.counter("alone").add(), shared.counter("other").value], [3, 0]);
});
