// What is asked of these figures.

import { type Field, type Ratio, ratio } from "./medians.ts";
import type { ScenarioResult } from "./scenarios.ts";
import type { ScheduleResult } from "./schedule.ts";
import type { SoakResult } from "./soak.ts";
import type { StartsResult } from "./starts.ts";

/** One of them. */
export interface Target {
  readonly text: string;
  readonly verdict: "pass" | "fail" | "no data";
  readonly actual: string;
}

/** A bound on the ratio of ours to a peer's. */
interface Bound {
  readonly peer: string;
  readonly field: Field;
  readonly least?: number;
  readonly most?: number;
}

const NAMES: Partial<Record<Field, string>> = {
  ratePerSecond: "rate",
  cpuSecondsPer100k: "CPU per request",
  p50Ms: "p50",
  p99Ms: "p99",
};
/** Where percentiles and slower peers are compared. */
const FEW_USERS = 50;

const AT_FEW_USERS: readonly Bound[] = [
  { peer: "wrk", field: "ratePerSecond", least: 1 },
  { peer: "wrk", field: "p50Ms", most: 1.15 },
  { peer: "wrk", field: "p99Ms", most: 1.15 },
  { peer: "wrk-lua", field: "cpuSecondsPer100k", most: 1.1 },
  { peer: "bare-fetch", field: "ratePerSecond", least: 0.8 },
  { peer: "oha", field: "ratePerSecond", least: 1.1 },
  { peer: "bombardier", field: "ratePerSecond", least: 1.1 },
  { peer: "vegeta", field: "ratePerSecond", least: 3 },
  { peer: "hey", field: "ratePerSecond", least: 3 },
  { peer: "goose", field: "ratePerSecond", least: 3 },
  { peer: "autocannon", field: "ratePerSecond", least: 2 },
  { peer: "locust", field: "ratePerSecond", least: 15 },
];
const AT_MANY_USERS: readonly Bound[] = [{ peer: "wrk", field: "ratePerSecond", least: 0.95 }];
const ON_TWO_CORES: readonly Bound[] = [{ peer: "wrk", field: "ratePerSecond", least: 0.9 }];
const HTTP2_ONE_STREAM: readonly Bound[] = [
  { peer: "h2load", field: "ratePerSecond", least: 0.9 },
  { peer: "h2load", field: "cpuSecondsPer100k", most: 1.25 },
];
const HTTP2_STREAMS: readonly Bound[] = [
  { peer: "h2load", field: "ratePerSecond", least: 0.8 },
  { peer: "h2load", field: "cpuSecondsPer100k", most: 1.25 },
];

/** Compares everything that was measured. */
export function targetsOf(
  results: readonly ScenarioResult[],
  soak: SoakResult | null,
  schedule: ScheduleResult | null,
  starts: readonly StartsResult[],
): Target[] {
  return [
    ...results.flatMap((result) =>
      boundsOf(result).flatMap((bound) => {
        const isMeasured = [...result.runs.keys()].some((tool) => tool.name === bound.peer);
        return isMeasured ? judged(result, bound) : [];
      })
    ),
    ...starts.map(({ title, ratio, most }) => ({
      text: `${title}: at most ${most} ×`,
      actual: shownRatio(ratio),
      verdict: ratio === null ? "no data" as const : ratio.median <= most ? "pass" as const : "fail" as const,
    })),
    ...(soak === null ? [] : soakTargets(soak)),
    ...(schedule === null ? [] : scheduleTargets(schedule)),
  ];
}

function boundsOf({ scenario: { http, streams, threads, users } }: ScenarioResult): readonly Bound[] {
  if (http === "2") return streams === 1 ? HTTP2_ONE_STREAM : HTTP2_STREAMS;
  if (threads > 1) return ON_TWO_CORES;
  return users <= FEW_USERS ? AT_FEW_USERS : AT_MANY_USERS;
}

function judged(result: ScenarioResult, { peer, field, least = 0, most = Infinity }: Bound): Target {
  const actual = ratio(result, peer, field);
  const bound = most === Infinity ? `≥ ${least}` : `≤ ${most}`;
  return {
    text: `${result.scenario.title}: ${NAMES[field]} ${bound} × ${peer}`,
    actual: shownRatio(actual),
    verdict: actual === null ? "no data" : actual.median >= least && actual.median <= most ? "pass" : "fail",
  };
}

/** Returns a ratio with its range, such as `1.02 × (0.97–1.10, 5 pairs)`. */
export function shownRatio(ratio: Ratio | null): string {
  if (ratio === null) return "–";
  const { median, least, most, pairs, noisy } = ratio;
  const noise = noisy === 0 ? "" : `, ${noisy} disturbed`;
  return `${median.toFixed(2)} × (${least.toFixed(2)}–${most.toFixed(2)}, ${pairs} pair${
    pairs === 1 ? "" : "s"
  }${noise})`;
}

function scheduleTargets({ asked, started, lateness }: ScheduleResult): Target[] {
  const share = started / asked;
  return [
    {
      text: "Open model: iterations begun ≥ 0.99 of those asked for",
      verdict: share >= 0.99 ? "pass" : "fail",
      actual: `${share.toFixed(3)} ×`,
    },
    {
      text: "Open model: p99 from due to begun below 5 ms",
      verdict: lateness.p99Ms < 5 ? "pass" : "fail",
      actual: `${lateness.p99Ms.toFixed(2)} ms`,
    },
  ];
}

function soakTargets(soak: SoakResult): Target[] {
  const { spread, counted, served, seconds } = soak;
  const isEqual = counted === served && soak.problem === null && served > 0;
  return [
    {
      text: `${seconds} s at full speed: memory after the first 10 s within 10 %`,
      verdict: spread === null ? "no data" : spread <= 0.1 ? "pass" : "fail",
      actual: spread === null ? "–" : `${(spread * 100).toFixed(1)} %`,
    },
    {
      text: `${seconds} s at full speed: our count is nginx's`,
      verdict: counted === null ? "no data" : isEqual ? "pass" : "fail",
      actual: soak.problem ?? `${counted} and ${served}`,
    },
  ];
}
