/**
 * The log of a run.
 *
 * @module
 */

import { isLogged, type LogLevel } from "../../core/log_level.ts";
import type { SpanContext } from "../../spans/span_record.ts";
import type { RunLogSink } from "./runner_hooks.ts";
import type { Timers } from "./timers.ts";

/** How long something before the load may take before it is named, in milliseconds. */
const WAIT_NOTICE_AFTER_MS = 1000;

/** The log of one run, and the problems that make it fail. */
export class RunLog {
  /** Problems so far, one string each. */
  readonly problems: string[] = [];
  readonly #level: LogLevel;
  readonly #sink: RunLogSink;
  readonly #timers: Timers;

  /**
   * Makes an empty log.
   *
   * @param level Least important level that is passed on
   * @param sink Takes the lines
   * @param timers End with the run
   */
  constructor(level: LogLevel, sink: RunLogSink, timers: Timers) {
    this.#timers = timers;
    this.#level = level;
    this.#sink = sink;
  }

  /** Logs a line; `span` is the one it was written in. */
  write(level: LogLevel, text: string, span: SpanContext | null = null): void {
    if (isLogged(level, this.#level)) this.#sink(level, text, span);
  }

  /** Logs several lines on one level. */
  writeAll(level: LogLevel, texts: readonly string[]): void {
    for (const text of texts) this.write(level, text);
  }

  /** Waits for a step before the load; logs that after a second. */
  async waitingFor<T>(what: string, promise: Promise<T>): Promise<T> {
    const cancel = this.#timers.after(WAIT_NOTICE_AFTER_MS, () => this.write("info", `Waiting for ${what}`));
    try {
      return await promise;
    } finally {
      cancel();
    }
  }

  /** Logs a problem, which makes the run fail. */
  problem(text: string): void {
    this.problems.push(text);
    this.write("error", text);
  }
}
