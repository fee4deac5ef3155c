/**
 * What is told of a run at its start and its end.
 *
 * @module
 */

import { EXIT_CODES } from "../../core/errors.ts";
import { displayPath } from "../../script/locustfile.ts";
import type { RunInfo, RunResult } from "../../stats/run_model.ts";
import type { LoadPlan } from "./load_plan.ts";
import type { RunOptions } from "../options/options.ts";
import type { PassCriteria } from "./pass_criteria.ts";
import type { RunStats } from "./run_stats.ts";
import type { WorkerPool } from "./worker_pool.ts";

/** Returns what is known of a run when its load begins. */
export function runInfo(options: RunOptions, plan: LoadPlan, workers: number): RunInfo {
  const { requestedWorkers: _, notes: __, ...inForce } = options;
  const { locustfile, url } = options;
  return {
    subject: url ?? displayPath(String(locustfile)),
    startedAt: new Date(),
    targetUsers: plan.mostUsers,
    plannedMs: plan.plannedMs,
    workers,
    options: inForce,
  };
}

/** A run that has ended. */
export interface EndedRun extends Pick<RunResult, "info" | "reason" | "pausedMs" | "problems"> {
  readonly options: RunOptions;
  readonly plan: LoadPlan;
  readonly stats: RunStats;
  readonly criteria: PassCriteria;
  /** When the load began, on `nowMs`' clock. */
  readonly startMs: number;
  /** When it was ordered to stop; not before its start. */
  readonly stopMs: number;
  readonly pool: Pick<WorkerPool, "iterations" | "interruptedIterations" | "saturation">;
  readonly isInterrupted: boolean;
}

/** Returns the result of a run. */
export function runResult(run: EndedRun): RunResult {
  const { options: { warmUpMs }, pool, plan, stats, criteria, startMs, stopMs } = run;
  const warnings = pool.saturation.overall();
  const loadMs = stopMs - startMs;
  const summary = stats.summary(loadMs);
  const thresholds = criteria.judge(summary);
  const isPassed = thresholds.every(({ verdict }) => verdict === "pass");
  const askedAtEnd = plan.askedArrivals(stopMs);
  const askedBefore = plan.askedArrivals(Math.min(startMs + warmUpMs, stopMs));
  return {
    info: { ...run.info, targetUsers: plan.mostUsers },
    endedAt: new Date(),
    loadMs,
    reason: run.reason,
    summary,
    warmUp: warmUpMs === 0 ? null : { ms: Math.min(warmUpMs, loadMs), requests: stats.warmUpRequests },
    pausedMs: run.pausedMs,
    askedIterations: askedAtEnd === null ? null : Math.round(askedAtEnd - askedBefore!),
    iterations: pool.iterations,
    interruptedIterations: pool.interruptedIterations,
    warnings: loadMs < warmUpMs
      ? [...warnings, "The run ended before its warm-up was over: nothing was measured."]
      : warnings,
    problems: [...run.problems],
    thresholds,
    exitCode: exitCode(run, isPassed),
  };
}

function exitCode({ isInterrupted, problems }: EndedRun, isPassed: boolean): number {
  if (isInterrupted) return EXIT_CODES.interrupted;
  if (problems.length > 0) return EXIT_CODES.scriptError;
  return isPassed ? EXIT_CODES.completed : EXIT_CODES.threshold;
}
