/**
 * A line of the log.
 *
 * @module
 */

import type { LogLevel } from "../core/log_level.ts";

/** One line of the log. */
export interface LogRecord {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly level: LogLevel;
  readonly text: string;
  /** The span in which it was written: 32 and 16 hexadecimal digits. @default none */
  readonly span?: { readonly traceId: string; readonly spanId: string };
}
