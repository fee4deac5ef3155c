/**
 * `locust debug`: one user seen closely.
 *
 * @module
 */

import { oneLine } from "../../core/text.ts";
import { EXIT_CODES } from "../../core/errors.ts";
import type { OptionTexts, RunOptions } from "../../engine/options/options.ts";
import { withWatch } from "../../engine/options/resolve_options.ts";
import { FAIL_ON_ERROR } from "../../engine/run/pass_criteria.ts";
import { RunSession } from "../../engine/run/run_session.ts";
import type { TraceOptions } from "../../http/trace/trace_text.ts";
import type { RunResult } from "../../stats/run_model.ts";
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
  const verdict = verdictOf(result);
  const { total } = result.summary;
  process.stdout.write(
    `${counted(result.iterations, "iteration")}, ${counted(total.count, "request")}, ${total.failures} failed: ` +
      `${verdict}\n`,
  );
  if (verdict === "passed") return EXIT_CODES.completed;
  return result.exitCode === EXIT_CODES.interrupted ? EXIT_CODES.interrupted : EXIT_CODES.scriptError;
}

/** Returns how it went, in the words of the last line. */
function verdictOf(result: RunResult): string {
  if (result.interruptedIterations > 0 || result.summary.interruptedRequests > 0) {
    return `interrupted (${result.reason})`;
  }
  const missed = result.thresholds.filter(({ verdict, expression }) =>
    verdict !== "pass" && expression !== FAIL_ON_ERROR // what failed is printed already
  );
  if (missed.length > 0) {
    const texts = missed.map(({ expression, actual }) => `${oneLine(expression)} (${actual ?? "no data"})`);
    return `failed, thresholds missed: ${texts.join(", ")}`;
  }
  return result.exitCode === EXIT_CODES.completed && result.summary.total.failures === 0 ? "passed" : "failed";
}
