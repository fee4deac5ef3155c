/**
 * The events of a run's workers.
 *
 * @module
 */

import type { LogLevel } from "../../core/log_level.ts";
import type { ScriptError, UsageError, WorkerError } from "../../core/errors.ts";
import type { ControlRequest } from "../../script/control.ts";
import type { StatsDelta } from "../../stats/recorder.ts";

/** The events of a pool, for the runner. */
export interface PoolEvents {
  /** A load worker has reported. */
  onDelta(delta: StatsDelta, worker: string, isWarmUp: boolean): void;
  /** A load worker will report no more. */
  onEnded(worker: string): void;
  onShutdown(reason: string): void;
  /** The load cannot go on: the locustfile or the options turned out to be unusable. */
  onFailure(error: ScriptError | UsageError): void;
  /** Does what `control` wants and returns the answer, or a promise of it that never rejects. */
  onRequest(request: ControlRequest): unknown;
  onLog(level: LogLevel, text: string): void;
  /** The locustfile's `console` printed something, line breaks included. */
  onPrint(text: string, isError: boolean): void;
  /** A worker is dead; `isThrown` if the call that waits for it throws the error, too. */
  onDeath(error: WorkerError, isThrown: boolean): void;
}
