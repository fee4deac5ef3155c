/**
 * Which iterations of a worker have a trace.
 *
 * @module
 */

import { currentStep } from "../../http/client/step_scope.ts";
import { activeSpan } from "../../spans/active_span.ts";
import type { SpanContext } from "../../spans/span_record.ts";
import type { SpanBuffer } from "../../spans/span_buffer.ts";
import type { Sampling } from "../../spans/user_trace.ts";
import type { RunOptions } from "../options/options.ts";

/**
 * Returns the sampling that the options ask for; `null` without traces.
 *
 * @param spans Receives the spans that are exported
 */
export function samplingOf({ traceRatio, traceparent }: RunOptions, spans: SpanBuffer): Sampling | null {
  const ratio = traceRatio ?? (traceparent ? 1 : 0);
  if (ratio === 0) return null;
  return { ratio, sink: traceparent ? () => {} : (span) => spans.add(span), random: Math.random };
}

/** Returns the span that a line of the log is written in: that of the step, otherwise that of the iteration. */
export function spanOfLog(): SpanContext | null {
  const span = currentStep()?.span ?? activeSpan();
  return span === null ? null : { traceId: span.traceId, spanId: span.spanId };
}
