/**
 * A span that has ended: plain data, as it leaves its worker.
 *
 * @module
 */

/** Value of an attribute. */
export type AttributeValue = string | number | boolean;

/** Attributes by name. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** `client`: a request to another system; `internal`: anything else. */
export type SpanKind = "client" | "internal";

/** Something that happened at one instant of a span. */
export interface SpanEvent {
  /** What happened. */
  readonly name: string;
  /** When, in milliseconds since the Unix epoch, with fractions. */
  readonly atMs: number;
  /** More about it. */
  readonly attributes: Attributes;
}

/** A span that has ended. */
export interface SpanRecord {
  /** 32 lower-case hexadecimal digits, not all 0. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits, not all 0. */
  readonly spanId: string;
  /** The parent's {@linkcode SpanRecord.spanId}; empty for the root of a trace. */
  readonly parentSpanId: string;
  /** Method and row of a request, name of a step, class and task of an iteration. */
  readonly name: string;
  /** What it stands for. */
  readonly kind: SpanKind;
  /** Start, in milliseconds since the Unix epoch, with fractions; the clock is monotonic. */
  readonly startMs: number;
  /** End, on the same clock. */
  readonly endMs: number;
  /** More about it, by the names of the semantic conventions. */
  readonly attributes: Attributes;
  /** What happened meanwhile, in order. */
  readonly events: readonly SpanEvent[];
  /** `unset` unless it failed: what a success is, is for others to say. */
  readonly status: "unset" | "error";
  /** Why it failed; empty if it did not. */
  readonly statusMessage: string;
}

/** What names a span in other records. */
export interface SpanContext {
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits. */
  readonly spanId: string;
}

/** Spans that ended since the last batch. */
export interface SpanBatch {
  /** The spans, in the order of their ends. */
  readonly spans: readonly SpanRecord[];
  /** Spans that ended since then and were dropped because the buffer was full. */
  readonly dropped: number;
}
