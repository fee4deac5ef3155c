import { Recorder } from "../../../lib/stats/recorder.ts";
import type { RunInfo, RunResult, RunView } from "../../../lib/stats/run_model.ts";
import { summarize, type Summary } from "../../../lib/stats/summary.ts";
import { Totals } from "../../../lib/stats/totals.ts";

/** Information about a fictional run. */
export const INFO: RunInfo = {
  subject: "locustfile.ts",
  startedAt: new Date(2026, 0, 2, 3, 4, 5, 678),
  targetUsers: 2,
  plannedMs: 10_000,
  workers: 1,
  options: { users: 2, durationMs: 10_000, host: "http://localhost:1/", iterations: null },
};

/** Returns a summary of records, made as in a run: recorder, delta, totals. */
export function summaryOf(fill: (recorder: Recorder) => void, spanMs: number): Summary {
  const recorder = new Recorder();
  fill(recorder);
  const totals = new Totals();
  totals.add(structuredClone(recorder.takeDelta()));
  return summarize(totals, spanMs);
}

/** Returns a summary of requests of 1 ms; the first one failed. */
export function plainSummary(requests: number, spanMs: number): Summary {
  return summaryOf((recorder) => {
    for (let count = 0; count < requests; count++) recorder.series("GET", "/").record(1, count === 0, 100);
    if (requests > 0) recorder.series("GET", "/").error("404 Not Found").add(INFO.startedAt.getTime());
  }, spanMs);
}

/** Returns a view at a time, with ten requests per second. */
export function viewAt(elapsedMs: number, interval: Summary = plainSummary(5, 1000)): RunView {
  const overall = plainSummary(elapsedMs / 100, elapsedMs);
  const users = { users: 2, targetUsers: 2, iterations: 3, stage: null, askedPerSecond: null, busiest: null };
  const state = {
    workers: [],
    machines: [],
    thresholds: [],
    isPaused: false,
    isWarmingUp: false,
    warnings: [],
    stopping: null,
  };
  return { elapsedMs, ...users, ...state, overall, interval };
}

/** Returns the result of a run of ten seconds. */
export function resultOf(summary: Summary, changes: Partial<RunResult> = {}): RunResult {
  return {
    info: INFO,
    endedAt: new Date(2026, 0, 2, 3, 4, 15, 700),
    loadMs: 10_000,
    reason: "target duration elapsed after 10s",
    summary,
    warmUp: null,
    pausedMs: 0,
    askedIterations: null,
    iterations: 7,
    mostUsers: 2,
    interruptedIterations: 0,
    seed: null,
    spans: null,
    counters: [],
    keptFailures: [],
    machines: [],
    samples: null,
    warnings: [],
    problems: [],
    thresholds: [],
    exitCode: 0,
    ...changes,
  };
}
