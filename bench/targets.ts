// What is asked of these figures.

import { ratio } from "./medians.ts";
import type { ScenarioResult } from "./scenarios.ts";
import type { ScheduleResult } from "./schedule.ts";
import type { SoakResult } from "./soak.ts";

/** One of them. */
export interface Target {
  readonly text: string;
  readonly verdict: "pass" | "fail" | "no data";
  readonly actual: string;
}

const OURS = "ours";
const FETCH = "ours-fetch";
/** Where percentiles are compared. */
const FEW_USERS = 50;

/** Compares everything that was measured. */
export function targetsOf(
  results: readonly ScenarioResult[],
  soak: SoakResult | null,
  schedule: ScheduleResult | null,
): Target[] {
  const targets = results.flatMap((result) => {
    const { title, users, threads } = result.scenario;
    const atLeast = (other: string, name: string, least: number) =>
      judge(`${title}: rate ≥ ${least} × ${name}`, ratio(result, OURS, other, "ratePerSecond"), (is) => is >= least);
    const rates = [atLeast("wrk", "wrk", users <= FEW_USERS && threads === 1 ? 0.95 : 0.9)];
    if (threads > 1) return rates;
    rates.push(atLeast(FETCH, "our own fetch transport", 4));
    if (users > FEW_USERS) return rates;
    const within = (field: "p50Ms" | "p99Ms", name: string) =>
      judge(
        `${title}: ${name} within 15 % of wrk's`,
        ratio(result, OURS, "wrk", field),
        (is) => Math.abs(is - 1) <= 0.15,
      );
    return [...rates, within("p50Ms", "p50"), within("p99Ms", "p99")];
  });
  return [
    ...targets,
    ...(soak === null ? [] : soakTargets(soak)),
    ...(schedule === null ? [] : scheduleTargets(schedule)),
  ];
}

function scheduleTargets({ asked, started, lateness }: ScheduleResult): Target[] {
  return [
    judge("Open model: iterations begun ≥ 0.99 of those asked for", started / asked, (is) => is >= 0.99),
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

function judge(text: string, actual: number | null, holds: (ratio: number) => boolean): Target {
  if (actual === null) return { text, verdict: "no data", actual: "–" };
  return { text, verdict: holds(actual) ? "pass" : "fail", actual: `${actual.toFixed(2)} ×` };
}
