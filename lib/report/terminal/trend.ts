/**
 * How a run has developed, in one line of characters.
 *
 * @module
 */

import { formatMs, formatRate } from "../../core/units.ts";
import type { RunInfo, RunView } from "../../stats/run_model.ts";

/** Characters from low to high. */
const LEVELS = "▁▂▃▄▅▆▇█";
/** Maximum number of seconds shown. */
const MAX_SECONDS = 40;
/** Columns of the progress bar. */
const BAR_WIDTH = 20;

/** The rate and the 95th percentile of the last seconds. */
export class Trend {
  readonly #rates: (number | null)[] = [];
  readonly #p95s: (number | null)[] = [];

  /** Adds the interval of a view. */
  add({ interval: { total } }: RunView): void {
    push(this.#rates, total.ratePerSecond);
    push(this.#p95s, total.count === 0 ? null : total.p95Ms);
  }

  /**
   * Returns the two lines of characters, each followed by its last value.
   *
   * @param width Maximum number of columns
   * @returns Two parts; none before the second view, or if the width is too small
   */
  parts(width: number): string[] {
    if (this.#rates.length < 2) return [];
    const figures = [formatRate(this.#rates.at(-1) ?? 0), formatMs(this.#p95s.at(-1) ?? NaN)] as const;
    const room = Math.floor((width - `rate  ${figures[0]}  p95  ${figures[1]}`.length) / 2);
    if (room < LEVELS.length) return [];
    const line = (values: readonly (number | null)[]) => sparkline(values.slice(-Math.min(room, MAX_SECONDS)));
    return [`rate ${line(this.#rates)} ${figures[0]}`, `p95 ${line(this.#p95s)} ${figures[1]}`];
  }
}

/** Returns one character per value: its height relative to the greatest one; a blank for `null`. */
export function sparkline(values: readonly (number | null)[]): string {
  const most = Math.max(...values.map((value) => value ?? 0));
  const level = (value: number) =>
    most === 0 ? 0 : Math.min(Math.floor(value / most * LEVELS.length), LEVELS.length - 1);
  return values.map((value) => value === null ? " " : LEVELS[level(value)]).join("");
}

/** Returns a bar for how much of a planned run is over; empty if the run has no planned end. */
export function progressBar(
  { elapsedMs }: Pick<RunView, "elapsedMs">,
  { plannedMs }: Pick<RunInfo, "plannedMs">,
): string {
  if (!Number.isFinite(plannedMs) || plannedMs <= 0) return "";
  const done = Math.round(Math.min(elapsedMs / plannedMs, 1) * BAR_WIDTH);
  return "█".repeat(done) + "░".repeat(BAR_WIDTH - done);
}

function push(values: (number | null)[], value: number | null): void {
  values.push(value);
  if (values.length > MAX_SECONDS) values.shift();
}
