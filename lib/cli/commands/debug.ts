/**
 * `locust debug`: one user seen closely.
 *
 * @module
 */

import { EXIT_CODES } from "../../core/errors.ts";
import type { OptionTexts, RunOptions } from "../../engine/options/options.ts";
import { withWatch } from "../../engine/options/resolve_options.ts";
import { RunSession } from "../../engine/run/run_session.ts";
import type { TraceOptions } from "../../http/trace/trace_text.ts";
import { counted } from "../../report/summary_text.ts";
import { load } from "../load.ts";
import type { AppParts } from "../parts.ts";
import type { ProcessState } from "../process.ts";

const LOAD_OPTIONS: ReadonlySet<string> = new Set(["rate", "config", "arrivalRate", "maxLateness", "warmUp"]);

/** Returns the options of one user, without those of a load. */
export function oneUser(given: OptionTexts): OptionTexts {
  const others = Object.fromEntries(Object.entries(given).filter(([key]) => !LOAD_OPTIONS.has(key)));
  return {
    ...others,
    users: 1,
    workers: 1,
    iterations: given.iterations ?? 1,
    failOnError: true,
    logLevel: given.logLevel ?? "warning",
  };
}

/**
 * Runs one user, prints each of its requests, and returns the exit code.
 *
 * @param options Those of {@linkcode oneUser}, in force
 */
export async function debug(
  process: ProcessState,
  parts: AppParts,
  options: RunOptions,
  { trace }: { readonly trace: TraceOptions },
): Promise<number> {
  const session = new RunSession(parts.createRunner);
  const result = await load(process, parts, session, withWatch(options, { trace }), {
    ...{ reports: { quiet: true }, telemetry: null, observers: [] },
  });
  const { total } = result.summary;
  const isPassed = result.exitCode === EXIT_CODES.completed && total.failures === 0;
  process.stdout.write(
    `${counted(result.iterations, "iteration")}, ${counted(total.count, "request")}, ${total.failures} failed: ` +
      `${isPassed ? "passed" : "failed"}\n`,
  );
  return isPassed ? EXIT_CODES.completed : EXIT_CODES.scriptError;
}
