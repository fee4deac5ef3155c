/**
 * What the main thread and its workers say to each other: plain data only.
 *
 * @module
 */

import type { LogLevel } from "../core/log_level.ts";
import type { SampleChunk } from "../stats/samples/sample_chunk.ts";
import type { SpanBatch, SpanContext } from "../spans/span_record.ts";
import type { StatsDelta } from "../stats/recorder.ts";
import type { ControlRequest } from "../script/control.ts";
import type { StopEvent } from "../script/events.ts";
import type { ShutdownOrder } from "../script/shutdown.ts";
import type { Task } from "../script/scenario/tasks.ts";
import type { ClassLoadWishes } from "../load/class_load.ts";
import type { ArrivalDeal } from "../load/arrival_deals.ts";
import type { LoadShape } from "../load/shape.ts";
import type { ShareAnswer, ShareAsk } from "../script/shared/remote.ts";
import type { RunOptions } from "./options/options.ts";
import type { PackedData } from "./packed_data.ts";

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
  /** The instant from which the next request may be sent, where their rate has a cap. */
  readonly capClock: SharedArrayBuffer;
  /** Has workers take turns where they read or change the environment of the process. */
  readonly environmentLock: SharedArrayBuffer;
  /** What this worker counts where the main thread can read it. */
  readonly tally: SharedArrayBuffer;
  /** Seed of the random choice of tasks, a 32-bit number. */
  readonly seed: number;
  /** What users share by name over all workers. */
  readonly sharedMemory: SharedArrayBuffer;
  /**
   * Rows that this process has leased, if workers of other processes take part in the run: they share no memory. What
   * users share over all of them is asked for by messages.
   */
  readonly leases?: SharedArrayBuffer;
}

/** The plan of one scenario as sent to workers; each worker takes its own share. */
export interface PlanMessage {
  readonly type: "plan";
  /** Which scenario. */
  readonly scenario: number;
  /** When its load begins, on `nowMs`' clock. */
  readonly startMs: number;
  /** The load over time, for all workers together. */
  readonly shape: LoadShape;
  /** Users added to the shape's while it runs; negative if users were removed. */
  readonly extraUsers: number;
  /** To how many users arrivals are dealt; `null` in the closed model. */
  readonly deal: ArrivalDeal | null;
}

/** One scenario as sent to workers. */
export interface ScenarioPlan {
  /** Places of its classes among the script's. */
  readonly classes: readonly number[];
  /** Most users they take over all workers, regardless of the plan; `Infinity` for no limit. */
  readonly capacity: number;
  readonly plan: PlanMessage;
}

/**
 * Has a load worker do all that takes time before the load; it answers `ready`. Only then is the instant set at which
 * the load starts.
 */
export interface PrepareMessage {
  readonly type: "prepare";
  /** What `setup` returned. */
  readonly data: PackedData;
  /** Places of the classes that run among the script's. */
  readonly classes: readonly number[];
}

/** Starts the users of a load worker that is ready. */
export interface StartMessage {
  readonly type: "start";
  /** The agreed start of the load, on `nowMs`' clock. */
  readonly startMs: number;
  /** Its planned end, on the same clock; `Infinity` for no end. */
  readonly endMs: number;
  /** What runs side by side. */
  readonly scenarios: readonly ScenarioPlan[];
  /** How many workers share the users. */
  readonly workers: number;
  /** What the workers of this process take of the run, if workers of other processes take part in it. @default all */
  readonly part?: RunPart;
}

/** What the workers of one process may use of what a run has only so much of. */
export interface RunShare {
  /** Iterations that they may start, all they have started included; `null` for no limit. */
  readonly iterations: number | null;
  /** Whether that will not be raised: until then, users for whom none is left wait. */
  readonly isFinal: boolean;
  /** Requests per second that they may send; `null` for no cap. */
  readonly maxRequestsPerSecond: number | null;
}

/** What the workers of one process take of a run. */
export interface RunPart extends RunShare {
  /** Number of its first worker among all of the run; the others follow. */
  readonly first: number;
  /** Time after the start of the first request under the cap, in milliseconds: processes do not send theirs together. */
  readonly firstTurnMs: number;
}

/** Tells a load worker of a change of what workers of other processes leave to it. */
export interface ShareMessage extends RunShare {
  readonly type: "share";
  /** Numbers of workers of the run that are lost since the last such message: their users go to the others. */
  readonly lost: readonly number[];
}

/** From the main thread to a worker. */
export type ToWorker =
  | LoadMessage
  | PrepareMessage
  | StartMessage
  /** To a load worker: the plan of a scenario has changed. */
  | PlanMessage
  | ShareMessage
  /** To a load worker: pause or resume the start of iterations. */
  | { readonly type: "pause"; readonly isPaused: boolean }
  /** To a load worker: the memory of a chunk of samples that have been written. */
  | { readonly type: "samplesTaken"; readonly records: Float64Array<ArrayBuffer> }
  /** To the script worker: fire `startup`, call `setup`. */
  | { readonly type: "setup" }
  /** To the script worker: fire `stop`, call `teardown` with what `setup` returned, fire `ended`. */
  | ({ readonly type: "teardown" } & StopEvent)
  /** To the script worker: call `control`. */
  | { readonly type: "control" }
  /** To the script worker: the answer to a request of `control`'s. */
  | { readonly type: "answer"; readonly id: number; readonly value: unknown }
  /** To any worker: the answer to what it asked of all machines together. */
  | { readonly type: "shared"; readonly key: string; readonly answer: ShareAnswer }
  /** Start no more iterations, let running ones end. */
  | { readonly type: "stop" }
  /** Cut running iterations off. */
  | { readonly type: "interrupt" };

/** One user class as the main thread knows it. */
export interface ClassInfo {
  readonly name: string;
  readonly weight: number;
  readonly fixedCount: number | undefined;
  /** Its own load; `null` if it shares the load of the options. */
  readonly load: ClassLoadWishes | null;
  /** Its `static host`. @default {null} */
  readonly host?: string | null;
  /** Its tasks that run; empty if it has `run`. */
  readonly tasks: readonly Task[];
}

/** What a locustfile turned out to be. */
export interface ScriptInfo {
  readonly classes: readonly ClassInfo[];
  /** Which of `setup`, `teardown` and `control` it exports. */
  readonly hooks: readonly string[];
  /** Its thresholds, unread. */
  readonly thresholds: readonly string[];
  /** Exports that look runnable but are not run, one line each. */
  readonly notes: readonly string[];
}

/** How a thread spent its time, by wall-clock time. */
export interface ThreadTime {
  /** On a core, 0–1; `null` if the system does not report it. */
  readonly cpuShare: number | null;
  /** Ready to run but waiting for a core, 0–1; 0 if the system does not report it. */
  readonly waitShare: number;
}

/** How the event loop turned over some time. */
export interface LoopUse {
  /** Longest it was late, in milliseconds. */
  readonly lagMs: number;
  /**
   * Share of the time that it was late by more than a little while its thread neither was on a core nor waited for one: in
   * a call that blocks, or stopped, as by a hypervisor that gives the core to another machine. 0 where the system does
   * not tell; more than 1 where that began before this time.
   */
  readonly stoppedShare: number;
}

/** How busy a worker was since its last report. */
export interface ThreadUse extends ThreadTime, LoopUse {}

/** How long a user may be in `onStart` before it counts as stuck, in milliseconds. */
export const STUCK_AFTER_MS = 3000;

/** The users of one worker that have not got past `onStart`. */
export interface StartState {
  /** Running users that began {@linkcode STUCK_AFTER_MS} ago or earlier and are not past `onStart`. */
  readonly stuck: number;
  /** Users that ended before they got past `onStart`, after an error of it or {@linkcode STUCK_AFTER_MS}. */
  readonly lost: number;
  /** The last error of `onStart`; `null` for none so far. */
  readonly reason: string | null;
}

/** How often each user of a class has to fail in a row before the run ends, if none ever got past `onStart`. */
export const HOPELESS_FAILURES = 5;

/** How the users of a class get through `onStart` on one worker. */
export interface ClassStart {
  readonly userClass: string;
  /** `passed`: one got past it; `failing`: each has failed {@linkcode HOPELESS_FAILURES} times; else `trying`. */
  readonly state: "passed" | "failing" | "trying";
}

/** What a worker, or all workers of an agent, have done: totals since the start. */
export interface LoadCounts {
  readonly users: number;
  /** Most users that ran at once, since the start. */
  readonly mostUsers: number;
  readonly iterations: number;
  readonly interruptedIterations: number;
  /** Iterations that have ended in any way, in the warm-up or after it. */
  readonly endedIterations: number;
  /** Whether an iteration has ended without an error, in the warm-up or after it. */
  readonly hasSucceeded: boolean;
}

/** A load worker's state; `delta` is what changed since the last report. */
export interface WorkerReport extends LoadCounts {
  readonly delta: StatsDelta;
  /** Spans that have ended since the last report; `null` for none. */
  readonly spans: SpanBatch | null;
  /** Whether `delta` is left out of the summary. */
  readonly isWarmUp: boolean;
  /** Users that have not got past `onStart`. */
  readonly starts: StartState;
  /** How each class gets through `onStart`; a class without users here is left out. */
  readonly classStarts: readonly ClassStart[];
  /** How busy it was since its last report. */
  readonly load: ThreadUse;
}

/** From a worker to the main thread. Every message also shows that the worker is alive. */
export type FromWorker =
  | { readonly type: "alive" }
  | { readonly type: "loaded"; readonly script: ScriptInfo }
  /** The locustfile or a hook cannot be used, also during the load; `isUsage` if the options are wrong. */
  | {
    readonly type: "failed";
    readonly isUsage: boolean;
    readonly message: string;
    readonly hint: string | undefined;
  }
  /** A hook has ended; `data` is what `setup` returned. */
  | { readonly type: "hookDone"; readonly data: PackedData; readonly exitCode: number | null }
  /** A load worker has nothing left to do before the load. */
  | { readonly type: "ready" }
  | { readonly type: "report"; readonly report: WorkerReport }
  /** Samples of single requests. */
  | { readonly type: "samples"; readonly chunk: SampleChunk }
  /** No user is left and none will start; the last report of this worker. */
  | {
    readonly type: "finished";
    readonly report: WorkerReport;
    readonly atMs: number;
    readonly isLimitReached: boolean;
  }
  /** `control` wants something. */
  | { readonly type: "request"; readonly id: number; readonly request: ControlRequest }
  /** User code asks for what all machines of the run share; each is answered under the same key, but for rows. */
  | { readonly type: "share"; readonly key: string; readonly ask: ShareAsk }
  /** User code ends the test. */
  | ({ readonly type: "shutdown" } & ShutdownOrder)
  /** A log line; one with a key is logged once for the whole run. `span` is the one it was written in. */
  | {
    readonly type: "log";
    readonly level: LogLevel;
    readonly text: string;
    readonly onceKey: string | undefined;
    readonly span: SpanContext | null;
  }
  /** The locustfile's `console` printed something, line breaks included. */
  | { readonly type: "print"; readonly text: string; readonly isError: boolean }
  /** The worker is about to end without an order to; `what` says why. */
  | { readonly type: "dying"; readonly what: string };
