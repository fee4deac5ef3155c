/**
 * What is exported, where to and how: from flags and the standard variables.
 *
 * @module
 */

import { didYouMean } from "../../core/suggestion.ts";
import { UsageError } from "../../core/errors.ts";
import type { Attributes } from "../measurements.ts";
import { NAME_SETS, type NameSet } from "../metrics.ts";
import type { MetricFormat } from "../otlp/requests.ts";
import type { SignalKind } from "../otlp/schemas.ts";
import type { OtlpTarget } from "../otlp/sender.ts";
import { pairsOf, readTarget, type TlsFiles } from "./target.ts";
import { given, ownName, type ReadVariable, VARIABLES } from "./variables.ts";

/** Flags about telemetry. */
export interface TelemetryFlags {
  /** Exporters of all signals, separated by commas, or a boolean. */
  readonly otel?: string;
  /** Names of metrics and attributes: {@linkcode NAME_SETS}. */
  readonly otelNames?: string;
  /** Attribute `profile` of the resource. */
  readonly profile?: string;
}

/** Where one signal goes. */
export interface SignalSettings {
  /** Whether it is printed. */
  readonly isPrinted: boolean;
  /** Where it is sent; `null` if it is only printed. */
  readonly target: (OtlpTarget & { readonly tls: TlsFiles }) | null;
}

/** What is exported; `null` for a signal that is not. */
export interface TelemetrySettings {
  readonly metrics: SignalSettings | null;
  readonly traces: SignalSettings | null;
  readonly logs: SignalSettings | null;
  readonly names: NameSet;
  readonly format: MetricFormat;
  /** Time between two exports of metrics, in milliseconds. */
  readonly intervalMs: number;
  /** Attributes of the resource that are given. */
  readonly resource: Attributes;
}

/** Flags as they were given. */
export interface GivenTelemetry {
  readonly flags: TelemetryFlags;
  /** Returns the name of a flag as the user typed it. */
  readonly labelOf: (key: keyof TelemetryFlags) => string;
}

/** What the settings are read from. */
export interface SettingsSource extends GivenTelemetry {
  readonly read: ReadVariable;
  /** Whether spans are recorded, which is a reason to export them. */
  readonly isTracing: boolean;
}

/** Signals in the order of messages. */
export const SIGNALS: readonly SignalKind[] = ["metrics", "traces", "logs"];

const EXPORTERS = ["otlp", "console", "none"] as const;
type Exporter = (typeof EXPORTERS)[number];
/** What to use in place of exporters that there are not. */
const ELSEWHERE = new Map([
  ["prometheus", "unknown exporter, expected --prometheus for it"],
  [
    "grpc",
    "not supported for telemetry, expected otlp and the collector's HTTP endpoint, such as " +
    "OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318",
  ],
]);

/** Time between two exports of metrics without a variable, in milliseconds. */
const INTERVAL_MS = 10_000;

const ON = /^(?:on|true|yes|1)$/i;
const OFF = /^(?:off|false|no|0)$/i;

/**
 * Reads the settings.
 *
 * @param warn Receives warnings, one line each
 * @returns The settings; `null` if nothing is exported
 * @throws {UsageError} if a flag or variable cannot be used; lists all of them
 */
export function readSettings(source: SettingsSource, warn: (text: string) => void): TelemetrySettings | null {
  const problems: string[] = [];
  const { flags, labelOf, read } = source;
  const asked = exportersOfFlag(flags.otel, labelOf("otel"), problems);
  const names = readChoice({ label: labelOf("otelNames"), value: flags.otelNames ?? "standard" }, NAME_SETS, problems);
  if (/^true$/i.test(given(read, VARIABLES.disabled.name)?.value ?? "") || asked === "off") {
    if (problems.length > 0) throw new UsageError(problems);
    return null;
  }
  const signals = SIGNALS.map((signal) => {
    const exporters = exportersOf(signal, asked, source, warn);
    if (!exporters.some((one) => one !== "none")) return null;
    const target = exporters.includes("otlp") ? readTarget(signal, read, problems) : null;
    return { isPrinted: exporters.includes("console"), target };
  });
  const [metrics, traces, logs] = signals as [SignalSettings | null, SignalSettings | null, SignalSettings | null];
  const isOn = signals.some((one) => one !== null);
  const own = isOn ? readOwn(source, names ?? "standard", problems) : null;
  if (problems.length > 0) throw new UsageError(problems, hintFor(problems));
  return own === null ? null : { metrics, traces, logs, names: names!, ...own };
}

/** Reads what is not about one signal alone. */
function readOwn({ flags, read }: SettingsSource, names: NameSet, problems: string[]) {
  const choose = <T extends string>(key: "temporality" | "histograms", choices: readonly T[]) => {
    const value = given(read, VARIABLES[key].name);
    return value === null ? null : readChoice({ ...value, value: value.value.toLowerCase() }, choices, problems);
  };
  const temporality = choose("temporality", ["cumulative", "delta", "lowmemory"]);
  const histograms = choose("histograms", ["base2_exponential_bucket_histogram", "explicit_bucket_histogram"]);
  const isExplicit = histograms === null ? names === "aiolocust" : histograms === "explicit_bucket_histogram";
  const interval = given(read, VARIABLES.interval.name);
  const intervalMs = interval === null ? INTERVAL_MS : Number(interval.value);
  if (!(intervalMs > 0 && Number.isFinite(intervalMs))) {
    problems.push(
      `Cannot use ${interval!.label} "${interval!.value}": not a number of milliseconds, expected more than 0`,
    );
  }
  const format: MetricFormat = {
    temporality: temporality === null || temporality === "cumulative" ? "cumulative" : "delta",
    histograms: isExplicit ? "explicit" : "exponential",
  };
  return { format, intervalMs, resource: readResource(flags, read, problems) };
}

function readResource({ profile }: TelemetryFlags, read: ReadVariable, problems: string[]): Attributes {
  const [attributes, name] = [given(read, VARIABLES.resource.name), given(read, VARIABLES.serviceName.name)];
  return {
    ...(attributes === null ? {} : pairsOf(attributes, problems)),
    ...(profile === undefined ? {} : { profile }),
    ...(name === null ? {} : { "service.name": name.value }),
  };
}

/** Returns what the flag asks for: exporters, the variables' choice, or nothing at all; `null` without the flag. */
function exportersOfFlag(
  text: string | undefined,
  label: string,
  problems: string[],
): Exporter[] | "on" | "off" | null {
  if (text === undefined) return null;
  if (ON.test(text)) return "on";
  if (OFF.test(text)) return "off";
  const exporters = namesIn(text);
  for (const name of exporters.filter((one) => !isExporter(one))) {
    problems.push(`Cannot use ${label} "${name}": ${ELSEWHERE.get(name) ?? unknownExporter(name)}`);
  }
  return exporters.filter(isExporter);
}

function unknownExporter(name: string): string {
  return `unknown exporter${didYouMean(name, [...EXPORTERS, "off"])}`;
}

function exportersOf(
  signal: SignalKind,
  asked: Exporter[] | "on" | "off" | null,
  { read, isTracing }: SettingsSource,
  warn: (text: string) => void,
): readonly Exporter[] {
  // Spans come only from sampled iterations; without any there is nothing to export.
  const isVain = signal === "traces" && !isTracing;
  if (Array.isArray(asked)) return isVain ? [] : asked;
  const variable = given(read, VARIABLES.exporter.name.replace("*", signal.toUpperCase()));
  const exporters = variable === null ? null : exportersOfVariable(variable.label, variable.value, warn);
  if (isVain) return [];
  if (exporters !== null) return exporters;
  const { name } = VARIABLES.endpoint;
  const hasEndpoint = given(read, name) !== null || given(read, ownName(name, signal)) !== null;
  return asked === "on" || hasEndpoint || signal === "traces" ? ["otlp"] : [];
}

/** A name that is not known is only reported: the variable may be meant for another program. */
function exportersOfVariable(label: string, value: string, warn: (text: string) => void): Exporter[] {
  return namesIn(value).filter((name) => {
    if (isExporter(name)) return true;
    const advice = name === "prometheus" ? "use --prometheus" : `expected ${EXPORTERS.join(", ")}`;
    warn(`Cannot use ${label} "${name}": unknown exporter, ignored, ${advice}`);
    return false;
  }).filter(isExporter);
}

function namesIn(list: string): string[] {
  return list.split(",").map((name) => name.trim().toLowerCase()).filter((name) => name !== "");
}

function isExporter(name: string): name is Exporter {
  return EXPORTERS.some((one) => one === name);
}

function readChoice<T extends string>(
  { label, value }: { readonly label: string; readonly value: string },
  choices: readonly T[],
  problems: string[],
): T | null {
  const choice = choices.find((one) => one === value);
  if (choice === undefined) problems.push(`Cannot use ${label} "${value}": unknown, expected ${choices.join(" or ")}`);
  return choice ?? null;
}

function hintFor(problems: readonly string[]): string | undefined {
  return problems.every((one) => one.includes("OTEL_"))
    ? "--otel off runs without telemetry, whatever the variables say"
    : undefined;
}
