/**
 * A run from its options to its result.
 *
 * @module
 */

import { nowMs, type Timer } from "../core/clock.ts";
import { EXIT_CODES, ScriptError, type WorkerError } from "../core/errors.ts";
import { isLogged, type LogLevel } from "../core/log_level.ts";
import { formatDuration } from "../core/units.ts";
import { desiredUsers, maxTarget, type Stage, stagesFor, totalMs } from "../load/stages.ts";
import type { RunInfo, RunObserver, RunResult } from "../stats/run_model.ts";
import { summarize } from "../stats/summary.ts";
import { Totals } from "../stats/totals.ts";
import { displayPath } from "../script/locustfile.ts";
import { resolveOptions, type RunnerOptions, type RunOptions } from "./options.ts";
import { WorkerPool } from "./worker_pool.ts";

/** How often observers are shown the state, in milliseconds. */
const VIEW_EVERY_MS = 1000;
/** How far ahead the workers' common start is set, so that the message is there in time, in milliseconds. */
const START_LEAD_MS = 20;
/** How long interrupted workers have to report before they are given up, in milliseconds. */
const ABANDON_AFTER_MS = 2000;

/** Who watches a run, and where its log goes. */
export interface RunnerHooks {
  /** Shown the run's start, state and result. @default nobody */
  readonly observers?: readonly RunObserver[];
  /** Takes log lines at the level asked for and above. @default nothing is written */
  readonly log?: (level: LogLevel, text: string) => void;
}

/**
 * Runs a load test: workers are started, the locustfile's hooks are called, users run as planned, results are merged.
 *
 * Installs no signal handler and writes nothing by itself.
 *
 * @example Usage
 * ```ts ignore
 * const result = await new Runner({ locustfile: "./locustfile.ts", users: 10, duration: 5 }).run();
 * ```
 */
export class Runner {
  readonly #options: RunOptions;
  readonly #observers: readonly RunObserver[];
  readonly #log: (level: LogLevel, text: string) => void;
  readonly #totals = new Totals();
  readonly #interval = new Totals();
  readonly #problems: string[] = [];
  readonly #timers: Timer[] = [];
  readonly #stages: readonly Stage[];
  #pool: WorkerPool | null = null;
  #startMs: number | null = null;
  #stopMs: number | null = null;
  #lastViewMs = 0;
  #reason: string | null = null;
  #isInterrupted = false;
  #resolveInterrupted: () => void = () => {};
  readonly #interrupted: Promise<void> = new Promise((resolve) => this.#resolveInterrupted = resolve);

  /**
   * Checks the options; starts nothing.
   *
   * @param options What to run and how; checked at once
   * @param hooks Who watches
   * @throws {UsageError} if an option cannot be used; lists every such option
   */
  constructor(options: RunnerOptions | RunOptions, hooks: RunnerHooks = {}) {
    this.#options = isResolved(options) ? options : resolveOptions(options);
    this.#observers = hooks.observers ?? [];
    const log = hooks.log ?? (() => {});
    this.#log = (level, text) => isLogged(level, this.#options.logLevel) && log(level, text);
    const { users, ratePerSecond, durationMs } = this.#options;
    this.#stages = stagesFor({ users, ratePerSecond, durationMs });
  }

  /**
   * Runs the test to its end.
   *
   * @returns The result, also after {@linkcode Runner.stop} and {@linkcode Runner.interrupt}
   * @throws {ScriptError} if the locustfile cannot be run or `setup` threw; nothing was sent then
   */
  async run(): Promise<RunResult> {
    const pool = this.#pool = new WorkerPool(this.#options, {
      onDelta: (delta) => {
        this.#totals.add(delta);
        this.#interval.add(delta);
      },
      onShutdown: (reason) => this.stop(reason),
      onLog: this.#log,
      onDeath: (error) => this.#onDeath(error),
    });
    try {
      const script = await this.#orInterrupted(pool.loaded());
      if (script !== undefined) this.#checkClasses(script.classes.map((one) => one.fixedCount ?? 0));
      const data = await this.#orInterrupted(pool.setup());
      const info = this.#info();
      if (this.#reason === null) await this.#load(pool, info, data);
      if (!this.#isInterrupted) await this.#tearDown(pool, data);
      const result = this.#result(info);
      for (const observer of this.#observers) await this.#observe(() => observer.onResult?.(result));
      return result;
    } finally {
      this.#timers.forEach((timer) => clearTimeout(timer));
      pool.terminate();
    }
  }

  /** Starts no more iterations and lets running ones end, up to the stop timeout. A repeated call is ignored. */
  stop(reason: string): void {
    if (this.#reason !== null) return this.#log("debug", `Already shutting down, ignoring: ${reason}`);
    this.#reason = reason;
    this.#stopMs = nowMs();
    this.#log("info", `Shutting down (${reason})`);
    if (this.#startMs === null) return;
    this.#pool?.stop();
    this.#after(this.#options.stopTimeoutMs, () => this.#cutOff());
  }

  /** Ends everything at once; what has been measured is kept. */
  interrupt(): void {
    if (this.#isInterrupted) return;
    this.stop("interrupted");
    this.#isInterrupted = true;
    this.#resolveInterrupted();
    this.#cutOff();
  }

  #cutOff(): void {
    this.#pool?.interrupt();
    this.#after(ABANDON_AFTER_MS, () => this.#pool?.abandon());
  }

  async #load(pool: WorkerPool, info: RunInfo, data: unknown): Promise<void> {
    this.#log("info", `Starting test (target user count: ${info.targetUsers})`);
    const startMs = this.#startMs = this.#lastViewMs = nowMs() + START_LEAD_MS;
    pool.start(startMs, this.#stages, data);
    this.#notify((observer) => observer.onStart?.(info));
    const plannedMs = totalMs(this.#stages);
    if (Number.isFinite(plannedMs)) this.#after(START_LEAD_MS + plannedMs, () => this.#endAsPlanned(plannedMs));
    const views = setInterval(() => this.#view(pool), VIEW_EVERY_MS);
    await pool.allEnded;
    clearInterval(views);
    if (this.#reason !== null) return;
    if (pool.endedAtMs >= startMs + plannedMs) return this.#endAsPlanned(plannedMs);
    const limit = this.#options.iterations;
    this.stop(pool.isLimitReached ? `reached iteration limit (${limit})` : "no users left");
    this.#stopMs = pool.endedAtMs;
  }

  #endAsPlanned(plannedMs: number): void {
    if (this.#reason !== null) return;
    this.stop(`target duration elapsed after ${formatDuration(Math.round(plannedMs))}`);
    this.#stopMs = this.#startMs! + plannedMs;
  }

  async #tearDown(pool: WorkerPool, data: unknown): Promise<void> {
    try {
      await this.#orInterrupted(pool.teardown(data, this.#reason ?? ""));
    } catch (error) {
      if (!(error instanceof ScriptError)) return; // a dead script worker has been reported
      this.#problem(error.message);
    }
  }

  /** Waits for a promise, or returns `undefined` once the run is interrupted. */
  async #orInterrupted<T>(promise: Promise<T>): Promise<T | undefined> {
    return await Promise.race([promise, this.#interrupted as Promise<undefined>]);
  }

  #checkClasses(fixedCounts: readonly number[]): void {
    const fixed = fixedCounts.reduce((sum, count) => sum + count, 0);
    const users = maxTarget(this.#stages);
    if (fixed <= users) return;
    throw new ScriptError(`Cannot run ${users} users: the classes ask for ${fixed} by fixedCount`, {
      hint: `Use --users ${fixed} or more.`,
    });
  }

  #onDeath(error: WorkerError): void {
    this.#problem(error.message);
    if (this.#startMs !== null) this.stop("a worker ended early");
  }

  #problem(text: string): void {
    this.#problems.push(text);
    this.#log("error", text);
  }

  #view(pool: WorkerPool): void {
    const now = nowMs();
    const elapsedMs = Math.max(0, now - this.#startMs!);
    const view = {
      elapsedMs,
      users: pool.users,
      targetUsers: this.#reason !== null ? 0 : desiredUsers(this.#stages, elapsedMs) ?? 0,
      iterations: pool.iterations,
      overall: summarize(this.#totals, elapsedMs),
      interval: summarize(this.#interval, now - this.#lastViewMs),
      warnings: [],
      stopping: this.#reason,
    };
    this.#interval.clear();
    this.#lastViewMs = now;
    this.#notify((observer) => observer.onView?.(view));
  }

  #info(): RunInfo {
    const { locustfile, url, workers } = this.#options;
    return {
      subject: url ?? displayPath(String(locustfile)),
      startedAt: new Date(),
      targetUsers: maxTarget(this.#stages),
      plannedMs: totalMs(this.#stages),
      workers,
      options: { ...this.#options },
    };
  }

  #result(info: RunInfo): RunResult {
    const loadMs = this.#startMs === null ? 0 : Math.max(0, (this.#stopMs ?? nowMs()) - this.#startMs);
    const { completed, interrupted, scriptError } = EXIT_CODES;
    return {
      info,
      endedAt: new Date(),
      loadMs,
      reason: this.#reason ?? "",
      summary: summarize(this.#totals, loadMs),
      iterations: this.#pool?.iterations ?? 0,
      interruptedIterations: this.#pool?.interruptedIterations ?? 0,
      warnings: [],
      problems: this.#problems,
      exitCode: this.#isInterrupted ? interrupted : this.#problems.length > 0 ? scriptError : completed,
    };
  }

  #notify(call: (observer: RunObserver) => void): void {
    for (const observer of this.#observers) void this.#observe(() => call(observer));
  }

  async #observe(call: () => void | Promise<void>): Promise<void> {
    try {
      await call();
    } catch (error) {
      this.#problem(`A reporter failed: ${error instanceof Error ? error.stack ?? error.message : error}`);
    }
  }

  #after(ms: number, callback: () => void): void {
    this.#timers.push(setTimeout(callback, Math.min(ms, 2 ** 31 - 1)));
  }
}

/** Options that have been checked already carry units in their names. */
function isResolved(options: RunnerOptions | RunOptions): options is RunOptions {
  return "stopTimeoutMs" in options;
}
