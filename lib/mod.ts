/**
 * What locustfiles, and programs that run load tests, import.
 *
 * @module
 */

export * from "@std/assert";
export { type LogLevel } from "./core/log_level.ts";
export { ScriptError, UsageError, WorkerError } from "./core/errors.ts";
export { CookieStore } from "./http/cookies.ts";
export { RequestError } from "./http/request_error.ts";
export type { ClientSettings, Duration, Field, Fields, RequestOptions } from "./http/request_options.ts";
export { LocustResponse } from "./http/response.ts";
export { LocustClientSession, type ResponseBlock } from "./http/session.ts";
export type { FailureKind, TransportOptions } from "./http/transport.ts";
export type { Figures, RowFigures, TestControl, TestStats } from "./script/control.ts";
export { EventHook, events, type Listener, type SpawnEvent, type StopEvent } from "./script/events.ts";
export { log } from "./script/log.ts";
export { InterruptedError, sleep } from "./script/sleep.ts";
export { HttpUser, User, type UserEnvironment, type WaitTime } from "./script/user.ts";
export { between, constant } from "./script/wait_time.ts";
export { Histogram, type HistogramDelta } from "./stats/histogram.ts";
export type { CustomSample, Sample } from "./stats/sample.ts";
export type { RunInfo, RunObserver, RunResult, RunView } from "./stats/run_model.ts";
export type { RowSummary, Summary } from "./stats/summary.ts";
export { Runner, type RunnerHooks } from "./engine/runner.ts";
export type { RunnerConfig, StageConfig } from "./engine/config.ts";
export type { RunnerOptions, RunOptions } from "./engine/options.ts";
export type { Stage } from "./load/stages.ts";
