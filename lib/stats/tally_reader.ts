/**
 * Requests that a worker has counted but not reported.
 *
 * @module
 */

import { type ErrorDelta, OTHER } from "./errors/error_counts.ts";
import { Histogram } from "./histogram.ts";
import type { StatsDelta } from "./recorder.ts";
import type { SeriesDelta } from "./series.ts";
import {
  ENDED,
  FAILED,
  HEAD_WORDS,
  MAX_TALLIED_ROWS,
  MOST_USERS,
  NAMES,
  RECORDED,
  ROW_COUNTS,
  ROWS,
  SENT,
  type TalliedRow,
  viewsOf,
} from "./tally.ts";

/** Error message of failures whose own message was not reported. */
const UNREPORTED = "the worker ended before it had reported the error";

/** Reported samples of a row. */
interface Reported {
  count: number;
  failures: number;
}

/** Compares the tally of a worker with its reports. */
export class TallyReader {
  readonly #words: Uint32Array;
  readonly #names: Uint8Array;
  /** Reported samples and failures, by the key of the row. */
  readonly #reported = new Map<string, Reported>();

  /** @param tally Memory of the worker's tally */
  constructor(tally: SharedArrayBuffer) {
    const { words, names } = viewsOf(tally);
    this.#words = words;
    this.#names = names;
  }

  /** Most users that ran on the worker at once, reported or not. */
  get mostUsers(): number {
    return this.#words[MOST_USERS]!;
  }

  /** Takes a report of the worker. */
  add(delta: StatsDelta): void {
    for (const { method, name, userClass, inTotal, histogram, failures } of delta.series) {
      const key = JSON.stringify([method, name, userClass, inTotal]);
      const reported = this.#reported.get(key);
      if (reported === undefined) this.#reported.set(key, { count: histogram.count, failures });
      else {
        reported.count += histogram.count;
        reported.failures += failures;
      }
    }
  }

  /**
   * Returns the unreported counts of a worker that will not report again: samples without times, and requests in flight
   * as interrupted.
   *
   * @param toMs End of the time it covers, on `nowMs`' clock
   */
  unreported(toMs: number): StatsDelta {
    const series: SeriesDelta[] = [];
    const errors: ErrorDelta[] = [];
    let inFlight = 0;
    for (const { row, counts, reported } of this.#rows()) {
      inFlight += difference(counts[SENT]!, counts[ENDED]!);
      const untimed = difference(counts[RECORDED]!, reported.count);
      if (untimed <= 0) continue;
      const failures = Math.min(untimed, Math.max(0, difference(counts[FAILED]!, reported.failures)));
      series.push({
        ...{ ...row, untimed, failures, histogram: new Histogram().takeDelta() },
        ...{ bytesReceived: 0, bytesEstimated: false, redirects: 0, repeats: 0, tail: 0, statuses: [], service: null },
      });
      if (failures === 0) continue;
      const { method, name, userClass } = row;
      errors.push({
        ...{ method, name, userClass, where: null, text: UNREPORTED, example: null },
        ...{ change: failures, firstMs: toMs, lastMs: toMs, traceId: null },
      });
    }
    return {
      ...{ toMs, series, errors, interruptedRequests: Math.max(0, inFlight) },
      ...{ connections: null, arrivals: null, capWait: null, checks: [], measures: [] },
    };
  }

  /** Returns every row with its counted and reported samples; the last one represents all rows that did not fit. */
  #rows(): { row: TalliedRow; counts: Uint32Array; reported: Reported }[] {
    const rows = Atomics.load(this.#words, ROWS);
    const keys = new TextDecoder().decode(this.#names.slice(0, this.#words[NAMES]!)).split("\n").slice(0, rows);
    const others = { count: 0, failures: 0 };
    const unnamed = new Map(this.#reported);
    for (const key of keys) unnamed.delete(key);
    for (const { count, failures } of unnamed.values()) {
      others.count += count;
      others.failures += failures;
    }
    const named = keys.map((key, index) => {
      const [method, name, userClass, inTotal] = JSON.parse(key);
      const reported = this.#reported.get(key) ?? { count: 0, failures: 0 };
      return { row: { method, name, userClass, inTotal }, counts: this.#countsOf(index), reported };
    });
    const row = { method: "", name: OTHER, userClass: "", inTotal: true };
    return [...named, { row, counts: this.#countsOf(MAX_TALLIED_ROWS), reported: others }];
  }

  #countsOf(row: number): Uint32Array {
    return this.#words.subarray(HEAD_WORDS + row * ROW_COUNTS, HEAD_WORDS + (row + 1) * ROW_COUNTS);
  }
}

/** Returns how far a 32-bit counter, which may have wrapped, is ahead of a number. */
function difference(counter: number, number: number): number {
  return (counter - number) | 0;
}
