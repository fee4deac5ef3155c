/**
 * What a run says while it goes on.
 *
 * @module
 */

import { isLogged, type LogLevel } from "../../core/log_level.ts";
import type { LogSink } from "../../script/log.ts";

/** The log of one run, and what of it makes the run fail. */
export class RunLog {
  /** What went wrong so far, a text each. */
  readonly problems: string[] = [];
  readonly #level: LogLevel;
  readonly #sink: LogSink;

  /**
   * Makes the log of a run that has said nothing yet.
   *
   * @param level Least important level that is passed on
   * @param sink Takes the lines
   */
  constructor(level: LogLevel, sink: LogSink) {
    this.#level = level;
    this.#sink = sink;
  }

  /** Says something. */
  write(level: LogLevel, text: string): void {
    if (isLogged(level, this.#level)) this.#sink(level, text);
  }

  /** Says something each, on one level. */
  writeAll(level: LogLevel, texts: readonly string[]): void {
    for (const text of texts) this.write(level, text);
  }

  /** Says what makes the run fail. */
  problem(text: string): void {
    this.problems.push(text);
    this.write("error", text);
  }
}
