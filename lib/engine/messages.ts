/**
 * What the main thread and its workers say to each other: plain data only.
 *
 * @module
 */

import type { LogLevel } from "../core/log_level.ts";
import type { Stage } from "../load/stages.ts";
import type { StatsDelta } from "../stats/recorder.ts";
import type { RunOptions } from "./options.ts";

/** `script` runs the locustfile's hooks, `load` runs users. User code never runs on the main thread. */
export type WorkerRole = "script" | "load";

/** Tells a fresh worker what it is and makes it import the locustfile. */
export interface LoadMessage {
  readonly type: "load";
  readonly role: WorkerRole;
  /** Number of this worker among those of its role, from 0. */
  readonly index: number;
  readonly options: RunOptions;
  /** Iterations started by all workers: one 32-bit counter. */
  readonly iterationCounter: SharedArrayBuffer;
}

/** Starts the users of a load worker. */
export interface StartMessage {
  readonly type: "start";
  /** The agreed start of the load, on `nowMs`' clock. */
  readonly startMs: number;
  /** Users wanted over time, for all workers together. */
  readonly stages: readonly Stage[];
  /** What `setup` returned. */
  readonly data: unknown;
}

/** From the main thread to a worker. */
export type ToWorker =
  | LoadMessage
  | StartMessage
  /** To the script worker: fire `startup`, call `setup`. */
  | { readonly type: "setup" }
  /** To the script worker: fire `stop`, call `teardown`. */
  | { readonly type: "teardown"; readonly data: unknown; readonly reason: string }
  /** Start no more iterations, let running ones end. */
  | { readonly type: "stop" }
  /** Cut running iterations off. */
  | { readonly type: "interrupt" };

/** One user class as the main thread knows it. */
export interface ClassInfo {
  readonly name: string;
  readonly weight: number;
  readonly fixedCount: number | undefined;
}

/** A load worker's state; counts are totals since the start, `delta` is what changed since the last report. */
export interface WorkerReport {
  readonly delta: StatsDelta;
  readonly users: number;
  readonly iterations: number;
  readonly interruptedIterations: number;
}

/** From a worker to the main thread. Every message also shows that the worker is alive. */
export type FromWorker =
  | { readonly type: "alive" }
  | { readonly type: "loaded"; readonly classes: readonly ClassInfo[]; readonly hasTeardown: boolean }
  /** The locustfile or a hook cannot be used. */
  | { readonly type: "failed"; readonly message: string; readonly hint: string | undefined }
  | { readonly type: "hookDone"; readonly data: unknown }
  | { readonly type: "report"; readonly report: WorkerReport }
  /** No user is left and none will start; the last report of this worker. */
  | {
    readonly type: "finished";
    readonly report: WorkerReport;
    readonly atMs: number;
    readonly isLimitReached: boolean;
  }
  /** User code ends the test. */
  | { readonly type: "shutdown"; readonly reason: string }
  | { readonly type: "log"; readonly level: LogLevel; readonly text: string }
  /** The worker is about to end before it was told to; `what` says why. */
  | { readonly type: "dying"; readonly what: string };
