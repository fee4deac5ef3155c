/**
 * The flags of `locust debug`.
 *
 * @module
 */

import type { TraceOptions } from "../../http/trace/trace_text.ts";
import type { GivenArguments } from "../flags/arguments.ts";
import { VARIABLE_PREFIX } from "../flags/flag.ts";
import { FLAGS } from "../flags/flags.ts";

const DEFAULT_BODY_BYTES = 2000;
const FACTORS: Readonly<Record<string, number>> = { "": 1, b: 1, kb: 1e3, mb: 1e6 };
/** Flags that make no sense with one user. */
const OF_LOADS = [
  "users",
  "rate",
  "config",
  "arrivalRate",
  "maxLateness",
  "warmUp",
  "workers",
  "web",
  "machines",
  "keepFailures",
  "prometheus",
  "samples",
  "sampleRatio",
] as const;
/** Flags with which kept failures are shown. */
const SHOWING_FAILURES = ["json", "htmlReport", "web"] as const;

/** Returns how `locust debug` prints; call it only without problems. */
export function traceOptions({ values }: GivenArguments): TraceOptions {
  const body = values.get("body");
  return {
    bodyBytes: body === undefined ? DEFAULT_BODY_BYTES : sizeBytes(String(body))!,
    showSecrets: values.get("showSecrets") === true,
  };
}

/** Returns what is wrong with the flags, a line each. */
export function debugProblems(kind: "run" | "check" | "debug", { values, labels }: GivenArguments): string[] {
  const isFlag = (key: string) => values.has(key) && !labels.get(key)?.startsWith(VARIABLE_PREFIX);
  const nameOf = (key: string) => `--${FLAGS.find((flag) => flag.key === key)!.long}`;
  if (kind !== "debug") {
    const isShown = SHOWING_FAILURES.some((key) => values.has(key));
    return [
      ...(["body", "showSecrets"] as const).filter(isFlag).map((key) =>
        `Cannot use ${nameOf(key)}: nothing is printed in a run, expected locust debug`
      ),
      ...(kind === "run" && isFlag("keepFailures") && Number(values.get("keepFailures")) >= 1 && !isShown
        ? ["Cannot use --keep-failures: nothing shows them, expected --json, --html-report or --web beside it"]
        : []),
    ];
  }
  const body = values.get("body");
  return [
    ...OF_LOADS.filter(isFlag).map((key) => `Cannot use ${nameOf(key)}: locust debug runs one user, expected a run`),
    ...(body !== undefined && sizeBytes(String(body)) === null
      ? [`Cannot use --body "${body}": expected a size such as 500, 2kB or 1MB`]
      : []),
  ];
}

/** Returns a size in bytes; `null` if it is none. */
function sizeBytes(text: string): number | null {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([kKmM]?[bB]?)$/.exec(text.trim()) ?? [];
  const factor = FACTORS[unit?.toLowerCase() ?? "none"];
  const bytes = Math.round(Number(digits) * (factor ?? NaN));
  return bytes >= 0 && bytes <= 2 ** 30 ? bytes : null;
}
