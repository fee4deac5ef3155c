/**
 * A run from its options to its result.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import { ScriptError, type UsageError } from "../../core/errors.ts";
import { formatDuration } from "../../core/units.ts";
import type { RunInfo, RunResult, RunState } from "../../stats/run_model.ts";
import { Audience } from "./audience.ts";
import { imported, makeReady, planLoad } from "./beginning.ts";
import type { Fleet } from "./fleet/fleet.ts";
import { LoadPlan } from "./plan/load_plan.ts";
import { isResolved, resolveOptions, withSampling } from "../options/resolve_options.ts";
import type { RunnerOptions, RunOptions } from "../options/options.ts";
import type { ScriptInfo } from "../messages.ts";
import { PauseClock } from "./pause_clock.ts";
import { PassCriteria } from "./pass_criteria.ts";
import { runInfo, runResult, runState, spanOf } from "./run_outcome.ts";
import { RunFailure } from "./run_failure.ts";
import { RunLog } from "./run_log.ts";
import { printThrough, type RunnerHooks } from "./runner_hooks.ts";
import { RunStats } from "./run_stats.ts";
import { loadOfOptions } from "./plan/scenarios.ts";
import { StartNotices } from "./start_notices.ts";
import { Steering } from "./steering.ts";
import { ABANDON_AFTER_MS, CONTROL_GRACE_MS, VIEW_EVERY_MS } from "./fleet/run_times.ts";
import { Timers } from "./timers.ts";
import { localFleet } from "./fleet/worker_pool.ts";

/**
 * Runs a load test: starts workers, calls the locustfile's hooks, runs users as planned, merges results. Installs no
 * signal handler and writes nothing by itself.
 *
 * @example Usage
 * ```ts ignore
 * const result = await new Runner({ locustfile: "./locustfile.ts", users: 10, duration: 5 }).run();
 * ```
 */
export class Runner {
  readonly #options: RunOptions;
  readonly #audience: Audience;
  readonly #log: RunLog;
  readonly #stats: RunStats;
  readonly #timers = new Timers();
  readonly #interrupted: PromiseWithResolvers<undefined> = Promise.withResolvers();
  readonly #criteria: PassCriteria;
  readonly #hooks: RunnerHooks;
  /** Until the locustfile is known, the load of the options alone. */
  #plan: LoadPlan;
  #pool: Fleet | null = null;
  /** Changes the users, once the load has begun. */
  #steering: Steering | null = null;
  #startMs: number | null = null;
  #stopMs: number | null = null;
  #reason: string | null = null;
  #isInterrupted = false;
  #isEndPlanned = false;
  #isBegun = false;
  readonly #pause = new PauseClock();
  readonly #startNotices = new StartNotices();
  readonly #failure = new RunFailure();

  /**
   * Checks the options; starts nothing.
   *
   * @param options What to run and how; checked at once
   * @param hooks Who watches
   * @throws {UsageError} if an option cannot be used; lists every such option
   */
  constructor(options: RunnerOptions | RunOptions, hooks: RunnerHooks = {}) {
    this.#options = withSampling(isResolved(options) ? options : resolveOptions(options), hooks.samples);
    this.#audience = new Audience(hooks.observers ?? [], (text) => this.#log.problem(text));
    this.#log = new RunLog(this.#options.logLevel, hooks.log ?? (() => {}), this.#timers);
    this.#stats = new RunStats(this.#options.warmUpMs, hooks.samples);
    this.#plan = new LoadPlan(loadOfOptions(this.#options));
    this.#criteria = new PassCriteria(this.#options.thresholds, this.#options.failOnError);
    this.#hooks = hooks;
  }

  /**
   * Runs the test to its end.
   *
   * @returns The result, also after {@linkcode Runner.stop} and {@linkcode Runner.interrupt}
   * @throws {ScriptError} if the locustfile or its thresholds cannot be used, or `setup` threw; nothing was sent then
   * @throws {UsageError} if the options name a class that the locustfile does not have
   * @throws {TypeError} if it has been called before
   */
  async run(): Promise<RunResult> {
    if (this.#pool !== null) throw new TypeError("Cannot run twice: make a new Runner for each run");
    const pool: Fleet = this.#pool = (this.#hooks.createFleet ?? localFleet)(this.#options, {
      ...this.#stats.fleetEvents,
      onSpans: (batch) => this.#audience.takeSpans(batch),
      onShutdown: (reason) => this.stop(reason),
      onFailure: (error) => this.#fail(error),
      onRequest: (request) => {
        if (request.action === "stats") return this.#stats.forControl(() => pool.users);
        return this.#reason === null ? this.#steering!.setUsers(request.count, request.ratePerSecond) : 0;
      },
      onLog: (level, text, span) => this.#log.write(level, text, span),
      onPrint: this.#hooks.print ?? printThrough,
      onDeath: (error, isThrown, reason = "a worker ended early") => {
        if (isThrown && this.#startMs === null) return; // run() rejects with it
        this.#log.problem(error.message);
        this.stop(reason);
      },
      onLoss: ({ message }) => this.#log.problem(message),
    });
    try {
      const script = await this.#orInterrupted(imported(pool, this.#options, this.#log));
      if (script !== undefined) await this.#prepare(pool, script);
      const setup = () => this.#orInterrupted(this.#log.waitingFor("setup()", pool.setup()));
      const data = this.#isInterrupted ? undefined : await setup();
      if (data !== undefined && this.#reason === null) {
        await this.#orInterrupted(makeReady(pool, data, this.#plan, this.#log));
      }
      this.#isBegun = true;
      const info = this.#info(pool);
      if (this.#reason === null) await this.#load(pool, info, script?.hooks.includes("control") ?? false);
      if (!this.#isInterrupted) await this.#finishHook(this.#tearDown(pool));
      await this.#stats.endSamples(this.#log);
      this.#failure.settle(this.#stats, this.#log);
      const result = this.#result(pool, info);
      this.#log.writeAll("error", result.problems.slice(this.#log.problems.length));
      const known = this.#log.problems.length;
      await this.#audience.tellEach((observer) => observer.onResult?.(result));
      return known === this.#log.problems.length ? result : this.#result(pool, info); // reports fail, too
    } catch (error) {
      await this.#failure.tell(this.#audience, () => this.#result(pool, this.#info(pool)), error);
      throw error;
    } finally {
      this.#timers.clear();
      this.#stats.close();
      pool.terminate();
    }
  }

  /** Ends a load that cannot go on: cuts off what is in flight. */
  #fail(error: ScriptError | UsageError): void {
    if (this.#failure.error !== null || this.#startMs === null) return;
    this.#failure.error = error;
    this.stop(error instanceof ScriptError ? "an error in the locustfile" : "an option is wrong");
    this.#cutOff();
  }

  /** Starts no more iterations and lets running ones end, up to the stop timeout. A repeated call is ignored. */
  stop(reason: string): void {
    if (this.#reason !== null) return this.#log.write("debug", `Already shutting down, ignoring: ${reason}`);
    this.#reason = reason;
    this.#stopMs = nowMs();
    this.#pause.set(false, this.#stopMs);
    this.#log.write("info", `Shutting down (${reason})`);
    const isLoading = this.#startMs !== null;
    this.#timers.after(this.#options.stopTimeoutMs, () => isLoading ? this.#cutOff() : this.#giveUpBeginning());
    if (!isLoading) return;
    this.#pool?.stop();
    this.#timers.after(Math.max(this.#options.stopTimeoutMs, CONTROL_GRACE_MS), () => this.#giveUpControl());
  }

  /** Ends everything at once; keeps what has been measured. */
  interrupt(): void {
    if (this.#isInterrupted) return;
    this.stop("interrupted");
    this.#isInterrupted = true;
    this.#interrupted.resolve(undefined);
    this.#cutOff();
  }

  /** Adds users (with an arrival rate: users that may run at once), or removes some if negative; one is left. */
  addUsers(users: number): void {
    if (this.#reason === null) this.#steering?.addUsers(users);
  }

  /** Sets how many users run from now on, 1 or more; with an arrival rate, how many may run at once. */
  setUsers(count: number): void {
    if (this.#reason === null) this.#steering?.reachUsers(count);
  }

  /** Sets the arrival rate from now on, 0 or more per second; returns whether the run has one, and goes on. */
  setArrivalRate(perSecond: number): boolean {
    return this.#reason === null && (this.#steering?.setArrivalRate(perSecond) ?? false);
  }

  /** Pauses or resumes the start of iterations; the planned end does not move. */
  setPaused(isPaused: boolean): void {
    if (this.#reason !== null || this.#startMs === null || isPaused === this.#pause.isPaused) return;
    this.#pool?.setPaused(isPaused);
    this.#pause.set(isPaused, nowMs());
    this.#log.write("info", isPaused ? "Paused: no iteration starts" : "Resumed");
  }

  /** The state at this instant; a view shows it about once a second. */
  get state(): RunState {
    return runState(this.#options, this.#plan, this.#pool, this.#pause.isPaused, this.#reason);
  }

  /** Gives up on import and setup once a stop has been requested. */
  #giveUpBeginning(): void {
    if (this.#isBegun) return;
    this.#log.problem("The import of the locustfile, or its setup(), did not end within the stop timeout");
    this.#interrupted.resolve(undefined);
  }

  #giveUpControl(): void {
    if (this.#isInterrupted || !this.#pool?.giveUpControl()) return;
    this.#log.write("warning", "control() did not end within the stop timeout; the run goes on without it");
  }

  #cutOff(): void {
    this.#pool?.interrupt();
    this.#timers.after(ABANDON_AFTER_MS, () => this.#pool?.abandon());
  }

  /** Checks what depends on the locustfile, before calling any of its hooks. */
  async #prepare(pool: Fleet, script: ScriptInfo): Promise<void> {
    this.#criteria.addOfScript(script.thresholds);
    const plan = this.#plan = planLoad(this.#options, script, this.#log);
    this.#hooks.checkUsers?.(plan.mostUsers);
    const mostUsers = script.hooks.includes("control") ? plan.capacity : plan.mostUsers;
    await this.#orInterrupted(pool.resizeTo(Math.max(1, Math.min(pool.requestedWorkers, mostUsers))));
  }

  async #load(pool: Fleet, info: RunInfo, hasControl: boolean): Promise<void> {
    this.#log.write("info", `Starting test (target user count: ${hasControl ? "set by control" : info.targetUsers})`);
    const startMs = this.#startMs = nowMs() + pool.startLeadMs;
    this.#stats.startAt(startMs, pool.reporters);
    if (!hasControl) this.#stats.omitControl();
    this.#steering = new Steering(this.#plan, pool, this.#log);
    const { plannedMs } = info;
    pool.start({ startMs, endMs: startMs + plannedMs, scenarios: this.#plan.startAt(startMs) });
    this.#audience.notify((observer) => observer.onStart?.(info));
    if (Number.isFinite(plannedMs)) {
      this.#timers.after(startMs + plannedMs - nowMs(), () => this.#endAsPlanned(plannedMs));
    }
    const views = setInterval(() => this.#view(), VIEW_EVERY_MS);
    const control = hasControl ? this.#finishHook(pool.control().then(() => this.stop("control ended"))) : null;
    await pool.allEnded;
    clearInterval(views);
    if (this.#reason === null) this.#endByItself(pool, startMs + plannedMs);
    this.#view(); // of what came since the last one
    await control;
  }

  /** Sets the reason of a run that ended without an order: workers know the plan's end and the limit themselves. */
  #endByItself(pool: Fleet, plannedEndMs: number): void {
    const { endedAtMs, isLimitReached } = pool;
    if (endedAtMs >= plannedEndMs) return this.#endAsPlanned(plannedEndMs - this.#startMs!);
    this.#isEndPlanned = true;
    this.stop(isLimitReached ? `reached iteration limit (${this.#options.iterations})` : "no users left");
    this.#stopMs = endedAtMs;
  }

  #endAsPlanned(plannedMs: number): void {
    if (this.#reason !== null) return;
    this.#isEndPlanned = true;
    this.stop(`target duration elapsed after ${formatDuration(Math.round(plannedMs))}`);
    this.#stopMs = this.#startMs! + plannedMs;
  }

  /** Waits for a hook that runs during or after the load; its error is a problem of the run. */
  async #finishHook(hook: Promise<unknown>): Promise<void> {
    try {
      await this.#orInterrupted(hook);
    } catch (error) {
      if (!(error instanceof ScriptError)) return; // a dead script worker has been reported
      this.#log.problem(error.message);
      this.stop("an error in the locustfile");
    }
  }

  /** Waits for a promise, or returns `undefined` once the run is interrupted. */
  #orInterrupted = <T>(promise: Promise<T>): Promise<T | undefined> =>
    Promise.race([promise, this.#interrupted.promise]);

  #view(): void {
    const view = this.#criteria.judgeView(this.#stats.view(this.state));
    this.#audience.notify((observer) => observer.onView?.(view));
    const isVain = this.#reason === null && !this.#startNotices.check(this.#pool!, view.users, this.#log);
    if (isVain) this.stop("no user gets past onStart");
    const { abortOnFail, warmUpMs, abortAfterMs } = this.#options;
    if (!abortOnFail || view.isWarmingUp || this.#reason !== null) return;
    const failed = this.#criteria.failedEarly(view.overall, view.elapsedMs - warmUpMs, abortAfterMs);
    if (failed !== null) this.stop(`threshold failed: ${failed.expression}, is ${failed.actual}`);
  }

  #span = () => spanOf(this.#startMs, this.#stopMs);
  #tearDown = (pool: Fleet): Promise<void> =>
    pool.teardown({ reason: this.#reason ?? "", figures: this.#stats.figures(this.#span()) });
  #info = (pool: Fleet): RunInfo => runInfo(this.#options, this.#plan, pool.size);

  #result(pool: Fleet, info: RunInfo): RunResult {
    return runResult({
      ...{ info, pool, options: this.#options, plan: this.#plan, stats: this.#stats, criteria: this.#criteria },
      ...{ ...this.#span(), reason: this.#reason ?? "", pausedMs: this.#pause.totalMs },
      ...{ problems: this.#log.problems, spans: this.#audience.spans },
      ...{ isInterrupted: this.#isInterrupted, isEndPlanned: this.#isEndPlanned, failure: this.#failure.error },
    });
  }
}
