/**
 * The messages of OTLP that are sent, as far as they are used.
 *
 * From opentelemetry/proto/{common,resource,metrics,logs,trace}/v1 of opentelemetry-proto 1.x.
 *
 * @module
 */

import type { Schema } from "./protobuf.ts";

const ANY_VALUE: Schema = {
  stringValue: { id: 1, type: "string" },
  boolValue: { id: 2, type: "bool" },
  intValue: { id: 3, type: "int64" },
  doubleValue: { id: 4, type: "double" },
};
const KEY_VALUE: Schema = { key: { id: 1, type: "string" }, value: { id: 2, type: ANY_VALUE } };
const RESOURCE: Schema = { attributes: { id: 1, type: KEY_VALUE, isRepeated: true } };
const SCOPE: Schema = { name: { id: 1, type: "string" }, version: { id: 2, type: "string" } };

const POINT_TIMES: Schema = {
  startTimeUnixNano: { id: 2, type: "fixed64" },
  timeUnixNano: { id: 3, type: "fixed64" },
};
const NUMBER_POINT: Schema = {
  ...POINT_TIMES,
  attributes: { id: 7, type: KEY_VALUE, isRepeated: true },
  asDouble: { id: 4, type: "double" },
  asInt: { id: 6, type: "fixed64" },
};
const HISTOGRAM_POINT: Schema = {
  ...POINT_TIMES,
  attributes: { id: 9, type: KEY_VALUE, isRepeated: true },
  count: { id: 4, type: "fixed64" },
  sum: { id: 5, type: "double" },
  bucketCounts: { id: 6, type: "fixed64", isRepeated: true },
  explicitBounds: { id: 7, type: "double", isRepeated: true },
  min: { id: 11, type: "double" },
  max: { id: 12, type: "double" },
};
const BUCKETS: Schema = {
  offset: { id: 1, type: "sint32" },
  bucketCounts: { id: 2, type: "uint64", isRepeated: true },
};
const EXPONENTIAL_POINT: Schema = {
  ...POINT_TIMES,
  attributes: { id: 1, type: KEY_VALUE, isRepeated: true },
  count: { id: 4, type: "fixed64" },
  sum: { id: 5, type: "double" },
  scale: { id: 6, type: "sint32" },
  zeroCount: { id: 7, type: "fixed64" },
  positive: { id: 8, type: BUCKETS },
  min: { id: 12, type: "double" },
  max: { id: 13, type: "double" },
};

function dataOf(point: Schema): Schema {
  return {
    dataPoints: { id: 1, type: point, isRepeated: true },
    aggregationTemporality: { id: 2, type: "enum" },
    isMonotonic: { id: 3, type: "bool" },
  };
}

const METRIC: Schema = {
  name: { id: 1, type: "string" },
  description: { id: 2, type: "string" },
  unit: { id: 3, type: "string" },
  gauge: { id: 5, type: dataOf(NUMBER_POINT) },
  sum: { id: 7, type: dataOf(NUMBER_POINT) },
  histogram: { id: 9, type: dataOf(HISTOGRAM_POINT) },
  exponentialHistogram: { id: 10, type: dataOf(EXPONENTIAL_POINT) },
};

const LOG_RECORD: Schema = {
  timeUnixNano: { id: 1, type: "fixed64" },
  observedTimeUnixNano: { id: 11, type: "fixed64" },
  severityNumber: { id: 2, type: "enum" },
  severityText: { id: 3, type: "string" },
  body: { id: 5, type: ANY_VALUE },
  attributes: { id: 6, type: KEY_VALUE, isRepeated: true },
  flags: { id: 8, type: "fixed32" },
  traceId: { id: 9, type: "bytes" },
  spanId: { id: 10, type: "bytes" },
};

const EVENT: Schema = {
  timeUnixNano: { id: 1, type: "fixed64" },
  name: { id: 2, type: "string" },
  attributes: { id: 3, type: KEY_VALUE, isRepeated: true },
};
const STATUS: Schema = { message: { id: 2, type: "string" }, code: { id: 3, type: "enum" } };
const SPAN: Schema = {
  traceId: { id: 1, type: "bytes" },
  spanId: { id: 2, type: "bytes" },
  traceState: { id: 3, type: "string" },
  parentSpanId: { id: 4, type: "bytes" },
  flags: { id: 16, type: "fixed32" },
  name: { id: 5, type: "string" },
  kind: { id: 6, type: "enum" },
  startTimeUnixNano: { id: 7, type: "fixed64" },
  endTimeUnixNano: { id: 8, type: "fixed64" },
  attributes: { id: 9, type: KEY_VALUE, isRepeated: true },
  events: { id: 11, type: EVENT, isRepeated: true },
  status: { id: 15, type: STATUS },
};

/** Returns the request of one kind of records: resource, then scope, then records. */
function requestOf(resources: string, scopes: string, records: string, record: Schema): Schema {
  const inScope: Schema = { scope: { id: 1, type: SCOPE }, [records]: { id: 2, type: record, isRepeated: true } };
  const inResource: Schema = {
    resource: { id: 1, type: RESOURCE },
    [scopes]: { id: 2, type: inScope, isRepeated: true },
  };
  return { [resources]: { id: 1, type: inResource, isRepeated: true } };
}

/** What is exported. */
export type SignalKind = "metrics" | "traces" | "logs";

/** Schemas of the requests. */
export const REQUESTS: Readonly<Record<SignalKind, Schema>> = {
  metrics: requestOf("resourceMetrics", "scopeMetrics", "metrics", METRIC),
  traces: requestOf("resourceSpans", "scopeSpans", "spans", SPAN),
  logs: requestOf("resourceLogs", "scopeLogs", "logRecords", LOG_RECORD),
};
