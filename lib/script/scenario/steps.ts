/**
 * Steps: named parts of an iteration, timed as rows of their own.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import { describeError } from "../../core/error_site.ts";
import { didYouMean } from "../../core/suggestion.ts";
import type { InFlight } from "../../http/client/in_flight.ts";
import { StepScope } from "../../http/client/step_scope.ts";
import { RequestError } from "../../http/client/request_error.ts";
import { errorTypeOf } from "../../spans/error_type.ts";
import type { UserTrace } from "../../spans/user_trace.ts";
import type { Series } from "../../stats/series.ts";
import { InterruptedError } from "../sleep.ts";

/** How a step is timed. */
export interface StepOptions {
  /** Whether the time during which a `sleep` of the step is under way is left out. @default false */
  readonly withoutSleep?: boolean;
}

/** What steps need of the user's surroundings. */
export interface StepOwner {
  /** Returns the row of a step. */
  series(name: string): Series;
  /** When the load was stopped, on `nowMs`' clock; `Infinity` before that. */
  readonly stopMs: number;
}

/** Method of the rows of steps. */
export const STEP = "STEP";

/**
 * Runs a step and records it, unless the end of the run cuts it off.
 *
 * @param trace The trace of the user's iteration; `null` if the run has no traces
 * @param inFlight Counts the step while it is under way
 * @returns What the function returns
 * @throws What the function throws; {TypeError} if an argument cannot be used
 */
export function runStep<T>(
  owner: StepOwner,
  name: string,
  step: () => T | Promise<T>,
  options: StepOptions = {},
  trace: UserTrace | null,
  inFlight: InFlight,
): Promise<T> {
  try {
    checkStep(name, step, options);
  } catch (error) {
    return Promise.reject(error);
  }
  const scope = new StepScope(name, trace);
  inFlight.begin(scope);
  return timed(owner, scope, name, step, options.withoutSleep ?? false).finally(() => inFlight.end(scope));
}

async function timed<T>(
  owner: StepOwner,
  scope: StepScope,
  name: string,
  step: () => T | Promise<T>,
  withoutSleep: boolean,
): Promise<T> {
  const startMs = nowMs();
  const record = (thrown: string | null) => {
    const endMs = nowMs();
    const error = thrown ?? scope.end();
    const ms = endMs - startMs - scope.pausedMs(endMs, withoutSleep);
    const series = owner.series(name);
    series.record(Math.max(0, ms), error !== null, 0);
    if (startMs > owner.stopMs) series.countTail();
    const count = error === null ? null : series.userError(error);
    count?.add(endMs, scope.span?.traceId, Math.max(0, ms) * 1000);
    if (count !== null) scope.span?.fail(error!, errorTypeOf(count.text));
    scope.span?.end(endMs);
  };
  let result: T;
  try {
    result = await scope.run(step);
  } catch (error) {
    scope.end();
    if (isCutOff(error)) scope.span?.end();
    else record(describeError(error));
    throw error;
  }
  record(null);
  return result;
}

/** Returns whether an error comes from the end of the run. */
function isCutOff(error: unknown): boolean {
  return error instanceof InterruptedError || (error instanceof RequestError && error.kind === "interrupted");
}

function checkStep(name: unknown, step: unknown, options: unknown): void {
  if (typeof name !== "string" || name === "") {
    throw new TypeError(`Cannot run step ${Deno.inspect(name)}: expected a name, a string that is not empty`);
  }
  if (typeof step !== "function") {
    throw new TypeError(
      `Cannot run step "${name}": ${Deno.inspect(step)} is not a function, expected async () => { … }`,
    );
  }
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`Cannot run step "${name}" with ${Deno.inspect(options)}: expected { withoutSleep: true }`);
  }
  const unknown = Object.keys(options).find((key) => key !== "withoutSleep");
  if (unknown === undefined) return;
  throw new TypeError(
    `Cannot run step "${name}" with ${unknown}: unknown option${didYouMean(unknown, ["withoutSleep"])}`,
  );
}
