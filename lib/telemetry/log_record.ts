/**
 * A line of the log.
 *
 * @module
 */

import type { SpanContext } from "../spans/span_record.ts";
import type { LogLevel } from "../core/log_level.ts";

/** One line of the log. */
export interface LogRecord {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly level: LogLevel;
  readonly text: string;
  /** The span in which it was written. @default none */
  readonly span?: SpanContext;
}
