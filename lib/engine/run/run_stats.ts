/**
 * The merged figures of a run, and the spans of time they are shown for.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import type { Figures, TestStats } from "../../script/control.ts";
import type { SampleCounts, SampleSink } from "../../stats/samples/sample_chunk.ts";
import type { FleetEvents } from "./fleet/fleet.ts";
import type { RunLog } from "./run_log.ts";
import type { KeptFailure } from "../../stats/errors/kept_failures.ts";
import { Coverage, type CoverageMark } from "../../stats/coverage.ts";
import type { StatsDelta } from "../../stats/recorder.ts";
import type { RunState, RunView } from "../../stats/run_model.ts";
import { patternWarning } from "../../stats/row_patterns.ts";
import { summarize, type Summary } from "../../stats/summary.ts";
import { STEP } from "../../script/scenario/steps.ts";
import { type RowTotals, Totals } from "../../stats/totals.ts";

/** Longest wait for the next report of every worker when code asks for figures, in milliseconds. */
const MAX_WAIT_MS = 1000;

/** Counts since they were last taken. */
class Span {
  readonly #totals = new Totals();
  readonly #coverage: Coverage;
  readonly #afterMs: number;
  /** What was covered when they were last taken; `undefined` before. */
  #taken: CoverageMark | undefined = undefined;
  /** Workers that have reported since. */
  readonly #reported = new Set<string>();

  /** @param afterMs Time at the start of the load that it leaves out, in milliseconds */
  constructor(coverage: Coverage, afterMs = 0) {
    this.#coverage = coverage;
    this.#afterMs = afterMs;
  }

  /** Whether it has a report of every worker; rates mean little without. */
  get isReady(): boolean {
    return this.#coverage.isEveryOneOf(this.#reported);
  }

  /** Adds a delta; `worker` is null if it covers the time before the load. */
  add(delta: StatsDelta, worker: string | null): void {
    this.#totals.add(delta);
    if (worker !== null) this.#reported.add(worker);
  }

  take(): Summary {
    const summary = summarize(this.#totals, this.#coverage.meanMs(this.#afterMs, this.#taken));
    this.#totals.clear();
    this.#reported.clear();
    this.#taken = this.#coverage.mark;
    return summary;
  }
}

/** Everything the workers have reported: in total, since the last view, and since code asked last. */
export class RunStats {
  readonly #totals = new Totals();
  /** Figures that the summary leaves out. */
  readonly #warmUp = new Totals();
  readonly #warmUpMs: number;
  readonly #coverage = new Coverage();
  /** Views of the warm-up have its figures alone, those after it none of them, so that they add up to the summary. */
  readonly #warmUpSinceView = new Span(this.#coverage);
  readonly #sinceView: Span;
  /** `null` in a run without code that asks. */
  #sinceControl: Span | null = new Span(this.#coverage);
  /** Callbacks of calls that wait for a report of every worker. */
  #waiting: (() => void)[] = [];
  #startMs = 0;
  #rowWarnings: readonly string[] = [];
  #checkedRows = 0;

  readonly #sink: SampleSink | undefined;
  /** What became of the samples, once the run has ended; `null` without any. */
  samples: SampleCounts | null = null;

  /**
   * @param warmUpMs How much of the start the summary leaves out, in milliseconds
   * @param sink Writes single requests, if they are recorded
   */
  constructor(warmUpMs: number, sink?: SampleSink) {
    this.#warmUpMs = warmUpMs;
    this.#sinceView = new Span(this.#coverage, warmUpMs);
    this.#sink = sink;
  }

  /** The events of a fleet that concern measurements. */
  get fleetEvents(): Pick<FleetEvents, "onDelta" | "onEnded" | "onSamples"> {
    return {
      onDelta: (delta, worker, isWarmUp) => this.add(delta, worker, isWarmUp),
      onEnded: (worker) => this.end(worker),
      onSamples: (chunk, giveBack) => this.#sink?.take(chunk, giveBack),
    };
  }

  /** Has the samples written that are left; a file that is not whole is a problem of the run. */
  async endSamples(log: RunLog): Promise<void> {
    const samples = await this.#sink?.end() ?? null;
    if (samples === null) return;
    // Requests of a worker that has died, or whose verdict was open when all was cut off, were not recorded.
    const missing = samples.ratio === 1 ? this.#recorded() - samples.written : 0;
    this.samples = { ...samples, dropped: Math.max(samples.dropped, missing) };
    if (samples.failure !== null) log.problem(samples.failure);
  }

  /** Returns how many requests and other samples the rows have, which steps are not. */
  #recorded(): number {
    const rows = this.#totals.rows.filter(({ method, inTotal }) => inTotal || method !== STEP);
    return rows.reduce((sum, { histogram, untimed }) => sum + histogram.count + untimed, 0);
  }

  /** Lets go of what writes samples. */
  close(): void {
    this.#sink?.close();
  }

  /** Requests that the summary leaves out. */
  get warmUpRequests(): number {
    return this.#warmUp.rows.reduce((sum, { histogram }) => sum + histogram.count, 0);
  }

  /** Whether a request was judged good, in the warm-up or after it. */
  get hasGoodRequest(): boolean {
    return this.#allRows().some(({ histogram, failures }) => histogram.count > failures);
  }

  /** Whether anything failed, in the warm-up or after it: a request, or user code. */
  get hasErrors(): boolean {
    return this.#warmUp.errors.length > 0 || this.#totals.errors.length > 0 ||
      this.#allRows().some(({ failures }) => failures > 0);
  }

  /** Requests of the whole run. */
  get allRequests(): number {
    return this.#allRows().reduce((sum, { histogram }) => sum + histogram.count, 0);
  }

  /** The first failed exchanges of each row, without those of the warm-up. */
  get keptFailures(): readonly KeptFailure[] {
    return this.#totals.keptFailures?.all ?? [];
  }

  /** Warnings about the rows so far; computed again only when rows are added. */
  get rowWarnings(): readonly string[] {
    const { rows } = this.#totals;
    if (rows.length !== this.#checkedRows) {
      const warning = patternWarning(rows);
      this.#rowWarnings = warning === null ? [] : [warning];
      this.#checkedRows = rows.length;
    }
    return this.#rowWarnings;
  }

  /**
   * Adds a worker's delta.
   *
   * @param worker Name of the worker
   * @param isWarmUp Whether the summary leaves it out
   */
  add(delta: StatsDelta, worker: string, isWarmUp: boolean): void {
    (isWarmUp ? this.#warmUp : this.#totals).add(delta);
    this.#coverage.add(worker, delta.toMs);
    const covers = delta.toMs > this.#startMs ? worker : null;
    (isWarmUp ? this.#warmUpSinceView : this.#sinceView).add(delta, covers);
    this.#sinceControl?.add(delta, covers);
    this.#wake();
  }

  /** Notes that a worker has sent its last delta. */
  end(worker: string): void {
    this.#coverage.end(worker);
    this.#wake();
  }

  #allRows(): RowTotals[] {
    return [...this.#warmUp.rows, ...this.#totals.rows];
  }

  /** Keeps no figures for `control`, which the run does not have: adding a delta then costs a third less. */
  omitControl(): void {
    this.#sinceControl = null;
  }

  /** Sets the start of the load, and how many workers run it. */
  startAt(startMs: number, workers: number): void {
    this.#startMs = startMs;
    this.#sink?.begin(startMs);
    this.#coverage.startAt(startMs, workers);
  }

  /** Returns the state for observers; while the run warms up, its figures are those of the warm-up. */
  view(state: RunState, atMs: number = nowMs()): Omit<RunView, "thresholds"> {
    const elapsedMs = Math.max(0, atMs - this.#startMs);
    const isWarmingUp = elapsedMs < this.#warmUpMs;
    const warnings = [...state.warnings, ...this.rowWarnings];
    const overall = this.#overall(isWarmingUp);
    const interval = (isWarmingUp ? this.#warmUpSinceView : this.#sinceView).take();
    return { ...state, elapsedMs, isWarmingUp, overall, interval, warnings };
  }

  /**
   * Returns the figures for `control`, as plain data, once every worker has reported since the last call: an interval
   * shorter than a report has no counts, and the next one too many. A worker that is silent holds it up for a second.
   *
   * @param users Returns how many users run
   * @throws {TypeError} after {@linkcode RunStats.omitControl}
   */
  async forControl(users: () => number): Promise<TestStats> {
    const since = this.#sinceControl;
    if (since === null) throw new TypeError("Cannot give control() its figures: the run has none");
    if (!since.isReady) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, MAX_WAIT_MS);
      this.#waiting.push(resolve);
      await promise;
      clearTimeout(timer);
    }
    const interval = figuresOf(since.take());
    return { users: users(), overall: figuresOf(this.#overall(false)), interval };
  }

  #wake(): void {
    if (this.#waiting.length === 0 || !this.#sinceControl?.isReady) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Returns the figures so far; rates divide by the time that is covered by reports. */
  #overall(isWarmingUp: boolean): Summary {
    return isWarmingUp
      ? summarize(this.#warmUp, this.#coverage.meanMs())
      : summarize(this.#totals, this.#coverage.meanMs(this.#warmUpMs));
  }

  /** Returns the figures since the warm-up was over; rates divide by the time since then. */
  summary(elapsedMs: number): Summary {
    return summarize(this.#totals, Math.max(0, elapsedMs - this.#warmUpMs));
  }

  /** Returns the figures of a load as plain data. */
  figures({ startMs, stopMs }: { readonly startMs: number; readonly stopMs: number }): Figures {
    return figuresOf(this.summary(stopMs - startMs));
  }
}

/** Returns figures as plain data. */
function figuresOf(summary: Summary): Figures {
  const { rows, total, measures, failureTimes: _, ...others } = summary;
  return { ...others, rows: rows.map(plain), total: plain(total), measures: measures.map(plain) };
}

function plain<T extends { readonly histogram: unknown }>({ histogram: _, ...figures }: T): Omit<T, "histogram"> {
  return figures;
}
