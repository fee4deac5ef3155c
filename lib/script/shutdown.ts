/**
 * Ending the test from code.
 *
 * @module
 */

import { didYouMean } from "../core/suggestion.ts";

/** How the test ends. */
export interface ShutdownOptions {
  /**
   * Exit code of the command, a whole number of 0 to 255. It replaces that of thresholds, but not those of errors in the
   * run and of interruptions. @default decided by the result
   */
  readonly exitCode?: number;
}

/** An order to end the test, checked. */
export interface ShutdownOrder {
  /** Shown in the log and the summary. */
  readonly reason: string;
  /** Exit code of the command; `null` if the result decides. */
  readonly exitCode: number | null;
}

/** Receives orders to end the test. */
export type ShutdownSink = (order: ShutdownOrder) => void;

let sink: ShutdownSink | null = null;

/** Sets the receiver of {@linkcode shutdown} on this thread. */
export function setShutdownSink(receiver: ShutdownSink): void {
  sink = receiver;
}

/**
 * Stops the whole test gracefully: for listeners of events and code without a user at hand. Repeated calls have no effect.
 *
 * @param reason Shown in the log and the summary
 * @param options The exit code
 * @throws {RangeError} if the exit code is not a whole number of 0 to 255
 * @throws {TypeError} if an option is unknown, or no test runs
 */
export function shutdown(reason = "no reason given", options: ShutdownOptions = {}): void {
  const order = shutdownOrder(reason, options);
  if (sink === null) throw new TypeError("Cannot shut down: no test runs on this thread");
  sink(order);
}

/**
 * Checks an order.
 *
 * @throws {RangeError} if the exit code is not a whole number of 0 to 255
 * @throws {TypeError} if an option is unknown
 */
export function shutdownOrder(reason: string, options: ShutdownOptions): ShutdownOrder {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`Cannot shut down with ${Deno.inspect(options)}: expected an object such as { exitCode: 3 }`);
  }
  const unknown = Object.keys(options).find((key) => key !== "exitCode");
  if (unknown !== undefined) {
    throw new TypeError(`Cannot shut down with ${unknown}: unknown option${didYouMean(unknown, ["exitCode"])}`);
  }
  const { exitCode } = options;
  if (exitCode !== undefined && !isExitCode(exitCode)) {
    throw new RangeError(
      `Cannot shut down with exit code ${Deno.inspect(exitCode)}: expected a whole number, 0 to 255`,
    );
  }
  return { reason: String(reason), exitCode: exitCode ?? null };
}

/** What a listener of `events.stop` may return, for messages. */
export const EXPECTED_CODE = "expected no number, or an exit code of 0 to 255";

/** Returns whether a value can be an exit code. */
export function isExitCode(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255;
}
