/**
 * The main thread's sum over all workers.
 *
 * @module
 */

import { Histogram } from "./histogram.ts";
import { capped, MAX_ROWS, OTHER, seriesKey, type StatsDelta } from "./recorder.ts";

/** The sum of one series over all workers. */
export interface RowTotals {
  readonly method: string;
  readonly name: string;
  readonly histogram: Histogram;
  failures: number;
  bytesReceived: number;
  redirects: number;
}

/** The sum of every worker's deltas; rows stand in the order first seen. */
export class Totals {
  readonly #rows = new Map<string, RowTotals>();
  readonly #errors = new Map<string, number>();
  readonly #errorTexts = new Set<string>();
  /** Requests cut off by the end of the run; in no row. */
  interruptedRequests = 0;
  /** Requests sent again because the server had closed a kept-alive connection. */
  reconnects = 0;

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
      const row = this.#row(change.method, change.name);
      row.histogram.addDelta(change.histogram);
      row.failures += change.failures;
      row.bytesReceived += change.bytesReceived;
      row.redirects += change.redirects;
    }
    for (const [text, change] of delta.errors) {
      const key = capped(this.#errorTexts, text);
      this.#errors.set(key, (this.#errors.get(key) ?? 0) + change);
    }
    this.interruptedRequests += delta.interruptedRequests;
    this.reconnects += delta.reconnects;
  }

  /** Forgets everything. */
  clear(): void {
    this.#rows.clear();
    this.#errors.clear();
    this.#errorTexts.clear();
    this.interruptedRequests = this.reconnects = 0;
  }

  #row(method: string, name: string): RowTotals {
    const key = seriesKey(method, name);
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    if (this.#rows.size >= MAX_ROWS && name !== OTHER) return this.#row("", OTHER);
    const row = { method, name, histogram: new Histogram(), failures: 0, bytesReceived: 0, redirects: 0 };
    this.#rows.set(key, row);
    return row;
  }
}
