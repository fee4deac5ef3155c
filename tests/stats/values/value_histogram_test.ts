import { assert, assertEquals } from "@std/assert";
import { ValueHistogram } from "../../../lib/stats/values/value_histogram.ts";
import { seededRandom } from "../../helpers/random.ts";

/** Returns the value at a percentile by the nearest-rank rule. */
function naive(values: readonly number[], percentile: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(percentile / 100 * sorted.length - 1e-9)) - 1]!;
}

function histogramOf(values: readonly number[]): ValueHistogram {
  const histogram = new ValueHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

const PERCENTILES = [0, 1, 50, 90, 95, 99, 99.9, 100];

Deno.test("ValueHistogram is exact for whole numbers up to 256", () => {
  const values = Array.from({ length: 257 }, (_, value) => value);
  const histogram = histogramOf(values);
  for (const percentile of PERCENTILES) {
    assertEquals(histogram.percentile(percentile), naive(values, percentile), `p${percentile}`);
  }
});

Deno.test("ValueHistogram is off by at most 1/256 for values of any size", () => {
  const random = seededRandom(17);
  const values = Array.from({ length: 2000 }, () => 10 ** (random() * 24 - 12));
  const histogram = histogramOf(values);
  for (const percentile of PERCENTILES) {
    const [actual, wanted] = [histogram.percentile(percentile), naive(values, percentile)];
    assert(Math.abs(actual - wanted) <= wanted / 256, `p${percentile}: ${actual}, expected ${wanted}`);
  }
});

Deno.test("ValueHistogram has figures of 0 without values, and the value itself with one", () => {
  const empty = new ValueHistogram();
  assertEquals([empty.count, empty.mean, empty.min, empty.max, empty.percentile(50)], [0, 0, 0, 0, 0]);
  const one = histogramOf([333.25]);
  assertEquals([one.count, one.mean, one.min, one.max, one.percentile(50)], [1, 333.25, 333.25, 333.25, 333.25]);
});

Deno.test("ValueHistogram takes the least and greatest numbers there are", () => {
  const histogram = histogramOf([0, Number.MIN_VALUE, Number.MAX_VALUE]);
  assertEquals([histogram.percentile(0), histogram.max, histogram.percentile(100) > 3e38], [0, Number.MAX_VALUE, true]);
});

Deno.test("ValueHistogram merged from cloned deltas, in any order, equals one that recorded everything", () => {
  const random = seededRandom(4);
  const parts = Array.from({ length: 4 }, () => Array.from({ length: 250 }, () => Math.floor(random() * 100_000)));
  const deltas = parts.map((values) => structuredClone(histogramOf(values).takeDelta()));
  for (const ordered of [deltas, deltas.toReversed()]) {
    const merged = new ValueHistogram();
    for (const delta of ordered) merged.addDelta(delta);
    const all = histogramOf(parts.flat());
    assertEquals(merged.buckets(), all.buckets());
    assertEquals([merged.count, merged.mean, merged.min, merged.max], [all.count, all.mean, all.min, all.max]);
  }
});

Deno.test("ValueHistogram.takeDelta() starts again", () => {
  const histogram = histogramOf([1, 2]);
  assertEquals(histogram.takeDelta().count, 2);
  histogram.record(9);
  assertEquals([histogram.count, histogram.min, histogram.max, histogram.percentile(50)], [1, 9, 9, 9]);
});
