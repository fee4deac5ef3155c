/**
 * Exports a run: its figures, its log, its spans.
 *
 * @module
 */

import type { LogLevel } from "../core/log_level.ts";
import type { RunInfo, RunObserver, RunResult, RunView } from "../stats/run_model.ts";
import { BatchFeed } from "./batch_feed.ts";
import { openClients } from "./clients.ts";
import { logLine, metricLines, resourceLine, spanLine } from "./console_lines.ts";
import type { LogRecord } from "./log_record.ts";
import { type Attributes, measurementsOf, snapshotOfResult, snapshotOfView } from "./measurements.ts";
import { MetricFeed, type TimedSnapshot } from "./metric_feed.ts";
import { logsRequest, tracesRequest } from "./otlp/requests.ts";
import type { SignalKind } from "./otlp/schemas.ts";
import { OtlpSender } from "./otlp/sender.ts";
import { Outcome } from "./outcome.ts";
import { withNames } from "./span_names.ts";
import { SIGNALS, type TelemetrySettings } from "./settings/settings.ts";
import { resourceOf } from "./resource.ts";
import type { SpanBatch, SpanContext, SpanRecord } from "../spans/span_record.ts";

/** Most that is exported of one line of the log, in UTF-16 units. */
const MAX_LINE = 16_384;
/** Longest that exports at the end of a run take, in milliseconds. */
const FINISH_MS = 3000;
/** The same after a run that was interrupted. */
const INTERRUPTED_MS = 1000;

const RECORDS: Readonly<Record<SignalKind, string>> = {
  metrics: "exports of metrics",
  traces: "spans",
  logs: "log lines",
};

/** What telemetry uses of its surroundings. */
export interface TelemetryHost {
  /** Prints what the exporter `console` shows, line breaks included. */
  readonly print: (text: string) => void;
  /** Receives warnings about exports, one line each; they are not exported themselves. */
  readonly warn: (text: string) => void;
  /** Path of the locustfile; `null` without one. */
  readonly filename: string | null;
  /** Exit code of a run that was interrupted. */
  readonly interruptedCode: number;
  /** Longest that exports at the end of a run take, in milliseconds. @default 3000 */
  readonly finishMs?: number;
  /** Wait after the first failure, in milliseconds. @default 1000 */
  readonly firstBackoffMs?: number;
}

/** An exporter of one signal. */
interface Exporter {
  readonly sender: OtlpSender;
  readonly outcome: Outcome;
}

/** Exports one run. Never throws and never holds the run up: what cannot be sent is counted and told at the end. */
export class Telemetry implements RunObserver {
  readonly #settings: TelemetrySettings;
  readonly #host: TelemetryHost;
  readonly #resource: Attributes;
  readonly #clients: readonly Deno.HttpClient[];
  readonly #exporters: Readonly<Partial<Record<SignalKind, Exporter>>>;
  readonly #logs: BatchFeed<LogRecord> | null;
  readonly #spans: BatchFeed<SpanRecord> | null;
  #metrics: MetricFeed | null = null;
  #printedMs = 0;
  #isOver = false;

  /** @param clients Connections with certificates by signal, closed at the end */
  private constructor(
    settings: TelemetrySettings,
    host: TelemetryHost,
    resource: Attributes,
    clients: Readonly<Partial<Record<SignalKind, Deno.HttpClient>>>,
  ) {
    this.#settings = settings;
    this.#host = host;
    this.#resource = resource;
    this.#clients = Object.values(clients);
    const exporters: Partial<Record<SignalKind, Exporter>> = {};
    for (const signal of SIGNALS) {
      const target = settings[signal]?.target;
      if (!target) continue;
      const outcome = new Outcome(RECORDS[signal], `${target.url.origin}${target.url.pathname}`, host.warn);
      const client = clients[signal];
      const sender = new OtlpSender(signal, target, {
        onRetry: (reason) => this.#isOver || outcome.retry(reason),
        ...(client === undefined ? {} : { client }),
        ...(host.firstBackoffMs === undefined ? {} : { firstBackoffMs: host.firstBackoffMs }),
      });
      exporters[signal] = { sender, outcome };
    }
    const feed = <T>(
      exporter: Exporter | undefined,
      request: (resource: Attributes, records: readonly T[]) => Record<string, unknown>,
    ) =>
      exporter === undefined
        ? null
        : new BatchFeed<T>(exporter.sender, (records) => request(resource, records), exporter.outcome);
    this.#exporters = exporters;
    this.#logs = feed<LogRecord>(exporters.logs, logsRequest);
    this.#spans = feed<SpanRecord>(exporters.traces, tracesRequest);
    if (SIGNALS.some((signal) => settings[signal]?.isPrinted)) host.print(resourceLine(resource));
  }

  /**
   * Opens the exporters; sends nothing yet.
   *
   * @throws {UsageError} if a certificate cannot be read; lists all of them
   */
  static async open(settings: TelemetrySettings, host: TelemetryHost): Promise<Telemetry> {
    const clients = await openClients(settings);
    return new Telemetry(settings, host, resourceOf(host.filename, settings.resource), clients);
  }

  onStart({ startedAt }: RunInfo): void {
    const exporter = this.#exporters.metrics;
    if (exporter === undefined) return;
    const { sender, outcome } = exporter;
    this.#metrics = new MetricFeed(sender, this.#resource, this.#settings, outcome, startedAt.getTime());
  }

  onView(view: RunView): void {
    const timed = { snapshot: snapshotOfView(view), atMs: Date.now() };
    this.#metrics?.offer(timed);
    if (!this.#settings.metrics?.isPrinted || timed.atMs < this.#printedMs + this.#settings.intervalMs) return;
    if (this.#printedMs > 0) this.#printMetrics(timed);
    this.#printedMs = timed.atMs;
  }

  /** Sends what is left, for a few seconds at most, and warns about what did not arrive. */
  async onResult(result: RunResult): Promise<void> {
    const timed = { snapshot: snapshotOfResult(result), atMs: Date.now() };
    if (this.#settings.metrics?.isPrinted) this.#printMetrics(timed);
    await this.#finish(result.exitCode === this.#host.interruptedCode, timed);
  }

  /** Sends the log of a run that measured nothing. */
  async onFailure(): Promise<void> {
    await this.#finish(false, null);
  }

  /** Exports a line of the log. */
  log(level: LogLevel, text: string, span: SpanContext | null = null): void {
    if (this.#isOver || this.#settings.logs === null) return;
    const record = { atMs: Date.now(), level, text: text.slice(0, MAX_LINE), ...(span === null ? {} : { span }) };
    if (this.#settings.logs.isPrinted) this.#host.print(logLine(record));
    this.#logs?.add([record]);
  }

  /** Exports spans. */
  onSpans({ spans }: SpanBatch): void {
    if (this.#isOver || this.#settings.traces === null) return;
    const { traces, names } = this.#settings;
    const named = names === "standard" ? spans : spans.map((span) => withNames(span, names));
    if (traces.isPrinted) this.#host.print(named.map(spanLine).join(""));
    this.#spans?.add(named);
  }

  async #finish(isInterrupted: boolean, final: TimedSnapshot | null): Promise<void> {
    this.#isOver = true;
    const { finishMs = FINISH_MS, warn } = this.#host;
    const limit = new AbortController();
    const leftMs = isInterrupted ? Math.min(finishMs, INTERRUPTED_MS) : finishMs;
    const timer = setTimeout(() => limit.abort(), leftMs);
    for (const signal of SIGNALS) this.#exporters[signal]?.sender.finish(leftMs);
    await Promise.all([
      this.#metrics?.finish(final, limit.signal),
      this.#logs?.finish(limit.signal),
      this.#spans?.finish(limit.signal),
    ]);
    clearTimeout(timer);
    for (const client of this.#clients) client.close();
    for (const signal of SIGNALS) {
      const summary = this.#exporters[signal]?.outcome.summary() ?? null;
      if (summary !== null) warn(summary);
    }
  }

  #printMetrics({ snapshot, atMs }: TimedSnapshot): void {
    this.#host.print(metricLines(measurementsOf(snapshot, this.#settings.names), atMs));
  }
}
