import { assert, assertEquals, assertThrows } from "@std/assert";
import { Histogram } from "../../lib/stats/histogram.ts";
import { seededRandom } from "../helpers/random.ts";

const PERCENTILES = [0, 0.1, 1, 10, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100];

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  values.forEach((value) => histogram.record(value));
  return histogram;
}

/** The naive reference: nearest rank in the sorted values. */
function truth(sorted: readonly number[], percentile: number): number {
  const rank = Math.max(1, Math.ceil(Number((percentile / 100 * sorted.length).toFixed(6))));
  return sorted[rank - 1]!;
}

/** Values distributed evenly over the powers of ten, from 1 µs to 1,000 s. */
function logUniform(count: number, seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => Math.round(10 ** (random() * 9)));
}

function state(histogram: Histogram): unknown {
  const { count, sumUs, minUs, maxUs } = histogram;
  return { count, sumUs, minUs, maxUs, buckets: [...histogram.buckets()] };
}

Deno.test("Histogram gives percentiles within 1 % of the sorted truth over nine decades", () => {
  for (const [count, seed] of [[1, 1], [2, 2], [10, 3], [101, 4], [1000, 5], [20_000, 6]] as const) {
    const values = logUniform(count, seed);
    const histogram = histogramOf(values);
    const sorted = values.toSorted((a, b) => a - b);
    for (const percentile of PERCENTILES) {
      const expected = truth(sorted, percentile);
      const actual = histogram.percentileUs(percentile);
      assert(Math.abs(actual - expected) <= expected * 0.01, `p${percentile} of ${count}: ${actual} for ${expected}`);
    }
  }
});

Deno.test("Histogram keeps count, sum, min and max exactly", () => {
  const values = logUniform(5000, 7);
  const histogram = histogramOf(values);
  assertEquals(histogram.count, 5000);
  assertEquals(histogram.sumUs, values.reduce((sum, value) => sum + value, 0));
  assertEquals(histogram.minUs, Math.min(...values));
  assertEquals(histogram.maxUs, Math.max(...values));
  assertEquals(histogram.percentileUs(100), Math.max(...values));
});

Deno.test("Histogram without values has only zeros, with one value only that value", () => {
  const empty = new Histogram();
  assertEquals([empty.count, empty.meanUs, empty.minUs, empty.maxUs], [0, 0, 0, 0]);
  assertEquals(empty.percentilesUs(PERCENTILES), PERCENTILES.map(() => 0));
  const one = histogramOf([123_457]);
  assertEquals(one.percentilesUs(PERCENTILES), PERCENTILES.map(() => 123_457));
  assertEquals(one.meanUs, 123_457);
});

Deno.test("Histogram accepts negative, NaN and huge values", () => {
  const histogram = histogramOf([-5, NaN, 0.4, 0.6, 2 ** 40, 2 ** 52]);
  assertEquals([histogram.count, histogram.minUs, histogram.maxUs], [6, 0, 2 ** 52]);
  assertEquals(histogram.percentileUs(50), 0);
  assert(Number.isFinite(histogram.percentileUs(90)));
});

Deno.test("Histogram buckets contain their limits and have no gaps", () => {
  for (let exponent = 0; exponent < 40; exponent++) {
    for (const value of [2 ** exponent - 1, 2 ** exponent, 2 ** exponent + 1]) {
      const [bucket] = histogramOf([value]).buckets();
      assert(bucket!.lowerUs <= value && value < bucket!.upperUs, `${value} in ${JSON.stringify(bucket)}`);
      const [next] = histogramOf([bucket!.upperUs]).buckets();
      assertEquals(next!.lowerUs, bucket!.upperUs);
      assert(value < 128 || (bucket!.upperUs - bucket!.lowerUs) / bucket!.lowerUs <= 1 / 64);
    }
  }
});

Deno.test("merge() is associative, commutative and equal to recording everything in one", () => {
  const [a, b, c] = [logUniform(300, 8), logUniform(200, 9), logUniform(1, 10)] as const;
  const merged = (...parts: Histogram[]) => {
    const sum = new Histogram();
    parts.forEach((part) => sum.merge(part));
    return sum;
  };
  const [ha, hb, hc] = [histogramOf(a), histogramOf(b), histogramOf(c)];
  const all = state(histogramOf([...a, ...b, ...c]));
  assertEquals(state(merged(merged(ha, hb), hc)), all);
  assertEquals(state(merged(ha, merged(hb, hc))), all);
  assertEquals(state(merged(hc, hb, ha)), all);
  assertEquals(state(merged(ha, new Histogram())), state(ha));
});

Deno.test("takeDelta() and addDelta() transfer each value once, through a structured clone", () => {
  const values = logUniform(1000, 11);
  const source = new Histogram();
  const sum = new Histogram();
  values.forEach((value, index) => {
    source.record(value);
    if (index % 97 === 0) sum.addDelta(structuredClone(source.takeDelta()));
  });
  sum.addDelta(source.takeDelta());
  sum.addDelta(source.takeDelta());
  assertEquals(state(sum), state(histogramOf(values)));
  assertEquals(source.count, 0);
});

Deno.test("percentilesUs() throws for values outside 0–100", () => {
  for (const percentile of [-1, 101, NaN]) assertThrows(() => new Histogram().percentileUs(percentile), RangeError);
});

Deno.test("remove() and subtract() leave the other values", () => {
  const [all, some] = [new Histogram(), new Histogram()];
  for (const us of [5, 700, 90_000]) all.record(us);
  all.remove(700);
  assertEquals([all.count, all.sumUs, [...all.buckets()].length], [2, 90_005, 2]);
  some.record(90_000);
  all.subtract(some);
  assertEquals([all.count, all.sumUs, [...all.buckets()].length, all.isChanged], [1, 5, 1, true]);
  assertEquals(new Histogram().isChanged, false);
});
