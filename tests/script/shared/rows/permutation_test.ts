import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { orderKey, shuffledIndex } from "../../../../lib/script/shared/rows/permutation.ts";

const order = (length: number, key: number) => Array.from({ length }, (_, index) => shuffledIndex(index, length, key));

Deno.test("shuffledIndex() returns each index once, for every length and key", () => {
  for (const length of [1, 2, 3, 4, 5, 7, 16, 17, 63, 64, 65, 255, 256, 257, 1000, 4097]) {
    for (const key of [0, 1, -1, 123_456_789, orderKey(1, 0)]) {
      const places = order(length, key);
      assertEquals(places.toSorted((a, b) => a - b), Array.from({ length }, (_, index) => index), `${length}, ${key}`);
    }
  }
});

Deno.test("shuffledIndex() stays in range for lengths up to 2^32", () => {
  for (const length of [2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32]) {
    const places = Array.from({ length: 1000 }, (_, index) => shuffledIndex(length - 1 - index, length, 5));
    assertEquals(places.filter((place) => !(Number.isInteger(place) && place >= 0 && place < length)), []);
    assertEquals(new Set(places).size, 1000);
  }
});

Deno.test("shuffledIndex() is close to random: neighbors are far apart, and all places are about equally likely", () => {
  const places = order(10_000, orderKey(1, 0));
  const steps = places.slice(1).map((place, index) => Math.abs(place - places[index]!));
  const meanStep = steps.reduce((sum, step) => sum + step) / steps.length;
  assert(meanStep > 3000 && meanStep < 3700, `mean step ${meanStep}, expected a third of 10,000`);
  const counts = new Array<number>(10).fill(0);
  for (let seed = 0; seed < 5000; seed++) counts[shuffledIndex(0, 10, orderKey(seed, 0))]!++;
  // 500 each on average, standard deviation 21.
  assert(counts.every((count) => count > 390 && count < 610), counts.join());
});

Deno.test("orderKey() differs for each seed and pass", () => {
  assertEquals(orderKey(1, 0), orderKey(1, 0));
  const keys = [
    orderKey(1, 0),
    orderKey(1, 1),
    orderKey(0, 1),
    orderKey(2, 0),
    orderKey(2 ** 32 + 1, 0),
    orderKey(-1, 0),
  ];
  assertEquals(new Set(keys).size, keys.length);
  assertNotEquals(order(100, orderKey(1, 0)), order(100, orderKey(1, 1)));
});
