/**
 * Spans of one worker until they are reported.
 *
 * @module
 */

import type { SpanBatch, SpanRecord } from "./span_record.ts";

/** Most spans kept between two reports of a worker. */
export const MAX_BUFFERED_SPANS = 4096;

/** A bounded buffer; spans beyond it are counted and dropped. */
export class SpanBuffer {
  readonly #max: number;
  #spans: SpanRecord[] = [];
  #dropped = 0;

  /** @param max Most spans kept. @default {4096} */
  constructor(max = MAX_BUFFERED_SPANS) {
    this.#max = max;
  }

  /** Adds a batch: what it has dropped counts here, too. */
  addBatch({ spans, dropped }: SpanBatch): void {
    for (const span of spans) this.add(span);
    this.#dropped += dropped;
  }

  /** Adds a span. */
  add(span: SpanRecord): void {
    if (this.#spans.length < this.#max) this.#spans.push(span);
    else this.#dropped++;
  }

  /** Returns what has come since the last call; `null` for nothing. */
  take(): SpanBatch | null {
    if (this.#spans.length === 0 && this.#dropped === 0) return null;
    const batch = { spans: this.#spans, dropped: this.#dropped };
    this.#spans = [];
    this.#dropped = 0;
    return batch;
  }
}
