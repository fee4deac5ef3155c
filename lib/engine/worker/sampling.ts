/**
 * Which iterations of a worker have a trace.
 *
 * @module
 */

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
