/**
 * The log of user code, from any worker.
 *
 * @module
 */

import { LOG_LEVELS, type LogLevel } from "../core/log_level.ts";

/** Takes a log line; one with a key is logged once for the whole run, whatever its text. */
export type LogSink = (level: LogLevel, text: string, onceKey?: string) => void;

let sink: LogSink = (level, text) => {
  const line = new TextEncoder().encode(`${level.toUpperCase()} ${text}\n`);
  for (let at = 0; at < line.length;) at += Deno.stderr.writeSync(line.subarray(at));
};

/** Sends every later line elsewhere; without it they go to stderr. */
export function setLogSink(newSink: LogSink): void {
  sink = newSink;
}

/** Logs an error once for the whole run, over all workers: the first text of a key. */
export function logErrorOnce(key: string, text: string): void {
  sink("error", text, key);
}

/** Writes to the run's log on stderr, from `setup`, users and listeners alike, in order. */
export const log: Readonly<Record<LogLevel, (...values: readonly unknown[]) => void>> = Object.freeze(
  Object.fromEntries(LOG_LEVELS.map((level) => [level, (...values: readonly unknown[]) => sink(level, text(values))])),
) as Record<LogLevel, (...values: readonly unknown[]) => void>;

function text(values: readonly unknown[]): string {
  return values.map((value) => (typeof value === "string" ? value : Deno.inspect(value))).join(" ");
}
