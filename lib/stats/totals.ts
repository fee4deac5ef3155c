/**
 * The main thread's sum over all workers.
 *
 * @module
 */

import { ArrivalCounts } from "./arrival_counts.ts";
import { ConnectionTimes } from "./connection_times.ts";
import { Histogram } from "./histogram.ts";
import { ErrorCounts, type ErrorSource, type ErrorSummary, OTHER } from "./error_counts.ts";
import { MAX_ROWS, seriesKey, type StatsDelta } from "./recorder.ts";

/** The sum of one series over all workers. */
export interface RowTotals {
  readonly method: string;
  readonly name: string;
  readonly userClass: string;
  /** Whether it is part of the total. */
  readonly inTotal: boolean;
  readonly histogram: Histogram;
  /** Samples by status. */
  readonly statuses: Map<number, number>;
  /** Service times in the open model, else `null`. */
  service: Histogram | null;
  /** Samples whose times are unknown; in no histogram. */
  untimed: number;
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
  #errors = new ErrorCounts();
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

  /** Every error, most frequent first; those that were all taken back are left out. */
  get errors(): readonly ErrorSummary[] {
    return this.#errors.summarize();
  }

  /** Adds a worker's delta. Commutative and associative but for the rows' order. */
  add(delta: StatsDelta): void {
    for (const change of delta.series) {
      const row = this.#row(change.method, change.name, change.userClass, change.inTotal);
      row.histogram.addDelta(change.histogram);
      if (change.service !== null) (row.service ??= new Histogram()).addDelta(change.service);
      row.untimed += change.untimed ?? 0;
      row.failures += change.failures;
      row.bytesReceived += change.bytesReceived;
      row.bytesEstimated ||= change.bytesEstimated;
      row.redirects += change.redirects;
      row.repeats += change.repeats;
      row.tail += change.tail;
      addStatuses(row.statuses, change.statuses);
    }
    for (const change of delta.errors) this.#errors.add(this.#sourceOf(change), change, delta.toMs);
    this.interruptedRequests += delta.interruptedRequests;
    if (delta.connections !== null) this.connections.addDelta(delta.connections);
    if (delta.arrivals !== null) (this.arrivals ??= new ArrivalCounts()).addDelta(delta.arrivals);
    if (delta.capWait !== null) (this.capWait ??= new Histogram()).addDelta(delta.capWait);
  }

  /** Forgets everything. */
  clear(): void {
    this.#rows.clear();
    this.#errors = new ErrorCounts();
    this.interruptedRequests = 0;
    this.connections = new ConnectionTimes();
    this.arrivals = this.capWait = null;
  }

  #row(method: string, name: string, userClass: string, inTotal: boolean): RowTotals {
    const key = seriesKey(method, name, userClass, inTotal);
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    if (this.#rows.size >= MAX_ROWS && name !== OTHER) return this.#row("", OTHER, "", inTotal);
    const row = emptyRow(method, name, userClass, inTotal);
    this.#rows.set(key, row);
    return row;
  }

  /** Returns what an error belongs to here: a row past the cap is part of another one. */
  #sourceOf({ method, name, userClass, where }: ErrorSource): ErrorSource {
    if (where !== null || this.#rows.size < MAX_ROWS) return { method, name, userClass, where };
    const isKnown = [true, false].some((inTotal) => this.#rows.has(seriesKey(method, name, userClass, inTotal)));
    return isKnown ? { method, name, userClass, where } : { method: "", name: OTHER, userClass: "", where };
  }
}

/** Adds counts by status to others. */
export function addStatuses(sum: Map<number, number>, added: Iterable<readonly [status: number, count: number]>): void {
  for (const [status, count] of added) sum.set(status, (sum.get(status) ?? 0) + count);
}

/** Returns a row without samples. */
export function emptyRow(method: string, name: string, userClass: string, inTotal: boolean): RowTotals {
  return {
    ...{ method, name, userClass, inTotal, histogram: new Histogram(), service: null, statuses: new Map() },
    ...{ untimed: 0, failures: 0, bytesReceived: 0, bytesEstimated: false, redirects: 0, repeats: 0, tail: 0 },
  };
}
