/**
 * What a run asks of its workers, wherever they are: on this machine ({@linkcode WorkerPool}) or on others.
 *
 * @module
 */

import type { LogLevel } from "../../../core/log_level.ts";
import type { ScriptError, UsageError, WorkerError } from "../../../core/errors.ts";
import type { ControlRequest } from "../../../script/control.ts";
import type { SampleChunk } from "../../../stats/samples/sample_chunk.ts";
import type { SpanBatch, SpanContext } from "../../../spans/span_record.ts";
import type { StatsDelta } from "../../../stats/recorder.ts";
import type { CounterValue, MachineState, WorkerState } from "../../../stats/run_model.ts";
import type { ClassStart, PlanMessage, ScriptInfo, StartMessage, StartState } from "../../messages.ts";
import type { RunOptions } from "../../options/options.ts";
import type { StopEvent } from "../../../script/events.ts";
import type { PackedData } from "../../packed_data.ts";
import type { Saturation } from "./saturation.ts";

/** The events of a fleet, for the runner. */
export interface FleetEvents {
  /** A load worker has reported. */
  onDelta(delta: StatsDelta, worker: string, isWarmUp: boolean): void;
  /** Spans have ended on a load worker. */
  onSpans(batch: SpanBatch): void;
  /** Single requests were recorded; their memory is given back. */
  onSamples(chunk: SampleChunk, giveBack: (records: Float64Array<ArrayBuffer>) => void): void;
  /** A load worker will report no more. */
  onEnded(worker: string): void;
  onShutdown(reason: string): void;
  /** The load cannot go on: the locustfile or the options turned out to be unusable. */
  onFailure(error: ScriptError | UsageError): void;
  /** Does what `control` wants and returns the answer, or a promise of it that never rejects. */
  onRequest(request: ControlRequest): unknown;
  /** Takes a line of the log; `span` is the one it was written in. */
  onLog(level: LogLevel, text: string, span?: SpanContext | null): void;
  /** The locustfile's `console` printed something, line breaks included. */
  onPrint(text: string, isError: boolean): void;
  /**
   * A worker is dead; `isThrown` if the call that waits for it throws the error, too. `reason` is why the run stops, if
   * not for that of one worker.
   */
  onDeath(error: WorkerError, isThrown: boolean, reason?: string): void;
  /** Some results are missing, but the load goes on. */
  onLoss(error: WorkerError): void;
}

/** Creates the workers of a run; they import the locustfile at once. */
export type FleetFactory = (options: RunOptions, events: FleetEvents) => Fleet;

/** All workers of one run. */
export interface Fleet {
  /** How busy the workers are. */
  readonly saturation: Pick<Saturation, "busiest" | "current" | "overall">;
  /** Fulfilled when every load worker has finished or died. */
  readonly allEnded: Promise<void>;
  /** Users running now. */
  readonly users: number;
  /** Most users that ran at once: the sum of each worker's most, as all follow one plan. */
  readonly mostUsers: number;
  /** How busy each worker is, by its last report. */
  readonly states: WorkerState[];
  /** The machines that run users; empty if all run on this one. */
  readonly machines: readonly MachineState[];
  /** What the user should know of the machines now, one line each. */
  readonly warnings: readonly string[];
  /** Iterations that ran to their end. */
  readonly iterations: number;
  /** Iterations cut off. */
  readonly interruptedIterations: number;
  /** Names and values of the shared counters, in the order first used. */
  readonly counters: readonly CounterValue[];
  /** Seed of the choice of tasks; `null` if no class has tasks. */
  readonly taskSeed: number | null;
  /** Exit code that the script asks for; `null` if the result decides. */
  readonly exitCode: number | null;
  /** Whether an iteration has ended without an error. */
  readonly hasSucceeded: boolean;
  /** Users that have not got past `onStart`, by worker. */
  readonly starts: readonly StartState[];
  /** How each class gets through `onStart`, on each load worker. */
  readonly classStarts: readonly ClassStart[];
  /** When the last worker finished, on `nowMs`' clock; now if one died. */
  readonly endedAtMs: number;
  /** Whether the iteration limit was reached. */
  readonly isLimitReached: boolean;
  /**
   * Waits until every worker has imported the locustfile.
   *
   * @throws {ScriptError} if it cannot be run
   * @throws {UsageError} if the options name a class that it does not have
   * @throws {WorkerError} if a worker dies meanwhile
   */
  loaded(): Promise<ScriptInfo>;
  /**
   * Starts more load workers and waits until they have imported the locustfile, or ends surplus ones.
   *
   * @param workers Load workers there should be, 1 or more; to be called before the load begins
   * @throws {WorkerError} if one dies meanwhile
   */
  resizeTo(workers: number): Promise<void>;
  /**
   * Fires `startup` and calls `setup`.
   *
   * @returns What `setup` returned
   * @throws {ScriptError} if it threw
   */
  setup(): Promise<PackedData>;
  /**
   * Fires `stop`, calls `teardown` and fires `ended`.
   *
   * @throws {ScriptError} if it threw
   */
  teardown(event: StopEvent): Promise<void>;
  /** Number of load workers. */
  readonly size: number;
  /** Most load workers as requested. */
  readonly requestedWorkers: number;
  /** Number of names under which `onDelta` is called. */
  readonly reporters: number;
  /** How far ahead the common start is set, so that every worker knows it in time, in milliseconds. */
  readonly startLeadMs: number;
  /**
   * Waits until every load worker has done what takes time before the load.
   *
   * @param data What `setup` returned
   * @param classes Places of the classes that run among the script's
   * @throws {ScriptError} if a class cannot be used
   * @throws {WorkerError} if a worker dies meanwhile
   */
  prepare(data: PackedData, classes: readonly number[]): Promise<void>;
  /** Starts the users when the plans begin; every worker must be ready. */
  start(start: Omit<StartMessage, "type" | "workers">): void;
  /** Pauses or resumes the start of iterations. */
  setPaused(isPaused: boolean): void;
  /** Goes on with another plan of a scenario. */
  follow(plan: PlanMessage): void;
  /**
   * Calls `control`.
   *
   * @returns A promise fulfilled when it has returned, or was interrupted
   * @throws {ScriptError} if it threw
   */
  control(): Promise<void>;
  /** Lets running iterations end and starts no others; ends what `control` waits for, now and later. */
  stop(): void;
  /** Gives up on `control` after a stop; returns whether it still runs. */
  giveUpControl(): boolean;
  /** Cuts running iterations off. */
  interrupt(): void;
  /** Declares every worker dead that has not finished. */
  abandon(): void;
  /** Ends all workers. */
  terminate(): void;
}
