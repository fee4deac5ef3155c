/**
 * The info of a run at its start and its result at the end.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import { EXIT_CODES, UsageError } from "../../core/errors.ts";
import { NO_HTTP2 } from "../../http/transport.ts";
import { withoutCredentials } from "../../http/proxy.ts";
import { readable } from "../../core/error_site.ts";
import type { RunInfo, RunResult, RunState, SpanCounts } from "../../stats/run_model.ts";
import type { LoadPlan } from "./plan/load_plan.ts";
import type { RunOptions } from "../options/options.ts";
import type { PassCriteria } from "./pass_criteria.ts";
import type { RunStats } from "./run_stats.ts";
import { startWarnings } from "./start_notices.ts";
import type { Fleet } from "./fleet/fleet.ts";

const FETCH_WARNING = "The fetch transport may send a request twice, uncounted, when the server closes a kept-alive " +
  "connection without an answer (not a POST or PATCH with a body); the socket transport counts repeats.";

const DROPPED_WARNING = "requests are missing in the file of samples: it could not be written as fast as they came " +
  "(--sample-ratio writes fewer), a worker ended early, or the run was cut off.";

const HTTP2_WARNING = "A server does not support HTTP/2: --http auto uses it where an https:// server offers it.";

/** Returns the info of a run whose load begins. */
export function runInfo(
  options: RunOptions,
  plan: Pick<LoadPlan, "mostUsers" | "plannedMs">,
  workers: number,
): RunInfo {
  const { requestedWorkers: _, notes: __, ...inForce } = options;
  const { locustfile, url } = options;
  return {
    subject: url ?? readable(String(locustfile)),
    startedAt: new Date(),
    targetUsers: plan.mostUsers,
    plannedMs: plan.plannedMs,
    workers,
    options: { ...inForce, proxy: options.proxy === null ? null : withoutCredentials(options.proxy) },
  };
}

/** Returns the state at this instant. */
export function runState(
  options: RunOptions,
  plan: LoadPlan,
  pool: Fleet | null,
  isPaused: boolean,
  stopping: string | null,
): RunState {
  const [now, isLoading] = [nowMs(), stopping === null];
  return {
    users: pool?.users ?? 0,
    targetUsers: isLoading ? plan.desired(now) : 0,
    stage: options.stages === null ? null : plan.stage(now),
    askedPerSecond: isLoading ? plan.askedRate(now) : null,
    isPaused,
    busiest: pool?.saturation.busiest ?? null,
    workers: pool?.states ?? [],
    machines: pool?.machines ?? [],
    iterations: pool?.iterations ?? 0,
    warnings: pool === null ? [] : [...pool.warnings, ...pool.saturation.current()],
    stopping,
  };
}

/** A run that has ended. */
export interface EndedRun extends Pick<RunResult, "info" | "reason" | "pausedMs" | "problems" | "spans"> {
  readonly options: RunOptions;
  readonly plan: LoadPlan;
  readonly stats: RunStats;
  readonly criteria: PassCriteria;
  /** When the load began, on `nowMs`' clock. */
  readonly startMs: number;
  /** When it was ordered to stop; not before its start. */
  readonly stopMs: number;
  readonly pool: Pick<
    Fleet,
    | "mostUsers"
    | "iterations"
    | "counters"
    | "machines"
    | "taskSeed"
    | "exitCode"
    | "interruptedIterations"
    | "hasSucceeded"
    | "starts"
    | "saturation"
  >;
  readonly isInterrupted: boolean;
  /** Whether it ended as planned or because no user was left, rather than by an order. */
  readonly isEndPlanned: boolean;
  /** The error that ended it, if an option or the locustfile caused it. */
  readonly failure: Error | null;
}

/** The problem of a run without a single success. */
export const NOTHING_SUCCEEDED =
  "Nothing succeeded: no request was judged good, and no iteration ended without an error";

/** Returns when a load began and when it was to stop, on `nowMs`' clock; now for what has not happened. */
export function spanOf(beganMs: number | null, stopMs: number | null): { startMs: number; stopMs: number } {
  const startMs = beganMs ?? nowMs();
  return { startMs, stopMs: beganMs === null ? startMs : Math.max(startMs, stopMs ?? nowMs()) };
}

/** Returns the result of a run. */
export function runResult(run: EndedRun): RunResult {
  const { options: { warmUpMs }, pool, plan, stats, criteria, startMs, stopMs } = run;
  const loadMs = stopMs - startMs;
  const summary = stats.summary(loadMs);
  const warnings = [...stats.rowWarnings, ...pool.saturation.overall(), ...startWarnings(pool.starts)];
  // A class may have a transport of its own: only fetch estimates bytes, which tells that requests went over it.
  if (run.options.transport === "fetch" || summary.total.bytesEstimated) warnings.push(FETCH_WARNING);
  if (summary.errors.some(({ text }) => NO_HTTP2.includes(text))) warnings.push(HTTP2_WARNING);
  if (run.spans !== null && run.spans.dropped > 0) warnings.push(droppedSpans(run.spans));
  if ((stats.samples?.dropped ?? 0) > 0) warnings.push(`${stats.samples!.dropped} ${DROPPED_WARNING}`);
  if (loadMs < warmUpMs) warnings.push("The run ended before its warm-up was over: nothing was measured.");
  const thresholds = criteria.judge(summary);
  const isPassed = thresholds.every(({ verdict }) => verdict === "pass");
  const isVain = run.failure === null && isInVain(run);
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
    mostUsers: pool.mostUsers,
    interruptedIterations: pool.interruptedIterations,
    counters: pool.counters,
    keptFailures: stats.keptFailures,
    machines: pool.machines,
    samples: stats.samples,
    seed: pool.taskSeed,
    spans: run.spans,
    warnings,
    problems: isVain ? [...run.problems, NOTHING_SUCCEEDED] : [...run.problems],
    thresholds,
    exitCode: exitCode(run, isPassed, isVain),
  };
}

function droppedSpans({ recorded, dropped }: SpanCounts): string {
  return `${dropped} of ${recorded + dropped} spans were dropped, traces have gaps: workers had too many between two ` +
    "reports, expected a lower --trace-ratio.";
}

/** A run that was stopped before anything failed or succeeded is not a failure. */
function isInVain({ stats, pool, isEndPlanned }: EndedRun): boolean {
  if (stats.hasGoodRequest || pool.hasSucceeded) return false;
  return isEndPlanned || stats.hasErrors || pool.starts.some(({ stuck, lost }) => stuck + lost > 0);
}

function exitCode(run: EndedRun, isPassed: boolean, isVain: boolean): number {
  const { isInterrupted, problems, failure } = run;
  if (isInterrupted) return EXIT_CODES.interrupted;
  if (failure instanceof UsageError) return EXIT_CODES.usage;
  if (failure !== null || problems.length > 0) return EXIT_CODES.scriptError;
  if (run.pool.exitCode !== null) return run.pool.exitCode;
  if (!isPassed) return EXIT_CODES.threshold;
  return isVain ? EXIT_CODES.scriptError : EXIT_CODES.completed;
}
