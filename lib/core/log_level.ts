/**
 * Levels of the log.
 *
 * @module
 */

/** Severity of a log line. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/** Levels, in ascending severity. */
export const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "warning", "error"];

/** Returns whether a line of a level is shown when the minimum level is `threshold`. */
export function isLogged(level: LogLevel, threshold: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(threshold);
}
