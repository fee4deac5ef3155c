/**
 * The main thread's sum over all workers.
 *
 * @module
 */

import { ArrivalCounts } from "./arrival_counts.ts";
import { ConnectionTimes } from "./connection_times.ts";
import { Histogram } from "./histogram.ts";
import { capped, MAX_ROWS, OTHER, seriesKey, type StatsDelta } from "./recorder.ts";

/** The sum of one series over all workers. */
export interface RowTotals {
  readonly method: string;
  readonly name: string;
  readonly userClass: string;
  readonly histogram: Histogram;
  /** Service times in the open model, else `null`. */
  service: Histogram | null;
  failures: number;
  bytesReceived: number;
  bytesEstimated: boolean;
  redirects: number;
  repeats: number;
  tail: number;
}

/** The sum of every worker's deltas; rows stand in the order first seen. */
export class Totals {
  readonly #rows = new Map<string, RowTotals>();
  readonly #errors = new Map<string, number>();
  readonly #errorTexts = new Set<string>();
  /** Requests cut off by the end of the run; in no row. */
  interruptedRequests = 0;
  /** Connections established. */
  connections: ConnectionTimes = new ConnectionTimes();
  /** Iterations of the open model; `null` while none were due. */
  arrivals: ArrivalCounts | null = null;
  /** How long requests were held back by the cap on their rate; `null` while none was sent under one. */
  capWait: Histogram | null = null;

  /** Every row, in the order first seen. */
  get rows(): readonly RowTotals[] {
    return [...this.#rows.values()];
  }

  /** Every error text with its count, most frequent first; texts whose counts were all taken back are left out. */
  get errors(): readonly { readonly text: string; readonly count: number }[] {
    return [...this.#errors]
      .filter(([, count]) => count > 0)
      .map(([text, count]) => ({ text, count }))
      .sort((a, b) => b.count - a.count);
  }

  /** Adds a worker's delta. Commutative and associative but for the rows' order. */
  add(delta: StatsDelta): void {
    for (const change of delta.series) {
      const row = this.#row(change.method, change.name, change.userClass);
      row.histogram.addDelta(change.histogram);
      if (change.service !== null) (row.service ??= new Histogram()).addDelta(change.service);
      row.failures += change.failures;
      row.bytesReceived += change.bytesReceived;
      row.bytesEstimated ||= change.bytesEstimated;
      row.redirects += change.redirects;
      row.repeats += change.repeats;
      row.tail += change.tail;
    }
    for (const [text, change] of delta.errors) {
      const key = capped(this.#errorTexts, text);
      this.#errors.set(key, (this.#errors.get(key) ?? 0) + change);
    }
    this.interruptedRequests += delta.interruptedRequests;
    if (delta.connections !== null) this.connections.addDelta(delta.connections);
    if (delta.arrivals !== null) (this.arrivals ??= new ArrivalCounts()).addDelta(delta.arrivals);
    if (delta.capWait !== null) (this.capWait ??= new Histogram()).addDelta(delta.capWait);
  }

  /** Forgets everything. */
  clear(): void {
    this.#rows.clear();
    this.#errors.clear();
    this.#errorTexts.clear();
    this.interruptedRequests = 0;
    this.connections = new ConnectionTimes();
    this.arrivals = this.capWait = null;
  }

  #row(method: string, name: string, userClass: string): RowTotals {
    const key = seriesKey(method, name, userClass);
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    if (this.#rows.size >= MAX_ROWS && name !== OTHER) return this.#row("", OTHER, "");
    const row = emptyRow(method, name, userClass);
    this.#rows.set(key, row);
    return row;
  }
}

/** Returns a row without samples. */
export function emptyRow(method: string, name: string, userClass: string): RowTotals {
  const histogram = new Histogram();
  return {
    ...{ method, name, userClass, histogram, service: null, failures: 0 },
    ...{ bytesReceived: 0, bytesEstimated: false, redirects: 0, repeats: 0, tail: 0 },
  };
}
