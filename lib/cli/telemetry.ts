/**
 * Telemetry of a run, loaded only if something asks for it.
 *
 * @module
 */

import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { EXIT_CODES } from "../core/errors.ts";
import type { LogLevel } from "../core/log_level.ts";
import type { OptionTexts, RunOptions } from "../engine/options/options.ts";
import type { GivenTelemetry, TelemetrySettings } from "../telemetry/settings/settings.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import type { ProcessState } from "./process.ts";

/** Variable that may ask for traces. */
const SAMPLER = "OTEL_TRACES_SAMPLER";

/** Variables that ask for telemetry if they are set. */
const ASKING = ["METRICS", "TRACES", "LOGS"].flatMap((signal) => [
  `OTEL_${signal}_EXPORTER`,
  `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`,
]).concat("OTEL_EXPORTER_OTLP_ENDPOINT");

/**
 * Returns options with the share of traces that the standard variables ask for, unless one is given.
 *
 * @param warn Receives warnings, one line each
 * @throws {UsageError} if a variable cannot be used
 */
export async function withSampler(
  { env }: ProcessState,
  options: OptionTexts,
  warn: (text: string) => void,
): Promise<OptionTexts> {
  const isSet = options.traceRatio !== undefined || (env.get(SAMPLER) ?? "") === "";
  if (isSet || /^true$/i.test(env.get("OTEL_SDK_DISABLED") ?? "")) return options;
  const { sampledShare } = await import("../telemetry/settings/sampler.ts");
  const traceRatio = sampledShare((name) => env.get(name), warn);
  return traceRatio === null ? options : { ...options, traceRatio };
}

/**
 * Reads what a run exports.
 *
 * @param isTracing Whether spans are recorded
 * @param warn Receives warnings, one line each
 * @param isServed Whether Prometheus scrapes the run: names may be for it alone
 * @returns `null` if it exports nothing
 * @throws {UsageError} if a flag or variable cannot be used; lists all of them
 */
export async function telemetrySettings(
  { env }: ProcessState,
  given: GivenTelemetry,
  isTracing: boolean,
  warn: (text: string) => void,
  isServed = false,
): Promise<TelemetrySettings | null> {
  const { flags } = given;
  const isAsked = isTracing || flags.otel !== undefined || (flags.otelNames !== undefined && !isServed) ||
    ASKING.some((name) => (env.get(name) ?? "") !== "");
  if (!isAsked) return null;
  const { readSettings } = await import("../telemetry/settings/settings.ts");
  return readSettings({ ...given, read: (name) => env.get(name), isTracing }, warn);
}

/**
 * Opens the exporters of a run.
 *
 * @param print Prints what the exporter `console` shows
 * @param log Receives warnings about exports
 * @throws {UsageError} if a certificate cannot be read
 */
export async function openTelemetry(
  { cwd }: ProcessState,
  settings: TelemetrySettings,
  { locustfile }: RunOptions,
  print: (text: string) => void,
  log: (level: LogLevel, text: string) => void,
): Promise<Telemetry> {
  const { Telemetry } = await import("../telemetry/telemetry.ts");
  const path = locustfile === null ? null : fileURLToPath(locustfile);
  const near = path === null ? "" : relative(cwd, path);
  return await Telemetry.open(settings, {
    print,
    warn: (text) => log("warning", text),
    filename: path === null || near.startsWith("..") ? path : near,
    interruptedCode: EXIT_CODES.interrupted,
  });
}
