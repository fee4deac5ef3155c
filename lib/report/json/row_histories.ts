/**
 * The figures of each row over time, in bounded memory.
 *
 * @module
 */

import type { RunView } from "../../stats/run_model.ts";
import type { RowSummary } from "../../stats/summary.ts";
import { History } from "../html/history.ts";

/** Maximum number of points of a row, even: longer runs have longer spans. */
const MAX_POINTS = 240;
/** Maximum number of points of all rows together. */
const MAX_ALL_POINTS = 12_000;

/** A row over time: lists of equal length, with one entry per span that had requests. */
export interface HistoryRow {
  readonly method: string;
  readonly name: string;
  readonly userClass: string;
  readonly inTotal: boolean;
  /** Ends of the spans, in milliseconds since the start. */
  readonly endMs: readonly number[];
  readonly counts: readonly number[];
  readonly failures: readonly number[];
  readonly meanMs: readonly number[];
  readonly p50Ms: readonly number[];
  readonly p95Ms: readonly number[];
  readonly p99Ms: readonly number[];
}

/** All rows, and the total, over time. */
export interface RunHistory {
  /** Usual length of a span of the total, in milliseconds; rows of a run with many rows have longer ones. */
  readonly spanMs: number;
  readonly total: HistoryRow;
  readonly rows: readonly HistoryRow[];
}

/** Collects the figures of each row from views; without the warm-up. */
export class RowHistories {
  readonly #total = new History(MAX_POINTS);
  readonly #rows = new Map<string, { readonly row: RowSummary; readonly history: History }>();
  #totalRow: RowSummary | null = null;

  /** Adds the interval of a view. */
  add(view: RunView): void {
    if (view.isWarmingUp) return;
    const { total, rows } = view.interval;
    this.#totalRow = total;
    if (total.count > total.untimed) this.#total.add(view);
    for (const row of rows) {
      if (row.count === row.untimed) continue;
      const key = `${row.userClass}\n${row.method}\n${row.name}\n${row.inTotal}`;
      let kept = this.#rows.get(key);
      if (kept === undefined) this.#rows.set(key, kept = { row, history: this.#newHistory() });
      kept.history.add(view, row);
    }
  }

  /** Returns the figures over time; `null` before the first view. */
  read(): RunHistory | null {
    if (this.#totalRow === null) return null;
    return {
      spanMs: this.#total.spanMs,
      total: historyRow(this.#totalRow, this.#total),
      rows: [...this.#rows.values()].map(({ row, history }) => historyRow(row, history)),
    };
  }

  #newHistory(): History {
    const share = Math.max(20, 2 * Math.floor(MAX_ALL_POINTS / (this.#rows.size + 1) / 2));
    for (const { history } of this.#rows.values()) history.limit(share);
    return new History(Math.min(MAX_POINTS, share));
  }
}

function historyRow({ method, name, userClass, inTotal }: RowSummary, history: History): HistoryRow {
  const spans = history.spans();
  const percentiles = spans.map(({ histogram }) =>
    histogram.percentilesUs([50, 95, 99]).map((us) => rounded(us / 1000))
  );
  return {
    ...{ method, name, userClass, inTotal },
    endMs: spans.map(({ endMs }) => Math.round(endMs)),
    counts: spans.map(({ histogram }) => histogram.count),
    failures: spans.map(({ failures }) => failures),
    meanMs: spans.map(({ histogram }) => rounded(histogram.meanUs / 1000)),
    p50Ms: percentiles.map(([p50]) => p50!),
    p95Ms: percentiles.map(([, p95]) => p95!),
    p99Ms: percentiles.map(([, , p99]) => p99!),
  };
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
