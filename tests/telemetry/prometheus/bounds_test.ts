import { assert, assertEquals } from "@std/assert";
import { NUMBER_BOUNDS, TIME_BOUNDS } from "../../../lib/telemetry/prometheus/bounds.ts";
import { cumulativeCounts, nativeCounts } from "../../../lib/telemetry/prometheus/counting.ts";
import { Histogram } from "../../../lib/stats/histogram.ts";
import type { HistogramFigures } from "../../../lib/telemetry/measurements.ts";
import { seededRandom } from "../../helpers/random.ts";

const SCHEMA = 5;
const PERCENTILES = [1, 25, 50, 90, 95, 99, 99.9];

function widest(bounds: readonly number[]): number {
  return Math.max(...bounds.slice(1).map((bound, index) => bound / bounds[index]! - 1));
}

Deno.test("TIME_BOUNDS differ by less than 5 % from 256 µs to a minute, NUMBER_BOUNDS by a quarter", () => {
  assertEquals([TIME_BOUNDS.length, TIME_BOUNDS[0], TIME_BOUNDS.at(-1)], [289, 0.000256, 67.108864]);
  assertEquals([NUMBER_BOUNDS.length, NUMBER_BOUNDS[0], NUMBER_BOUNDS.at(-1)], [161, 2 ** -10, 2 ** 30]);
  assert(widest(TIME_BOUNDS) < 0.05, String(widest(TIME_BOUNDS)));
  assertEquals(widest(NUMBER_BOUNDS), 0.25);
});

/** Returns the quantile as Prometheus does: linear in the bucket that holds the rank. */
function quantile(percentile: number, buckets: readonly (readonly [lower: number, upper: number, count: number])[]) {
  const total = buckets.reduce((sum, [, , count]) => sum + count, 0);
  let left = percentile / 100 * total;
  for (const [lower, upper, count] of buckets) {
    if (count > 0 && left <= count) return lower + (upper - lower) * left / count;
    left -= count;
  }
  return NaN;
}

function classic(figures: HistogramFigures) {
  const sums = cumulativeCounts(figures, TIME_BOUNDS);
  return TIME_BOUNDS.map((bound, index) =>
    [TIME_BOUNDS[index - 1] ?? 0, bound, sums[index]! - (sums[index - 1] ?? 0)] as const
  );
}

function native(figures: HistogramFigures) {
  const edge = (index: number) => 2 ** (index / 2 ** SCHEMA);
  return [...nativeCounts(figures, SCHEMA).counts].map(([index, count]) =>
    [edge(index - 1), edge(index), count] as const
  );
}

Deno.test("quantiles of classic and native buckets are within 5 % of the true ones", () => {
  const random = seededRandom(7);
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const cases: Readonly<Record<string, () => number>> = {
    constant: () => 37.3,
    uniform: () => 1 + 500 * random(),
    "log-normal": () => 20 * Math.exp(gauss()),
    "two humps": () => random() < 0.9 ? 0.4 + 0.1 * random() : 3000 + 200 * random(),
  };
  for (const [name, draw] of Object.entries(cases)) {
    const times = Array.from({ length: 5000 }, draw);
    const histogram = new Histogram();
    times.forEach((ms) => histogram.record(ms * 1000));
    const values = [...histogram.buckets()].map(({ lowerUs, upperUs, count }) =>
      [(lowerUs + upperUs) / 2e6, count] as const
    );
    const figures = { count: histogram.count, sum: 0, min: 0, max: 0, values };
    const sorted = times.toSorted((a, b) => a - b);
    for (const percentile of PERCENTILES) {
      const exact = sorted[Math.ceil(percentile / 100 * sorted.length) - 1]! / 1000;
      for (const buckets of [classic(figures), native(figures)]) {
        const error = quantile(percentile, buckets) / exact - 1;
        assert(Math.abs(error) < 0.05, `p${percentile} of ${name}: ${error}`);
      }
    }
  }
});

Deno.test("nativeCounts() puts a power of the base into the bucket that it ends, and zeros apart", () => {
  const values = [[0, 2], [0.5, 1], [1, 3], [1.01, 4]] as const;
  const { zeros, counts } = nativeCounts({ count: 10, sum: 0, min: 0, max: 0, values }, 3);
  assertEquals([zeros, [...counts]], [2, [[-8, 1], [0, 3], [1, 4]]]);
});
