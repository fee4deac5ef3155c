/**
 * What a run tells those who watch it: reporters on one side, the engine on the other, neither knowing the other.
 *
 * @module
 */

import type { Summary } from "./summary.ts";

/** What is known when the load begins. */
export interface RunInfo {
  /** What is run: the locustfile's path as given, or the URL. */
  readonly subject: string;
  /** Wall-clock time of the first user's start. */
  readonly startedAt: Date;
  /** Most users the plan asks for at any time. */
  readonly targetUsers: number;
  /** Planned length in milliseconds; `Infinity` when the run lasts until it is stopped. */
  readonly plannedMs: number;
  /** Number of workers. */
  readonly workers: number;
  /** Option names, as in `--help`, with the values in force. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** The state of a run at one instant, about once a second. */
export interface RunView {
  /** Milliseconds since the first user's start. */
  readonly elapsedMs: number;
  /** Users running now. */
  readonly users: number;
  /** Users the plan asks for now. */
  readonly targetUsers: number;
  /** Iterations finished so far. */
  readonly iterations: number;
  /** Since the start; its rates are means since the start. */
  readonly overall: Summary;
  /** Since the view before this one; its rates are the current ones. */
  readonly interval: Summary;
  /** Conditions that make the figures doubtful, e.g. a saturated worker; empty when there are none. */
  readonly warnings: readonly string[];
  /** Why the run is stopping, or `null` while it is not. */
  readonly stopping: string | null;
}

/** How a run ended. */
export interface RunResult {
  /** What was known at the start. */
  readonly info: RunInfo;
  /** Wall-clock time of the end. */
  readonly endedAt: Date;
  /** From the first user's start to the order to stop, in milliseconds: what rates divide by. */
  readonly loadMs: number;
  /** Why it ended. */
  readonly reason: string;
  /** The figures of the whole run. */
  readonly summary: Summary;
  /** Iterations that ran to their end, by success or by an error. */
  readonly iterations: number;
  /** Iterations cut off by the end of the run. */
  readonly interruptedIterations: number;
  /** Conditions that make the figures doubtful. */
  readonly warnings: readonly string[];
  /** What went wrong with the run itself (a dead worker, a failing teardown); empty when results are whole. */
  readonly problems: readonly string[];
  /** The exit code a command should end with. */
  readonly exitCode: number;
}

/** Watches a run. Each method is optional; one that throws is logged and does not disturb the run. */
export interface RunObserver {
  /** Called once, as the first user starts. */
  onStart?(info: RunInfo): void;
  /** Called about once a second while users run. */
  onView?(view: RunView): void;
  /** Called once, after `teardown`; awaited before the process ends. */
  onResult?(result: RunResult): void | Promise<void>;
}
