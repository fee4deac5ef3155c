/** Figures of simulated runs. */

import type { RunFigures, RunRow } from "../../../lib/report/compare/run_file.ts";
import { Histogram } from "../../../lib/stats/histogram.ts";
import { seededRandom } from "../random.ts";

/** What a simulated run is like. */
export interface SimulatedRun {
  readonly seed: number;
  /** Length in seconds. @default 30 */
  readonly seconds?: number;
  /** Requests per second of each row. @default 200 */
  readonly perSecond?: number;
  /** Factor on all times of the row `GET /slow`. @default 1 */
  readonly factor?: number;
  /** Seconds in which the machine stalls, so that all takes ten times as long. @default none */
  readonly stalls?: readonly number[];
  /** Probability of a failure in `GET /slow`, 0–1. @default 0 */
  readonly failureRatio?: number;
  readonly options?: Readonly<Record<string, unknown>>;
}

/**
 * Returns a run with the rows `GET /slow` and `GET /other`. Times are log-normal around 20 ms with a long tail (σ 0.5),
 * and their level drifts: neighbouring seconds are alike.
 */
export function simulatedRun(run: SimulatedRun): RunFigures {
  const random = seededRandom(run.seed);
  const slow = simulatedRow("/slow", run, random);
  const other = simulatedRow("/other", { ...run, factor: 1, failureRatio: 0 }, random);
  return {
    subject: "test.ts",
    rows: [slow, other],
    total: { ...other, method: "", name: "Total" },
    options: { users: 10, workers: 2, ...run.options },
    isOpen: false,
  };
}

function simulatedRow(name: string, run: SimulatedRun, random: () => number): RunRow {
  const { seconds = 30, perSecond = 200, factor = 1, failureRatio = 0, stalls = [] } = run;
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const all = new Histogram();
  const lists = { endMs: [], counts: [], failures: [], meanMs: [], p50Ms: [], p95Ms: [], p99Ms: [] } as Record<
    string,
    number[]
  >;
  let [drift, failed] = [0, 0];
  for (let second = 1; second <= seconds; second++) {
    drift = 0.6 * drift + 0.02 * normal();
    const histogram = new Histogram();
    const stall = stalls.includes(second) ? 10 : 1;
    let failures = 0;
    for (let count = 0; count < perSecond; count++) {
      histogram.record(20_000 * factor * stall * Math.exp(drift + 0.5 * normal()));
      if (random() < failureRatio) failures++;
    }
    all.merge(histogram);
    failed += failures;
    const [p50, p95, p99] = histogram.percentilesUs([50, 95, 99]).map((us) => us / 1000);
    const values = { endMs: second * 1000, counts: perSecond, failures, meanMs: histogram.meanUs / 1000 };
    for (const [key, value] of Object.entries({ ...values, p50Ms: p50!, p95Ms: p95!, p99Ms: p99! })) {
      lists[key]!.push(value);
    }
  }
  const key = { method: "GET", name, userClass: "", inTotal: true };
  const [p50Ms, p95Ms] = all.percentilesUs([50, 95]).map((us) => us / 1000) as [number, number];
  const figures = { count: all.count, failureRatio: failed / all.count, meanMs: all.meanUs / 1000, p50Ms, p95Ms };
  return {
    ...key,
    ...figures,
    ratePerSecond: perSecond,
    history: { ...key, ...lists } as unknown as RunRow["history"],
  };
}
