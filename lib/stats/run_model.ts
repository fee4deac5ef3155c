/**
 * What a run tells those who watch it: reporters on one side, the engine on the other, neither knowing the other.
 *
 * @module
 */

import type { Summary } from "./summary.ts";
import type { ThresholdResult } from "./thresholds.ts";

/** What is known when the load begins. */
export interface RunInfo {
  /** What is run: the locustfile's absolute path, or the URL. */
  readonly subject: string;
  /** Wall-clock time of the first user's start. */
  readonly startedAt: Date;
  /** Most users the plan asks for at any time. */
  readonly targetUsers: number;
  /** Planned length in milliseconds; `Infinity` when the run lasts until it is stopped. */
  readonly plannedMs: number;
  /** Number of workers. */
  readonly workers: number;
  /** The options in force, each once: times in milliseconds, rates per second, `null` where there is none. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** How busy a worker is. */
export interface WorkerState {
  /** How the worker is called. */
  readonly worker: string;
  /** Users running on it. */
  readonly users: number;
  /** Share of the time it was on a core or waited for one, 0–1; `null` where the system does not tell. */
  readonly busyShare: number | null;
  /** Longest its event loop was late, in milliseconds. */
  readonly lagMs: number;
}

/** The state of a run at one instant, about once a second and at its end. */
export interface RunView {
  /** Milliseconds since the first user's start. */
  readonly elapsedMs: number;
  /** Users running now. */
  readonly users: number;
  /** Users the plan asks for now. */
  readonly targetUsers: number;
  /** Which stage of how many, from 1; `null` where the load has no stages. */
  readonly stage: { readonly number: number; readonly count: number } | null;
  /** Iterations to begin per second now; `null` in the closed model. */
  readonly askedPerSecond: number | null;
  /** Whether the load is paused by hand. */
  readonly isPaused: boolean;
  /** Whether what is measured now is left out of the summary. */
  readonly isWarmingUp: boolean;
  /**
   * The worker with the least time to spare, `null` before the first report: the share of the time it was on a core or
   * waited for one, 0–1, and how late its event loop was.
   */
  readonly busiest: {
    readonly worker: string;
    readonly busyShare: number | null;
    readonly lagMs: number;
  } | null;
  /** How busy each worker is, by its last report; empty before the first one. */
  readonly workers: readonly WorkerState[];
  /** Iterations finished so far, since the warm-up was over. */
  readonly iterations: number;
  /** How each threshold stands; empty without thresholds. */
  readonly thresholds: readonly ThresholdResult[];
  /** Since the start; its rates are means since the start. */
  readonly overall: Summary;
  /** Since the view before this one; its rates are the current ones. */
  readonly interval: Summary;
  /** Conditions that make the figures doubtful, e.g. a saturated worker; empty when there are none. */
  readonly warnings: readonly string[];
  /** Why the run is stopping, or `null` while it is not. */
  readonly stopping: string | null;
}

/** What of a view holds at an instant, whatever has been measured. */
export type RunState = Omit<RunView, "elapsedMs" | "isWarmingUp" | "thresholds" | "overall" | "interval">;

/** How a run ended. */
export interface RunResult {
  /** What was known at the start. */
  readonly info: RunInfo;
  /** Wall-clock time of the end. */
  readonly endedAt: Date;
  /** From the first user's start to the order to stop, in milliseconds; rates divide by it, less the warm-up. */
  readonly loadMs: number;
  /** Why it ended. */
  readonly reason: string;
  /** The figures of the whole run. */
  readonly summary: Summary;
  /** What the summary leaves out: the first milliseconds, and the requests made in them; `null` without a warm-up. */
  readonly warmUp: { readonly ms: number; readonly requests: number } | null;
  /** How long the load was paused by hand, in milliseconds. */
  readonly pausedMs: number;
  /** Iterations that were to begin by the schedule, in the time the summary is about; `null` in the closed model. */
  readonly askedIterations: number | null;
  /** Most users that ran at once; fewer than `info.targetUsers` where the run ended before they had all started. */
  readonly mostUsers: number;
  /** Iterations that ran to their end, by success or by an error, since the warm-up was over. */
  readonly iterations: number;
  /** Iterations cut off by the end of the run. */
  readonly interruptedIterations: number;
  /** Conditions that make the figures doubtful. */
  readonly warnings: readonly string[];
  /** What went wrong with the run itself (a dead worker, a failing teardown); empty when results are whole. */
  readonly problems: readonly string[];
  /** How each threshold came out; empty without thresholds. */
  readonly thresholds: readonly ThresholdResult[];
  /** The exit code a command should end with. */
  readonly exitCode: number;
}

/** Watches a run. Each method is optional; one that throws is logged and does not disturb the run. */
export interface RunObserver {
  /** Called once, as the first user starts. */
  onStart?(info: RunInfo): void;
  /** Called about once a second while users run, and once when they have ended: intervals add up to the whole run. */
  onView?(view: RunView): void;
  /** Called once, after `teardown`; awaited before the process ends. */
  onResult?(result: RunResult): void | Promise<void>;
  /**
   * Called in place of `onResult` when the run failed and nothing was measured, e.g. because `setup` threw: `problems`
   * says why, and all figures are 0; awaited before the process ends.
   */
  onFailure?(result: RunResult): void | Promise<void>;
}
