/**
 * The observers of a run.
 *
 * @module
 */

import { OutputError } from "../../core/errors.ts";
import type { SpanBatch } from "../../spans/span_record.ts";
import type { RunObserver, SpanCounts } from "../../stats/run_model.ts";

/** Notifies observers; one that fails is a problem of the run, and the others are still notified. */
export class Audience {
  readonly #observers: readonly RunObserver[];
  readonly #onProblem: (text: string) => void;
  #spans: SpanCounts | null = null;

  /** @param onProblem Receives the message of an observer's error */
  constructor(observers: readonly RunObserver[], onProblem: (text: string) => void) {
    this.#observers = observers;
    this.#onProblem = onProblem;
  }

  /** Spans so far; `null` for none. */
  get spans(): SpanCounts | null {
    return this.#spans;
  }

  /** Passes spans on, and counts them. */
  takeSpans(batch: SpanBatch): void {
    const { recorded = 0, dropped = 0 } = this.#spans ?? {};
    this.#spans = { recorded: recorded + batch.spans.length, dropped: dropped + batch.dropped };
    this.notify((observer) => observer.onSpans?.(batch));
  }

  /** Notifies all without waiting. */
  notify(call: (observer: RunObserver) => void): void {
    for (const observer of this.#observers) void this.#tell(() => call(observer));
  }

  /** Notifies one after the other. */
  async tellEach(call: (observer: RunObserver) => void | Promise<void>): Promise<void> {
    for (const observer of this.#observers) await this.#tell(() => call(observer));
  }

  async #tell(call: () => void | Promise<void>): Promise<void> {
    try {
      await call();
    } catch (error) {
      if (error instanceof OutputError) this.#onProblem(error.message);
      else this.#onProblem(`A reporter failed: ${error instanceof Error ? error.stack ?? error.message : error}`);
    }
  }
}
