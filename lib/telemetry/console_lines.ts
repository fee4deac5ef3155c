/**
 * What the exporter `console` prints: one JSON object a line.
 *
 * @module
 */

import type { LogRecord } from "./log_record.ts";
import type { Attributes, Measurement } from "./measurements.ts";
import type { SpanRecord } from "../spans/span_record.ts";

/** Returns a line about the resource of those after it. */
export function resourceLine(resource: Attributes): string {
  return line({ resource });
}

/** Returns a line for each point; histograms without their buckets. */
export function metricLines(measurements: readonly Measurement[], atMs: number): string {
  return measurements.flatMap(({ definition: { name, unit }, points }) =>
    points.map((point) => {
      const figures = "value" in point ? { value: point.value } : withoutValues(point.figures);
      return line({ metric: name, unit, at: timeText(atMs), ...figures, attributes: point.attributes });
    })
  ).join("");
}

/** Returns a line for a span. */
export function spanLine({ name, kind, startMs, endMs, status, events, ...rest }: SpanRecord): string {
  const { statusMessage, ...ids } = rest;
  return line({
    ...{ span: name, kind: kind.toUpperCase(), start: timeText(startMs), end: timeText(endMs) },
    ...{ status: status.toUpperCase(), ...(statusMessage === "" ? {} : { statusMessage }), ...ids },
    events: events.map(({ atMs, ...event }) => ({ ...event, at: timeText(atMs) })),
  });
}

/** Returns a line for a line of the log. */
export function logLine({ atMs, level, text, span }: LogRecord): string {
  return line({ log: text, level: level.toUpperCase(), at: timeText(atMs), ...span });
}

function withoutValues<T extends { readonly values: unknown }>({ values: _, ...figures }: T): Omit<T, "values"> {
  return figures;
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
