/**
 * The log on stderr.
 *
 * @module
 */

import { dim, red, yellow } from "@std/fmt/colors";
import { isLogged, type LogLevel } from "../../core/log_level.ts";
import type { LogSink } from "../../script/log.ts";
import { isColored, type ProcessState } from "../process.ts";

const COLOR_OF: Readonly<Record<LogLevel, (text: string) => string>> = {
  debug: dim,
  info: dim,
  warning: yellow,
  error: red,
};

/**
 * Returns a log that writes `[12:34:56] LEVEL text` to stderr, in local time.
 *
 * @param process The process
 * @param threshold Minimum level to write
 * @param write Receives the lines instead of stderr, e.g. to print them above a live table
 */
export function logLines(
  process: ProcessState,
  threshold: LogLevel,
  write: (text: string) => void = (text) => process.stderr.write(text),
): LogSink {
  const hasColor = isColored(process, process.stderr);
  return (level, text) => {
    if (!isLogged(level, threshold)) return;
    const name = level.toUpperCase();
    write(`[${clockText(process.now())}] ${hasColor ? COLOR_OF[level](name) : name} ${text}\n`);
  };
}

function clockText(date: Date): string {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}
