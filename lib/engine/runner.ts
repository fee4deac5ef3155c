/**
 * A run from its options to its result.
 *
 * @module
 */

import { nowMs, type Timer } from "../core/clock.ts";
import { EXIT_CODES, ScriptError } from "../core/errors.ts";
import { isLogged, type LogLevel } from "../core/log_level.ts";
import { formatDuration } from "../core/units.ts";
import type { RunInfo, RunObserver, RunResult } from "../stats/run_model.ts";
import { displayPath } from "../script/locustfile.ts";
import { LoadPlan } from "./load_plan.ts";
import { resolveOptions, type RunnerOptions, type RunOptions } from "./options.ts";
import { RunStats } from "./run_stats.ts";
import { type LoadedScript, WorkerPool } from "./worker_pool.ts";

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
  readonly #stats = new RunStats();
  readonly #problems: string[] = [];
  readonly #timers: Timer[] = [];
  readonly #interrupted: PromiseWithResolvers<undefined> = Promise.withResolvers();
  #plan: LoadPlan;
  #pool: WorkerPool | null = null;
  #startMs: number | null = null;
  #stopMs: number | null = null;
  #reason: string | null = null;
  #isInterrupted = false;

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
    this.#plan = new LoadPlan(this.#options, false);
  }

  /**
   * Runs the test to its end.
   *
   * @returns The result, also after {@linkcode Runner.stop} and {@linkcode Runner.interrupt}
   * @throws {ScriptError} if the locustfile cannot be run or `setup` threw; nothing was sent then
   */
  async run(): Promise<RunResult> {
    const pool: WorkerPool = this.#pool = new WorkerPool(this.#options, {
      onDelta: (delta) => this.#stats.add(delta),
      onShutdown: (reason) => this.stop(reason),
      onRequest: (request) =>
        request.action === "stats" ? this.#stats.forControl(pool.users) : this.#changeUsers(request),
      onLog: this.#log,
      onDeath: (error) => {
        this.#problem(error.message);
        if (this.#startMs !== null) this.stop("a worker ended early");
      },
    });
    try {
      const script = await this.#orInterrupted(pool.loaded());
      if (script !== undefined) await this.#prepare(pool, script);
      const data = await this.#orInterrupted(pool.setup());
      const info = this.#info(pool);
      if (this.#reason === null) await this.#load(pool, info, data, script?.hasControl ?? false);
      if (!this.#isInterrupted) await this.#finishHook(pool.teardown(data, this.#reason ?? ""));
      const result = this.#result({ ...info, targetUsers: this.#plan.mostUsers });
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
    this.#pool?.interruptControl();
    this.#after(this.#options.stopTimeoutMs, () => this.#cutOff());
  }

  /** Ends everything at once; what has been measured is kept. */
  interrupt(): void {
    if (this.#isInterrupted) return;
    this.stop("interrupted");
    this.#isInterrupted = true;
    this.#interrupted.resolve(undefined);
    this.#cutOff();
  }

  #cutOff(): void {
    this.#pool?.interrupt();
    this.#after(ABANDON_AFTER_MS, () => this.#pool?.abandon());
  }

  /** Checks what only the locustfile tells, before any hook of it is called. */
  async #prepare(pool: WorkerPool, { classes, hasControl }: LoadedScript): Promise<void> {
    for (const note of this.#options.notes) this.#log("info", note);
    if (hasControl) {
      this.#plan = new LoadPlan(this.#options, true);
      return await pool.growTo(this.#options.requestedWorkers);
    }
    const fixed = classes.reduce((sum, { fixedCount }) => sum + (fixedCount ?? 0), 0);
    if (fixed <= this.#plan.mostUsers) return;
    throw new ScriptError(`Cannot run ${this.#plan.mostUsers} users: the classes ask for ${fixed} by fixedCount`, {
      hint: `Use --users ${fixed} or more.`,
    });
  }

  async #load(pool: WorkerPool, info: RunInfo, data: unknown, hasControl: boolean): Promise<void> {
    this.#log("info", `Starting test (target user count: ${hasControl ? "set by control" : info.targetUsers})`);
    const startMs = this.#startMs = nowMs() + START_LEAD_MS;
    this.#plan.startAt(startMs);
    this.#stats.startAt(startMs);
    pool.start(this.#plan.message, data);
    this.#notify((observer) => observer.onStart?.(info));
    const { plannedMs } = info;
    if (Number.isFinite(plannedMs)) this.#after(START_LEAD_MS + plannedMs, () => this.#endAsPlanned(plannedMs));
    const views = setInterval(() => this.#view(pool), VIEW_EVERY_MS);
    const control = hasControl ? this.#finishHook(this.#control(pool)) : null;
    await pool.allEnded;
    clearInterval(views);
    if (this.#reason === null) this.#endByItself(pool, startMs + plannedMs);
    await control;
  }

  async #control(pool: WorkerPool): Promise<void> {
    await pool.control();
    if (this.#reason === null) this.stop("control ended");
  }

  /** Names the end of a run that nobody ordered: workers know the plan's end, and the limit, by themselves. */
  #endByItself(pool: WorkerPool, plannedEndMs: number): void {
    const { endedAtMs, isLimitReached } = pool;
    if (endedAtMs >= plannedEndMs) return this.#endAsPlanned(plannedEndMs - this.#startMs!);
    this.stop(isLimitReached ? `reached iteration limit (${this.#options.iterations})` : "no users left");
    this.#stopMs = endedAtMs;
  }

  #endAsPlanned(plannedMs: number): void {
    if (this.#reason !== null) return;
    this.stop(`target duration elapsed after ${formatDuration(Math.round(plannedMs))}`);
    this.#stopMs = this.#startMs! + plannedMs;
  }

  #changeUsers({ count, ratePerSecond }: { readonly count: number; readonly ratePerSecond: number | null }): number {
    if (this.#reason !== null) return 0;
    const rampMs = this.#plan.change(count, ratePerSecond, nowMs());
    this.#pool?.follow(this.#plan.message);
    return rampMs;
  }

  /** Waits for a hook that runs during or after the load; what it throws is a problem of the run. */
  async #finishHook(hook: Promise<unknown>): Promise<void> {
    try {
      await this.#orInterrupted(hook);
    } catch (error) {
      if (!(error instanceof ScriptError)) return; // a dead script worker has been reported
      this.#problem(error.message);
      this.stop("an error in the locustfile");
    }
  }

  /** Waits for a promise, or returns `undefined` once the run is interrupted. */
  async #orInterrupted<T>(promise: Promise<T>): Promise<T | undefined> {
    return await Promise.race([promise, this.#interrupted.promise]);
  }

  #problem(text: string): void {
    this.#problems.push(text);
    this.#log("error", text);
  }

  #view(pool: WorkerPool): void {
    const targetUsers = this.#reason === null ? this.#plan.desired(nowMs()) : 0;
    const view = this.#stats.view({
      users: pool.users,
      targetUsers,
      iterations: pool.iterations,
      stopping: this.#reason,
    });
    this.#notify((observer) => observer.onView?.(view));
  }

  #info(pool: WorkerPool): RunInfo {
    const { locustfile, url } = this.#options;
    return {
      subject: url ?? displayPath(String(locustfile)),
      startedAt: new Date(),
      targetUsers: this.#plan.mostUsers,
      plannedMs: this.#plan.plannedMs,
      workers: pool.size,
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
      summary: this.#stats.summary(loadMs),
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
