/**
 * Options in which two runs differ.
 *
 * @module
 */

import { optionRows } from "../html/option_rows.ts";
import type { RunFigures } from "./run_file.ts";

/** Options that change no figure. */
const IGNORED = new Set([
  "locustfile",
  "url",
  "thresholds",
  "abortOnFail",
  "abortAfterMs",
  "failOnError",
  "logLevel",
  "startTimeoutMs",
  "stopTimeoutMs",
]);
/** Options that make times another thing: another load, or rows that hold other requests. */
const DECISIVE = new Set([
  "users",
  "ratePerSecond",
  "arrivalRatePerSecond",
  "stages",
  "maxRequestsPerSecond",
  "only",
  "groupByClass",
  "groupByStep",
]);

/** In what two runs differ, one line each. */
export interface Differences {
  /** Differences that may explain a change of the figures. */
  readonly named: readonly string[];
  /** Differences that make comparing meaningless. */
  readonly decisive: readonly string[];
}

/** Returns the differences between an earlier run and a later one. */
export function differencesOf(
  old: Pick<RunFigures, "options">,
  latest: { readonly options: Readonly<Record<string, unknown>> },
): Differences {
  const keys = [...new Set([...Object.keys(old.options), ...Object.keys(latest.options)])].filter((key) =>
    !IGNORED.has(key) && textOf(old.options[key]) !== textOf(latest.options[key])
  );
  const line = (key: string) => {
    const [name] = optionRows({ [key]: old.options[key] ?? latest.options[key] })[0] ?? [key];
    return `${name}: ${shown(key, old.options[key])} before, ${shown(key, latest.options[key])} now`;
  };
  const isDecisive = (key: string) => DECISIVE.has(key);
  return {
    named: keys.filter((key) => !isDecisive(key)).map(line),
    decisive: keys.filter(isDecisive).map(line),
  };
}

function textOf(value: unknown): string {
  return JSON.stringify(value ?? null);
}

function shown(key: string, value: unknown): string {
  return optionRows({ [key]: value })[0]?.[1] ?? "none";
}
