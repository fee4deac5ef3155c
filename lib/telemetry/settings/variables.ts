/**
 * The standard variables of OpenTelemetry that are read.
 *
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 *
 * @module
 */

import type { SignalKind } from "../otlp/schemas.ts";

/** One variable, or three with the name of a signal in place of `*`. */
export interface Variable {
  readonly name: string;
  /** What it sets, for the documentation. */
  readonly meaning: string;
  /** The value without it, for the documentation. */
  readonly fallback: string;
  /**
   * Whether each signal may have its own, with the name after `OTEL_EXPORTER_OTLP_`: `OTEL_EXPORTER_OTLP_LOGS_HEADERS`.
   */
  readonly isPerSignal?: boolean;
}

/** The variables by what they set. */
export const VARIABLES = {
  disabled: { name: "OTEL_SDK_DISABLED", meaning: "`true`: nothing is exported, not even with `--otel`", fallback: "" },
  exporter: {
    name: "OTEL_*_EXPORTER",
    meaning: "exporters of `METRICS`, `TRACES` or `LOGS`, separated by commas: `otlp`, `console`, `none`",
    fallback: "`otlp` once there is a reason to export, see above",
  },
  endpoint: {
    name: "OTEL_EXPORTER_OTLP_ENDPOINT",
    meaning: "URL of the collector; `/v1/metrics` and the like are added to this one, not to that of a signal",
    fallback: "`http://localhost:4318`",
    isPerSignal: true,
  },
  protocol: {
    name: "OTEL_EXPORTER_OTLP_PROTOCOL",
    meaning: "`http/protobuf`, also written `http`, or `http/json`",
    fallback: "`http/protobuf`",
    isPerSignal: true,
  },
  headers: {
    name: "OTEL_EXPORTER_OTLP_HEADERS",
    meaning: "`name=value,name=value`, values percent-encoded",
    fallback: "",
    isPerSignal: true,
  },
  timeout: {
    name: "OTEL_EXPORTER_OTLP_TIMEOUT",
    meaning: "longest that one attempt takes, in milliseconds",
    fallback: "10000",
    isPerSignal: true,
  },
  compression: {
    name: "OTEL_EXPORTER_OTLP_COMPRESSION",
    meaning: "`gzip` or `none`",
    fallback: "`none`",
    isPerSignal: true,
  },
  certificate: {
    name: "OTEL_EXPORTER_OTLP_CERTIFICATE",
    meaning: "PEM file of the CA of the collector",
    fallback: "the CAs that Deno trusts",
    isPerSignal: true,
  },
  clientCertificate: {
    name: "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
    meaning: "PEM file of a client certificate",
    fallback: "",
    isPerSignal: true,
  },
  clientKey: {
    name: "OTEL_EXPORTER_OTLP_CLIENT_KEY",
    meaning: "PEM file of its key",
    fallback: "",
    isPerSignal: true,
  },
  interval: {
    name: "OTEL_METRIC_EXPORT_INTERVAL",
    meaning: "time between two exports of metrics, in milliseconds; figures change once a second",
    fallback: "10000",
  },
  temporality: {
    name: "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
    meaning: "`cumulative`, `delta` or `lowmemory`, which is `delta` here",
    fallback: "`cumulative`",
  },
  histograms: {
    name: "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
    meaning: "`base2_exponential_bucket_histogram` or `explicit_bucket_histogram`: 1-2-5 from 1 ms to 50 s",
    fallback: "exponential; with `--otel-names aiolocust` explicit",
  },
  sampler: {
    name: "OTEL_TRACES_SAMPLER",
    meaning: "without `--trace-ratio`: `traceidratio`, `always_on` or `always_off`, also after `parentbased_`",
    fallback: "`always_off`",
  },
  samplerArgument: {
    name: "OTEL_TRACES_SAMPLER_ARG",
    meaning: "share of iterations with a trace for `traceidratio`, 0–1",
    fallback: "1",
  },
  serviceName: { name: "OTEL_SERVICE_NAME", meaning: "`service.name` of the resource", fallback: "`locust`" },
  resource: {
    name: "OTEL_RESOURCE_ATTRIBUTES",
    meaning: "`name=value,name=value`, values percent-encoded: attributes of the resource",
    fallback: "",
  },
} as const satisfies Record<string, Variable>;

/** What a variable sets. */
export type VariableKey = keyof typeof VARIABLES;

/** Reads variables; an empty one counts as not set. */
export type ReadVariable = (name: string) => string | undefined;

/** A value with the name of the variable that has it, for messages. */
export interface Given {
  readonly label: string;
  readonly value: string;
}

/** Returns the value of a variable; `null` if it is not set. */
export function given(read: ReadVariable, name: string): Given | null {
  const value = read(name)?.trim() ?? "";
  return value === "" ? null : { label: name, value };
}

/** Returns the value of a variable that each signal may have its own of; that of the signal comes first. */
export function givenFor(read: ReadVariable, key: VariableKey, signal: SignalKind): Given | null {
  const { name } = VARIABLES[key];
  return given(read, ownName(name, signal)) ?? given(read, name);
}

/** Returns the name of a signal's own variable. */
export function ownName(name: string, signal: SignalKind): string {
  return name.replace("OTEL_EXPORTER_OTLP_", `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_`);
}
