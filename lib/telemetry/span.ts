/**
 * A span of a trace.
 *
 * @module
 */

import type { Attributes } from "./measurements.ts";

/** Something that happened during a span. */
export interface SpanEvent {
  readonly name: string;
  /** When, in milliseconds since 1970, with a fraction. */
  readonly atMs: number;
  readonly attributes: Attributes;
}

/** One span: plain data that survives `postMessage`. Times are in milliseconds since 1970, with a fraction. */
export interface SpanRecord {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** That of its parent; empty for a root. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: "internal" | "client";
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  readonly status: "unset" | "ok" | "error";
  /** Why it failed; empty if it did not. */
  readonly statusMessage: string;
}
