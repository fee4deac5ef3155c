/**
 * The main thread's sum over all workers.
 *
 * @module
 */

import { ArrivalCounts } from "./arrival_counts.ts";
import { ConnectionTimes } from "./connection_times.ts";
import { Histogram } from "./histogram.ts";
import { ErrorCounts, type ErrorSource, type ErrorSummary, type FailureTimes, OTHER } from "./errors/error_counts.ts";
import { KeptFailures } from "./errors/kept_failures.ts";
import { MAX_ROWS, seriesKey, type StatsDelta } from "./recorder.ts";
import type { SeriesDelta } from "./series.ts";
import { CheckCounts } from "./values/checks.ts";
import { Measures } from "./values/measures.ts";

/** The sum of one series over all workers. */
export interface RowTotals {
  readonly method: string;
  readonly name: string;
  readonly userClass: string;
  /** Whether it counts in the total. */
  readonly inTotal: boolean;
  readonly histogram: Histogram;
  /** Number of samples by status. */
  readonly statuses: Map<number, number>;
  /** Service times in the open model, otherwise `null`. */
  service: Histogram | null;
  /** Samples without times; not part of any histogram. */
  untimed: number;
  failures: number;
  bytesReceived: number;
  bytesEstimated: boolean;
  redirects: number;
  repeats: number;
  tail: number;
  /** Versions of HTTP in which responses came, as bits. */
  protocols: number;
}

/** What names a row. */
type RowNames = Pick<SeriesDelta, "method" | "name" | "userClass" | "inTotal" | "key">;

/** The sum of all workers' deltas. Rows are in the order in which they first appeared. */
export class Totals {
  readonly #rows = new Map<string, RowTotals>();
  #errors = new ErrorCounts();
  /** Requests cut off by the end of the run; not part of any row. */
  interruptedRequests = 0;
  /** Connections established. */
  connections: ConnectionTimes = new ConnectionTimes();
  /** Iterations of the open model; `null` until one is due. */
  arrivals: ArrivalCounts | null = null;
  /** Delays of requests by the rate cap; `null` until a request is sent under one. */
  capWait: Histogram | null = null;
  /** Checks of the script. */
  checks: CheckCounts = new CheckCounts();
  /** Measures of the script. */
  measures: Measures = new Measures();
  /** The first failed exchanges of each row; `null` until one is kept. */
  keptFailures: KeptFailures | null = null;

  /** All rows, in the order in which they first appeared. */
  get rows(): readonly RowTotals[] {
    return [...this.#rows.values()];
  }

  /** All errors, most frequent first, without those whose count is back at 0. */
  get errors(): readonly ErrorSummary[] {
    return this.#errors.summarize();
  }

  /** Times of failed requests by row and error. */
  get failureTimes(): readonly FailureTimes[] {
    return this.#errors.failureTimes();
  }

  /** Adds a worker's delta. Commutative and associative, except for the order of rows. */
  add(delta: StatsDelta): void {
    for (const change of delta.series) {
      const row = this.#row(change);
      row.histogram.addDelta(change.histogram);
      if (change.service !== null) (row.service ??= new Histogram()).addDelta(change.service);
      row.untimed += change.untimed ?? 0;
      row.failures += change.failures;
      row.bytesReceived += change.bytesReceived;
      row.bytesEstimated ||= change.bytesEstimated;
      row.redirects += change.redirects;
      row.repeats += change.repeats;
      row.tail += change.tail;
      row.protocols |= change.protocols ?? 0;
      addStatuses(row.statuses, change.statuses);
    }
    for (const change of delta.errors) this.#errors.add(this.#sourceOf(change), change, delta.toMs);
    this.interruptedRequests += delta.interruptedRequests;
    if (delta.connections !== null) this.connections.addDelta(delta.connections);
    if (delta.arrivals !== null) (this.arrivals ??= new ArrivalCounts()).addDelta(delta.arrivals);
    if (delta.capWait !== null) (this.capWait ??= new Histogram()).addDelta(delta.capWait);
    for (const change of delta.checks) this.checks.addDelta(change);
    for (const change of delta.measures) this.measures.addDelta(change);
    this.#keepFailures(delta);
  }

  /**
   * Returns everything as one delta and resets it: adding it equals adding all deltas that were added here.
   *
   * @param toMs End of the time it covers, on `nowMs`' clock
   */
  takeDelta(toMs: number): StatsDelta {
    const series = this.rows.map(({ histogram, service, statuses, ...row }) => ({
      ...row,
      statuses: [...statuses],
      histogram: histogram.takeDelta(),
      service: service?.takeDelta() ?? null,
    }));
    const keptFailures = this.keptFailures?.takeDelta() ?? null;
    const delta = {
      ...{ toMs, series, errors: this.#errors.takeDelta(), interruptedRequests: this.interruptedRequests },
      connections: this.connections.takeDelta(),
      arrivals: this.arrivals?.takeDelta() ?? null,
      capWait: this.capWait?.takeDelta() ?? null,
      ...{ checks: this.checks.takeDelta(), measures: this.measures.takeDelta() },
      ...(keptFailures === null ? {} : { keptFailures }),
    };
    this.clear();
    return delta;
  }

  /** Resets everything. */
  clear(): void {
    this.#rows.clear();
    this.#errors = new ErrorCounts();
    this.interruptedRequests = 0;
    this.connections = new ConnectionTimes();
    this.arrivals = this.capWait = null;
    this.checks = new CheckCounts();
    this.measures = new Measures();
    this.keptFailures = null;
  }

  #keepFailures({ keptFailures }: StatsDelta): void {
    if (keptFailures === undefined) return;
    this.keptFailures ??= new KeptFailures(keptFailures.perRow);
    for (const failure of keptFailures.kept) {
      this.keptFailures.add({ ...failure, ...rowOf(this.#sourceOf({ ...failure, where: null })) });
    }
  }

  #row({ method, name, userClass, inTotal, key = seriesKey(method, name, userClass, inTotal) }: RowNames): RowTotals {
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    if (this.#rows.size >= MAX_ROWS && name !== OTHER) {
      return this.#row({ method: "", name: OTHER, userClass: "", inTotal });
    }
    const row = emptyRow(method, name, userClass, inTotal);
    this.#rows.set(key, row);
    return row;
  }

  /** Returns the row of an error in these totals: a row beyond the maximum is part of a shared one. */
  #sourceOf({ method, name, userClass, where }: ErrorSource): ErrorSource {
    if (where !== null || this.#rows.size < MAX_ROWS) return { method, name, userClass, where };
    const isKnown = [true, false].some((inTotal) => this.#rows.has(seriesKey(method, name, userClass, inTotal)));
    return isKnown ? { method, name, userClass, where } : { method: "", name: OTHER, userClass: "", where };
  }
}

function rowOf({ method, name, userClass }: ErrorSource): Omit<ErrorSource, "where"> {
  return { method, name, userClass };
}

/** Adds counts by status to a sum. */
export function addStatuses(sum: Map<number, number>, added: Iterable<readonly [status: number, count: number]>): void {
  for (const [status, count] of added) sum.set(status, (sum.get(status) ?? 0) + count);
}

/** Returns a row without samples. */
export function emptyRow(method: string, name: string, userClass: string, inTotal: boolean): RowTotals {
  return {
    ...{ method, name, userClass, inTotal, histogram: new Histogram(), service: null, statuses: new Map() },
    ...{
      untimed: 0,
      failures: 0,
      bytesReceived: 0,
      bytesEstimated: false,
      redirects: 0,
      repeats: 0,
      tail: 0,
      protocols: 0,
    },
  };
}
