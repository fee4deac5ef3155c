/**
 * The log of user code, from any worker.
 *
 * @module
 */

import { LOG_LEVELS, type LogLevel } from "../core/log_level.ts";

/** Receives a log line; of several with the same key, the run logs the first. */
export type LogSink = (level: LogLevel, text: string, onceKey?: string) => void;

let sink: LogSink = (level, text) => {
  const line = new TextEncoder().encode(`${level.toUpperCase()} ${text}\n`);
  for (let at = 0; at < line.length;) at += Deno.stderr.writeSync(line.subarray(at));
};

/** Sets where log lines go from now on; by default to stderr. */
export function setLogSink(newSink: LogSink): void {
  sink = newSink;
}

/** Logs a warning once for the whole run, over all workers, by its text. */
export function logWarningOnce(text: string): void {
  sink("warning", text, text);
}

/** Logs an error once per key for the whole run, over all workers. */
export function logErrorOnce(key: string, text: string): void {
  sink("error", text, key);
}

/** Writes to the run's log on stderr, in order, from `setup`, users and listeners. */
export const log: Readonly<Record<LogLevel, (...values: readonly unknown[]) => void>> = Object.freeze(
  Object.fromEntries(LOG_LEVELS.map((level) => [level, (...values: readonly unknown[]) => sink(level, text(values))])),
) as Record<LogLevel, (...values: readonly unknown[]) => void>;

function text(values: readonly unknown[]): string {
  return values.map((value) => (typeof value === "string" ? value : Deno.inspect(value))).join(" ");
}
