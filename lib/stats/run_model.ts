/**
 * The interface between a run and its observers: the engine and the reporters both depend on it, not on each other.
 *
 * @module
 */

import type { KeptFailure } from "./errors/kept_failures.ts";
import type { SpanBatch } from "../spans/span_record.ts";
import type { SampleCounts } from "./samples/sample_chunk.ts";
import type { Summary } from "./summary.ts";
import type { ThresholdResult } from "./thresholds.ts";

/** What is known when the load begins. */
export interface RunInfo {
  /** The absolute path of the locustfile, or the URL. */
  readonly subject: string;
  /** Wall-clock time of the first user's start. */
  readonly startedAt: Date;
  /** The highest number of users in the plan. */
  readonly targetUsers: number;
  /** Planned length in milliseconds; `Infinity` when the run lasts until it is stopped. */
  readonly plannedMs: number;
  /** Number of workers. */
  readonly workers: number;
  /** The options in force: times in milliseconds, rates per second, `null` for an option that is not set. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Figures of the rows of earlier runs that this one is compared with, the total last. @default none */
  readonly before?: readonly RowBefore[];
}

/** Figures of a row in earlier runs; with several of them, means weighted by requests. */
export interface RowBefore {
  /** HTTP method or a custom label; empty in the total. */
  readonly method: string;
  /** The row's name; `Total` in the total. */
  readonly name: string;
  /** Name of the users' class if rows are separate for each class, otherwise empty. */
  readonly userClass: string;
  /** Whether it counts in the total. */
  readonly inTotal: boolean;
  /** 95th percentile in milliseconds. */
  readonly p95Ms: number;
  /** Failed requests per request, 0–1. */
  readonly failureRatio: number;
  /** Requests per second. */
  readonly ratePerSecond: number;
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

/** A machine that runs users of a run on several machines. */
export interface MachineState {
  /** How it is called. */
  readonly name: string;
  /** `silent` for some seconds, `lost` for good; `left` when its agent was stopped. */
  readonly status: "running" | "silent" | "lost" | "left" | "ended";
  /** Its workers. */
  readonly workers: number;
  /** Users running on it. */
  readonly users: number;
  /** Requests that it has reported, those of the warm-up included. */
  readonly requests: number;
  /** Iterations that it has reported, in the warm-up and after it. */
  readonly iterations: number;
  /** Shortest way there and back, in milliseconds; `null` before it is known. */
  readonly roundTripMs: number | null;
  /** How far its clock is ahead, in milliseconds; reports are corrected by it. */
  readonly clockOffsetMs: number;
  /** By how much that has changed since the load began, in milliseconds. */
  readonly clockDriftMs: number;
}

/** The state of a run at one instant, about once a second and at its end. */
export interface RunView {
  /** Milliseconds since the first user's start. */
  readonly elapsedMs: number;
  /** Users running now. */
  readonly users: number;
  /** Users planned for now. */
  readonly targetUsers: number;
  /** Number of the current stage, from 1, and of all stages; `null` if the load has no stages. */
  readonly stage: { readonly number: number; readonly count: number } | null;
  /** Iterations to start per second now; `null` in the closed model. */
  readonly askedPerSecond: number | null;
  /** Whether the load is paused manually. */
  readonly isPaused: boolean;
  /** Whether the run is warming up: current measurements are not part of the summary. */
  readonly isWarmingUp: boolean;
  /**
   * The busiest worker, `null` before the first report: the share of the time it ran on a core or waited for one, 0–1,
   * and the delay of its event loop.
   */
  readonly busiest: {
    readonly worker: string;
    readonly busyShare: number | null;
    readonly lagMs: number;
  } | null;
  /** How busy each worker is, by its last report; empty before the first one. */
  readonly workers: readonly WorkerState[];
  /** The machines that run users; empty if all run on this one. */
  readonly machines: readonly MachineState[];
  /** Iterations finished since the end of the warm-up. */
  readonly iterations: number;
  /** How each threshold stands; empty without thresholds. */
  readonly thresholds: readonly ThresholdResult[];
  /** Since the start; its rates are means since the start. */
  readonly overall: Summary;
  /** Since the previous view; its rates are the current ones, over the time that workers have reported on. */
  readonly interval: Summary;
  /** Conditions that make the figures doubtful, e.g. a saturated worker; empty if there are none. */
  readonly warnings: readonly string[];
  /** Why the run is stopping, or `null` while it is not. */
  readonly stopping: string | null;
}

/** The part of a view that describes the instant, without measurements. */
export type RunState = Omit<RunView, "elapsedMs" | "isWarmingUp" | "thresholds" | "overall" | "interval">;

/** A counter that users share, and its value at the end. */
export interface CounterValue {
  /** Its name. */
  readonly name: string;
  /** Its value: a whole number, which may be negative. */
  readonly value: number;
}

/** A comparison of a run with earlier ones: a table of strings without markup. */
export interface ComparisonTable {
  /** Its heading, with the tolerance. */
  readonly title: string;
  /** Titles of the columns: the row, the figure, and what follows are figures up to the verdict. */
  readonly columns: readonly string[];
  /** Empty if the runs could not be compared. */
  readonly lines: readonly ComparisonLine[];
  /** What else to know, one line each: options that differ, rows that are worse, why nothing was compared. */
  readonly notes: readonly string[];
}

/** One figure of one row, old beside new. */
export interface ComparisonLine {
  /** One for each column. */
  readonly cells: readonly string[];
  /** Whether the figure has become worse by more than tolerance and noise. */
  readonly isWorse: boolean;
}

/** Spans of the traces of a run. */
export interface SpanCounts {
  /** Spans that have left their workers. */
  readonly recorded: number;
  /** Spans dropped because a worker had too many between two reports. */
  readonly dropped: number;
}

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
  /** The warm-up, which the summary excludes: its length and its requests; `null` without a warm-up. */
  readonly warmUp: { readonly ms: number; readonly requests: number } | null;
  /** How long the load was paused manually, in milliseconds. */
  readonly pausedMs: number;
  /** Iterations that the schedule planned for the time of the summary; `null` in the closed model. */
  readonly askedIterations: number | null;
  /** The highest number of users running at once; below `info.targetUsers` if the run ended before all had started. */
  readonly mostUsers: number;
  /** Iterations that ended, with success or an error, after the warm-up. */
  readonly iterations: number;
  /** Iterations cut off by the end of the run. */
  readonly interruptedIterations: number;
  /** Seed of the random choice of tasks; `null` if no class has tasks. */
  readonly seed: number | null;
  /** Final values of the shared counters, in the order first used; also of those that the warm-up changed. */
  readonly counters: readonly CounterValue[];
  /** The first failed exchanges of each row, by row and time, after the warm-up; empty unless they are to be kept. */
  readonly keptFailures: readonly KeptFailure[];
  /** The machines that ran users; empty if all ran on this one. */
  readonly machines: readonly MachineState[];
  /** Spans of its traces; `null` without any. */
  readonly spans: SpanCounts | null;
  /** What became of the samples of single requests; `null` if none were recorded. */
  readonly samples: SampleCounts | null;
  /** Conditions that make the figures doubtful. */
  readonly warnings: readonly string[];
  /** Problems of the run itself (a dead worker, a failing teardown); empty if the results are complete. */
  readonly problems: readonly string[];
  /** The verdict of each threshold; empty without thresholds. */
  readonly thresholds: readonly ThresholdResult[];
  /** The exit code for the command. */
  readonly exitCode: number;
  /** How it compares with earlier runs, if it was asked to. */
  readonly comparison?: ComparisonTable;
}

/** Watches a run. All methods are optional; an error thrown by one is logged and does not affect the run. */
export interface RunObserver {
  /** Called once, as the first user starts. */
  onStart?(info: RunInfo): void;
  /**
   * Called about once a second while users run, and once after they have ended; the intervals add up to the whole run.
   */
  onView?(view: RunView): void;
  /** Called with spans that have ended, about four times a second per worker that has any. */
  onSpans?(batch: SpanBatch): void;
  /** Called once, after `teardown`; awaited before the process ends. */
  onResult?(result: RunResult): void | Promise<void>;
  /**
   * Called instead of `onResult` if the run failed and nothing was measured, e.g. because `setup` threw: `problems` has
   * the reason, and all figures are 0. Awaited before the process ends.
   */
  onFailure?(result: RunResult): void | Promise<void>;
}
