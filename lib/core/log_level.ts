/**
 * Levels of the log.
 *
 * @module
 */

/** How important a log line is. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/** Levels, least important first. */
export const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "warning", "error"];

/** Returns whether a line of that level is shown when the log shows `threshold` and above. */
export function isLogged(level: LogLevel, threshold: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(threshold);
}
