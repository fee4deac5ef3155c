/**
 * The requests of OTLP from measurements, lines of the log and spans.
 *
 * @module
 */

import type { LogLevel } from "../../core/log_level.ts";
import { VERSION } from "../../core/version.ts";
import type { LogRecord } from "../log_record.ts";
import type { Attributes, HistogramPoint, Measurement, NumberPoint } from "../measurements.ts";
import type { SpanRecord } from "../../spans/span_record.ts";
import { BOUNDS, explicitCounts, exponentialBuckets, SCALE } from "./histograms.ts";
import type { Message } from "./protobuf.ts";

/** How values relate to time: since the start of the run, or since the export before. */
export type Temporality = "cumulative" | "delta";

/** How metrics are sent. */
export interface MetricFormat {
  readonly temporality: Temporality;
  readonly histograms: "exponential" | "explicit";
}

const TEMPORALITIES = { delta: 1, cumulative: 2 } as const;
const SPAN_KINDS = { internal: 1, client: 3 } as const;
const STATUS_CODES = { unset: 0, ok: 1, error: 2 } as const;
const SEVERITIES: Readonly<Record<LogLevel, readonly [number: number, text: string]>> = {
  debug: [5, "DEBUG"],
  info: [9, "INFO"],
  warning: [13, "WARN"],
  error: [17, "ERROR"],
};
/** Flags of what belongs to a trace that was sampled: W3C Trace Context. */
const SAMPLED = 1;
const SCOPE: Message = { name: "locust", version: VERSION };

/**
 * Returns the request that exports metrics.
 *
 * @param fromMs Start of the time that counts and histograms cover, in milliseconds since 1970
 * @param toMs End of it
 */
export function metricsRequest(
  resource: Attributes,
  measurements: readonly Measurement[],
  fromMs: number,
  toMs: number,
  format: MetricFormat,
): Message {
  const times = { startTimeUnixNano: nanoseconds(fromMs), timeUnixNano: nanoseconds(toMs) };
  const metrics = measurements.map((one) => metricMessage(one, times, format));
  return { resourceMetrics: [{ resource: resourceMessage(resource), scopeMetrics: [{ scope: SCOPE, metrics }] }] };
}

/** Returns the request that exports spans. */
export function tracesRequest(resource: Attributes, spans: readonly SpanRecord[]): Message {
  const scopeSpans = [{ scope: SCOPE, spans: spans.map(spanMessage) }];
  return { resourceSpans: [{ resource: resourceMessage(resource), scopeSpans }] };
}

/** Returns the request that exports lines of the log. */
export function logsRequest(resource: Attributes, records: readonly LogRecord[]): Message {
  const scopeLogs = [{ scope: SCOPE, logRecords: records.map(logMessage) }];
  return { resourceLogs: [{ resource: resourceMessage(resource), scopeLogs }] };
}

function resourceMessage(resource: Attributes): Message {
  return { attributes: keyValues(resource) };
}

function metricMessage({ definition, points }: Measurement, times: Message, format: MetricFormat): Message {
  const { name, description, unit, kind } = definition;
  const known = { name, description, unit };
  const aggregationTemporality = TEMPORALITIES[format.temporality];
  const numbers = () => (points as NumberPoint[]).map((point) => numberMessage(point, unit, times));
  switch (kind) {
    case "gauge":
      return { ...known, gauge: { dataPoints: numbers() } };
    case "counter":
      return { ...known, sum: { dataPoints: numbers(), aggregationTemporality, isMonotonic: true } };
    case "histogram": {
      const isExplicit = format.histograms === "explicit";
      const toMessage = isExplicit ? explicitMessage : exponentialMessage;
      const dataPoints = (points as HistogramPoint[]).map((point) => toMessage(point, times));
      return { ...known, [isExplicit ? "histogram" : "exponentialHistogram"]: { dataPoints, aggregationTemporality } };
    }
  }
}

function numberMessage({ attributes, value }: NumberPoint, unit: string, times: Message): Message {
  const figure = unit === "1" ? { asDouble: value } : { asInt: value };
  return { ...times, attributes: keyValues(attributes), ...figure };
}

/** Extremes that are not known are left out. */
function figuresMessage({ attributes, figures }: HistogramPoint, times: Message): Message {
  const { count, sum, min, max } = figures;
  return { ...times, attributes: keyValues(attributes), count, sum, min: min ?? undefined, max: max ?? undefined };
}

function exponentialMessage(point: HistogramPoint, times: Message): Message {
  const { zeroCount, ...positive } = exponentialBuckets(point.figures);
  return { ...figuresMessage(point, times), scale: SCALE, zeroCount, positive };
}

function explicitMessage(point: HistogramPoint, times: Message): Message {
  const bucketCounts = explicitCounts(point.figures);
  return { ...figuresMessage(point, times), bucketCounts, explicitBounds: BOUNDS };
}

function spanMessage(span: SpanRecord): Message {
  return {
    ...{ traceId: span.traceId, spanId: span.spanId, flags: SAMPLED },
    ...(span.parentSpanId === "" ? {} : { parentSpanId: span.parentSpanId }),
    ...{ name: span.name, kind: SPAN_KINDS[span.kind] },
    startTimeUnixNano: nanoseconds(span.startMs),
    endTimeUnixNano: nanoseconds(span.endMs),
    attributes: keyValues(span.attributes),
    events: span.events.map(({ name, atMs, attributes }) => ({
      ...{ timeUnixNano: nanoseconds(atMs), name, attributes: keyValues(attributes) },
    })),
    status: { code: STATUS_CODES[span.status], ...(span.statusMessage === "" ? {} : { message: span.statusMessage }) },
  };
}

function logMessage({ atMs, level, text, span }: LogRecord): Message {
  const [severityNumber, severityText] = SEVERITIES[level];
  const timeUnixNano = nanoseconds(atMs);
  const context = span === undefined ? {} : { ...span, flags: SAMPLED };
  return {
    ...{ timeUnixNano, observedTimeUnixNano: timeUnixNano, severityNumber, severityText },
    ...{ body: { stringValue: text }, ...context },
  };
}

function keyValues(attributes: Attributes): Message[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: string | number | boolean): Message {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: value } : { doubleValue: value };
}

function nanoseconds(ms: number): bigint {
  const whole = Math.floor(ms);
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6));
}
