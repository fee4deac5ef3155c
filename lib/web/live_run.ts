/**
 * One run as the page shows it.
 *
 * @module
 */

import type { LogLevel } from "../core/log_level.ts";
import { History, type HistorySpan } from "../report/html/history.ts";
import { DEFAULT_PERCENTILES } from "../report/percentiles.ts";
import { RowHistories, type RunHistory } from "../report/json/row_histories.ts";
import type { RowBefore, RunInfo, RunObserver, RunResult, RunView } from "../stats/run_model.ts";
import type { RowSummary } from "../stats/summary.ts";
import { chartPoint, rowLine, valueTables } from "./figures.ts";
import {
  type ChartPoint,
  type LogLine,
  type Note,
  type OutcomeMessage,
  type PagePercentiles,
  pagePercentiles,
  type RowLine,
  type RunEntry,
  type RunMessage,
  type ViewMessage,
} from "./protocol.ts";

/** Most lines of the log kept. */
export const MAX_LOG_LINES = 500;
/** Most notes of one run. */
export const MAX_NOTES = 100;
/** Most points kept of all rows together; each row has its share. */
const MAX_ROW_POINTS = 40_000;

/** Where events go. */
export interface Events {
  send(type: string, data: unknown): void;
}

/** Keeps what a run tells, and passes on what has changed. */
export class LiveRun implements RunObserver {
  readonly id: number;
  readonly #events: Events;
  readonly #history = new History();
  readonly #rowHistories = new RowHistories();
  readonly #rows = new Map<string, { line: RowLine; text: string; readonly history: History }>();
  readonly #notes: Note[] = [];
  readonly #log: LogLine[] = [];
  /** Figures of rows in earlier runs, by {@linkcode keyOf}; the total's under its name. */
  #before: ReadonlyMap<string, RowBefore> = new Map();
  #info: RunInfo | null = null;
  #view: ViewMessage | null = null;
  #errorsText = "[]";
  #result: RunResult | null = null;
  readonly #startedAtMs: number;

  /** Percentiles that the page offers, and those that the files have. */
  readonly percentiles: PagePercentiles;

  constructor(
    id: number,
    events: Events,
    startedAtMs: number,
    percentiles: PagePercentiles = pagePercentiles(DEFAULT_PERCENTILES),
  ) {
    this.id = id;
    this.percentiles = percentiles;
    this.#events = events;
    this.#startedAtMs = startedAtMs;
  }

  /** How it came out; `null` while it runs. */
  get result(): RunResult | null {
    return this.#result;
  }

  /** The figures of the total over time. */
  get history(): History {
    return this.#history;
  }

  /** The figures of each row over time, for the JSON; `null` before the first view. */
  get rowHistory(): RunHistory | null {
    return this.#rowHistories.read();
  }

  /** The marked instants. */
  get notes(): readonly Note[] {
    return this.#notes;
  }

  /** Whether the load has begun. */
  get isBegun(): boolean {
    return this.#info !== null;
  }

  onStart(info: RunInfo): void {
    this.#info = info;
    this.#before = new Map((info.before ?? []).map((row) => [keyOf(row), row]));
    this.#history.begin(info);
    this.#events.send("start", this.message());
  }

  onView(view: RunView): void {
    this.#history.add(view);
    this.#rowHistories.add(view);
    const point = this.#point(this.#history.last!);
    const changed = this.#addRows(view);
    const errorsText = JSON.stringify(view.overall.errors);
    const errors = errorsText === this.#errorsText ? null : view.overall.errors;
    this.#errorsText = errorsText;
    const { overall, interval, ...state } = view;
    const total = this.#line(-1, overall.total, interval.total.ratePerSecond);
    this.#view = {
      ...state,
      total,
      rows: [],
      point,
      tables: valueTables(overall, this.percentiles.shown),
      errors: overall.errors,
    };
    this.#events.send("view", { ...this.#view, rows: changed, errors } satisfies ViewMessage);
  }

  onResult(result: RunResult): void {
    this.#end(result);
  }

  onFailure(result: RunResult): void {
    this.#end(result);
  }

  /** Adds a line of the log. */
  addLog(level: LogLevel, text: string, atMs: number): void {
    const line = { atMs, level, text };
    this.#log.push(line);
    if (this.#log.length > MAX_LOG_LINES) this.#log.shift();
    this.#events.send("log", line);
  }

  /**
   * Marks this instant.
   *
   * @throws {RangeError} if there are too many notes
   */
  addNote(text: string): void {
    if (this.#notes.length === MAX_NOTES) throw new RangeError(`Cannot add a note: ${MAX_NOTES} are the most`);
    const note = { at: (this.#view?.elapsedMs ?? 0) / 1000, text };
    this.#notes.push(note);
    this.#events.send("note", note);
  }

  /** Returns the points of a row after an instant, in seconds; the total's for −1, `null` without such a row. */
  points(id: number, afterSeconds: number): ChartPoint[] | null {
    const history = id === -1 ? this.#history : [...this.#rows.values()].find(({ line }) => line.id === id)?.history;
    if (history === undefined) return null;
    return history.spans().filter(({ endMs }) => endMs / 1000 > afterSeconds + 0.01).map(this.#point);
  }

  /** Returns everything. */
  message(): RunMessage {
    const plannedMs = this.#info?.plannedMs ?? Infinity;
    return {
      id: this.id,
      subject: this.#info?.subject ?? "",
      startedAtMs: this.#startedAtMs,
      plannedMs: Number.isFinite(plannedMs) ? plannedMs : null,
      workers: this.#info?.workers ?? 0,
      view: this.#view === null ? null : { ...this.#view, rows: [...this.#rows.values()].map(({ line }) => line) },
      points: this.#history.spans().map(this.#point),
      notes: this.#notes,
      log: this.#log,
      outcome: this.#result === null ? null : outcome(this.#result),
    };
  }

  /** Returns its line in the list of runs. */
  entry(): RunEntry {
    const total = this.#view?.total;
    return {
      id: this.id,
      startedAtMs: this.#startedAtMs,
      requests: total?.count ?? 0,
      failures: total?.failures ?? 0,
      p95Ms: total?.percentilesMs[this.percentiles.offered.indexOf(95)] ?? 0,
      exitCode: this.#result?.exitCode ?? null,
    };
  }

  #point = (span: HistorySpan): ChartPoint => chartPoint(span, this.percentiles.offered);
  #line = (id: number, row: RowSummary, perSecond: number): RowLine =>
    rowLine(id, row, perSecond, this.percentiles.offered, this.#before.get(keyOf(row)));

  #addRows(view: RunView): RowLine[] {
    const changed: RowLine[] = [];
    const intervals = new Map(view.interval.rows.map((row) => [keyOf(row), row]));
    for (const row of view.overall.rows) {
      const key = keyOf(row);
      const interval = intervals.get(key);
      const known = this.#rows.get(key);
      const line = this.#line(known?.line.id ?? this.#rows.size, row, interval?.ratePerSecond ?? 0);
      const text = JSON.stringify(line);
      const kept = known ?? { line, text: "", history: this.#newHistory() };
      if (known === undefined) this.#rows.set(key, kept);
      if (interval !== undefined) kept.history.add(view, interval);
      if (kept.text === text) continue;
      Object.assign(kept, { line, text });
      changed.push(line);
    }
    return changed;
  }

  /** Each row keeps as many points as all together may have. */
  #newHistory(): History {
    const share = Math.max(20, 2 * Math.floor(MAX_ROW_POINTS / (this.#rows.size + 1) / 2));
    for (const { history } of this.#rows.values()) history.limit(share);
    return new History(share);
  }

  #end(result: RunResult): void {
    this.#result = result;
    const { summary } = result;
    if (this.#view !== null) {
      // What is shown from now on is the summary: its rates are means.
      this.#view = {
        ...this.#view,
        total: this.#line(-1, summary.total, summary.total.ratePerSecond),
        tables: valueTables(summary, this.percentiles.shown),
        errors: summary.errors,
      };
      for (const row of summary.rows) {
        const kept = this.#rows.get(keyOf(row));
        if (kept !== undefined) kept.line = this.#line(kept.line.id, row, row.ratePerSecond);
      }
    }
    this.#events.send("end", this.message());
  }
}

function keyOf({ userClass, method, name, inTotal }: RowSummary | RowBefore): string {
  return `${userClass}\n${method}\n${name}\n${inTotal}`;
}

function outcome(result: RunResult): OutcomeMessage {
  const { reason, exitCode, loadMs, warnings, problems, thresholds, comparison = null } = result;
  return { reason, exitCode, loadMs, warnings, problems, thresholds, comparison };
}
