/**
 * Reports the progress of reading test data.
 *
 * @module
 */

import { nowMs } from "../../../core/clock.ts";
import { formatBytes, formatDuration, formatPercent } from "../../../core/units.ts";
import { log } from "../../log.ts";

/** Interval of heartbeats, in milliseconds. */
const BEAT_EVERY_MS = 1000;
/** Size above which a step without progress is announced. */
const LONG_STEP_BYTES = 32_000_000;
/** Interval of log lines, in milliseconds. */
const LOG_EVERY_MS = 2000;

/** Logs the progress every 2 s, and calls `beat` every second. */
export class ReadProgress {
  readonly #name: string;
  readonly #beat: () => void;
  readonly #now: () => number;
  readonly #startMs: number;
  #beatMs: number;
  #logMs: number;

  /**
   * @param name The file's name
   * @param beat Shows that this thread is alive
   * @param now The clock, in milliseconds
   */
  constructor(name: string, beat: () => void, now: () => number = nowMs) {
    this.#name = name;
    this.#beat = beat;
    this.#now = now;
    this.#startMs = this.#beatMs = this.#logMs = now();
  }

  /** Announces a step that reports no progress, if it may take long. */
  announce(step: string, bytes: number): void {
    if (bytes >= LONG_STEP_BYTES) log.info(`Rows of "${this.#name}": ${step} ${formatBytes(bytes)}`);
  }

  /**
   * Reports progress. Costs one reading of the clock.
   *
   * @param step The step, as a participle: `read`, `indexed`
   * @param totalBytes The size, 0 if unknown
   */
  at(step: string, doneBytes: number, totalBytes: number): void {
    const now = this.#now();
    if (now - this.#beatMs < BEAT_EVERY_MS) return;
    this.#beatMs = now;
    this.#beat();
    if (now - this.#logMs < LOG_EVERY_MS) return;
    this.#logMs = now;
    const share = totalBytes > 0 ? ` of ${formatBytes(totalBytes)} (${formatPercent(doneBytes / totalBytes)})` : "";
    log.info(`Rows of "${this.#name}": ${formatBytes(doneBytes)}${share} ${step}`);
  }

  /** Logs the result, if it took 2 s or more. */
  done(rows: number, bytes: number): void {
    const ms = this.#now() - this.#startMs;
    if (ms < LOG_EVERY_MS) return;
    log.info(
      `Rows of "${this.#name}": ${rows} (${formatBytes(bytes)}) ready after ${
        formatDuration(Math.round(ms / 10) * 10)
      }`,
    );
  }
}
