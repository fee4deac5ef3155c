/**
 * Sends metrics at intervals, and the final ones at the end.
 *
 * @module
 */

import { differences } from "./differences.ts";
import { type Attributes, type Measurement, measurementsOf, type Snapshot } from "./measurements.ts";
import type { Message } from "./otlp/protobuf.ts";
import { metricsRequest } from "./otlp/requests.ts";
import type { OtlpSender } from "./otlp/sender.ts";
import type { Outcome } from "./outcome.ts";
import type { TelemetrySettings } from "./settings/settings.ts";

/** A snapshot and its time. */
export interface TimedSnapshot {
  readonly snapshot: Snapshot;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** Views come a little early or late. */
const SLACK_MS = 250;

/**
 * Sends metrics. Only the newest snapshot is kept: each contains those before it, so that nothing is lost while the
 * collector does not take any. A difference is one to the last snapshot that the collector took.
 */
export class MetricFeed {
  readonly #sender: OtlpSender;
  readonly #resource: Attributes;
  readonly #settings: Pick<TelemetrySettings, "names" | "format" | "intervalMs">;
  readonly #outcome: Outcome;
  readonly #stop = new AbortController();
  #startMs: number;
  #newest: TimedSnapshot | null = null;
  #sending: Promise<void> | null = null;
  #nextMs: number;
  /** The last that was taken. */
  #taken: { readonly measurements: readonly Measurement[]; readonly atMs: number } | null = null;

  /** @param startMs Start of the counts, in milliseconds since 1970 */
  constructor(
    sender: OtlpSender,
    resource: Attributes,
    settings: Pick<TelemetrySettings, "names" | "format" | "intervalMs">,
    outcome: Outcome,
    startMs: number,
  ) {
    this.#sender = sender;
    this.#resource = resource;
    this.#settings = settings;
    this.#outcome = outcome;
    this.#startMs = startMs;
    this.#nextMs = startMs + settings.intervalMs - SLACK_MS;
  }

  /** Takes a snapshot; sends it if it is time and nothing is being sent. */
  offer(newest: TimedSnapshot): void {
    this.#newest = newest;
    // What the warm-up measured is not counted: counts start after it.
    if (newest.snapshot.summary === null) this.#startMs = newest.atMs;
    if (newest.atMs < this.#nextMs) return;
    this.#nextMs = Math.max(this.#nextMs + this.#settings.intervalMs, newest.atMs);
    this.#sending ??= this.#send(this.#stop.signal).finally(() => this.#sending = null);
  }

  /**
   * Sends the final snapshot.
   *
   * @param final `null` if nothing was measured
   * @param deadline Ends the attempts
   */
  async finish(final: TimedSnapshot | null, deadline: AbortSignal): Promise<void> {
    // What is being sent is older. A difference may have arrived already, so its response is waited for.
    if (this.#settings.format.temporality === "cumulative") this.#stop.abort();
    else deadline.addEventListener("abort", () => this.#stop.abort());
    await this.#sending;
    if (final === null) return;
    this.#newest = final;
    await this.#send(deadline);
  }

  async #send(signal: AbortSignal): Promise<void> {
    let sent: { readonly measurements: readonly Measurement[]; readonly atMs: number } | null = null;
    const makeRequest = (): Message => {
      const { snapshot, atMs } = this.#newest!;
      const measurements = measurementsOf(snapshot, this.#settings.names);
      sent = { measurements, atMs };
      return this.#request(measurements, atMs);
    };
    const delivery = await this.#sender.send(makeRequest, signal);
    if (delivery.isSent) this.#taken = sent;
    const isReplaced = !delivery.isSent && signal === this.#stop.signal && signal.aborted;
    if (!isReplaced) this.#outcome.settle(delivery, 1);
  }

  #request(measurements: readonly Measurement[], atMs: number): Message {
    const { format } = this.#settings;
    if (format.temporality === "cumulative") {
      return metricsRequest(this.#resource, measurements, this.#startMs, atMs, format);
    }
    const { measurements: before, atMs: fromMs } = this.#taken ?? { measurements: [], atMs: this.#startMs };
    return metricsRequest(this.#resource, differences(measurements, before), fromMs, atMs, format);
  }
}
