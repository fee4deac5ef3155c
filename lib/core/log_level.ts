/**
 * Levels of the log.
 *
 * @module
 */

/** Levels, least important first. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;

/** How important a log line is. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Returns whether a line of that level is shown when the log shows `threshold` and above. */
export function isLogged(level: LogLevel, threshold: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(threshold);
}
