/**
 * What locustfiles, and programs that run load tests, import.
 *
 * @module
 */

export * from "@std/assert";
export { type LogLevel } from "./core/log_level.ts";
export { ScriptError, UsageError, WorkerError } from "./core/errors.ts";
export { CookieStore } from "./http/client/cookies.ts";
export { RequestError } from "./http/client/request_error.ts";
export type { ClientSettings, Duration, Field, Fields, RequestOptions } from "./http/client/request_options.ts";
export { LocustResponse } from "./http/client/response.ts";
export { LocustClientSession, type ResponseBlock } from "./http/session.ts";
export {
  type ChatAnswer,
  type ChatOptions,
  type ChatRequest,
  type ChatUsage,
  type Llm,
  llm,
  type StreamClient,
} from "./http/stream/llm/chat.ts";
export type { ServerSentEvent } from "./http/stream/event_parser.ts";
export type { StreamOptions } from "./http/stream/stream_opener.ts";
export type { StreamEnding } from "./http/stream/stream_request.ts";
export { LocustStream } from "./http/stream/stream_response.ts";
export type { TraceOptions } from "./http/trace/trace_text.ts";
export { LocustWebSocket } from "./http/websocket/websocket.ts";
export type {
  WebSocketClosure,
  WebSocketConnectOptions,
  WebSocketMessage,
  WebSocketReceiveOptions,
  WebSocketSendOptions,
} from "./http/websocket/websocket_options.ts";
export type { FailureKind, HttpVersion, TransportName, TransportOptions } from "./http/transport.ts";
export type { Figures, RowFigures, TestControl, TestStats } from "./script/control.ts";
export { type EndedEvent, EventHook, events, type Listener, type SpawnEvent, type StopEvent } from "./script/events.ts";
export type { StepOptions } from "./script/scenario/steps.ts";
export type { TaskWish, TaskWishes } from "./script/scenario/tasks.ts";
export { log } from "./script/log.ts";
export type { SharedBroadcast } from "./script/shared/broadcast.ts";
export type { SharedCounter } from "./script/shared/counter.ts";
export type { SharedQueue, TakeOptions } from "./script/shared/queue.ts";
export type { SharedRows } from "./script/shared/rows/rows.ts";
export type { RowsOptions, TextEncoding } from "./script/shared/rows/rows_options.ts";
export { type RowSource, type Shared, shared } from "./script/shared/shared.ts";
export { shutdown, type ShutdownOptions, type ShutdownOrder } from "./script/shutdown.ts";
export { type RateLimit, rateLimit, type RateLimitOptions } from "./script/shared/rate_limit.ts";
export { InterruptedError, sleep } from "./script/sleep.ts";
export { type ClientUser, HttpUser, type Pacing, User, type UserEnvironment, type WaitTime } from "./script/user.ts";
export { between, constant, constantPacing, constantThroughput } from "./script/wait_time.ts";
export { Span } from "./spans/span.ts";
export type {
  Attributes,
  AttributeValue,
  SpanBatch,
  SpanContext,
  SpanEvent,
  SpanKind,
  SpanRecord,
} from "./spans/span_record.ts";
export { Histogram, type HistogramDelta } from "./stats/histogram.ts";
export type { CustomSample, Sample } from "./stats/sample.ts";
export type { CheckSummary } from "./stats/values/checks.ts";
export type { MeasureFigures, MeasureSummary, MeasureUnit } from "./stats/values/measures.ts";
export { type ValueDelta, ValueHistogram } from "./stats/values/value_histogram.ts";
export type {
  ComparisonLine,
  ComparisonTable,
  CounterValue,
  MachineState,
  RowBefore,
  RunInfo,
  RunObserver,
  RunResult,
  RunState,
  RunView,
  SpanCounts,
  WorkerState,
} from "./stats/run_model.ts";
export { CsvReporter } from "./report/csv/csv_reporter.ts";
export { JsonReporter } from "./report/json/json_reporter.ts";
export type { KeptFailure } from "./stats/errors/kept_failures.ts";
export type { SampleCounts } from "./stats/samples/sample_chunk.ts";
export type { ErrorSource, ErrorSummary, FailureTimes } from "./stats/errors/error_counts.ts";
export type { ThresholdResult, Verdict } from "./stats/thresholds.ts";
export type { ConnectPhase, HandshakeCounts } from "./stats/connection_times.ts";
export type { ArrivalSummary, ConnectionSummary, RowSummary, Summary, TimeSummary } from "./stats/summary.ts";
export { HtmlReporter } from "./report/html/html_reporter.ts";
export { Runner } from "./engine/run/runner.ts";
export type { RunLogSink, RunnerHooks } from "./engine/run/runner_hooks.ts";
export type { RunnerConfig } from "./engine/options/config.ts";
export type { ClassLoad } from "./load/class_load.ts";
export type { StageConfig } from "./load/read_stages.ts";
export type { RunnerOptions, RunOptions } from "./engine/options/options.ts";
export type { ArrivalStage } from "./load/arrivals.ts";
export type { LoadWishes, StageList } from "./load/shape.ts";
export type { Stage } from "./load/stages.ts";
