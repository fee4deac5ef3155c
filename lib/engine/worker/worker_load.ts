/**
 * The load of one worker: its share of every scenario.
 *
 * @module
 */

import { MAX_TIMER_MS, nowMs, type Timer } from "../../core/clock.ts";
import type { UsageError } from "../../core/errors.ts";
import { Heirs } from "../../load/heirs.ts";
import { RateCap } from "../../load/rate_cap.ts";
import { logWarningOnce } from "../../script/log.ts";
import type { Task } from "../../script/scenario/tasks.ts";
import type { ShutdownSink } from "../../script/shutdown.ts";
import type { UserClass } from "../../script/user.ts";
import { SpanBuffer } from "../../spans/span_buffer.ts";
import { Recorder } from "../../stats/recorder.ts";
import type { SampleChunk } from "../../stats/samples/sample_chunk.ts";
import { SampleRecorder } from "../../stats/samples/sample_recorder.ts";
import { TallyWriter } from "../../stats/tally.ts";
import { ArrivalCrew } from "./crew/arrival_crew.ts";
import { AwaitWatch } from "./watch/await_watch.ts";
import type { Crew, CrewOptions } from "./crew/crew.ts";
import { EventLoopWatch } from "./watch/event_loop_watch.ts";
import { Gate } from "./crew/iteration_source.ts";
import { IterationTickets } from "./crew/iteration_tickets.ts";
import type { LoadMessage, PlanMessage, RunShare, ShareMessage, StartMessage, WorkerReport } from "../messages.ts";
import { StartWatch } from "./watch/start_watch.ts";
import { ThreadLoad } from "./watch/thread_load.ts";
import { UserCrew } from "./crew/user_crew.ts";
import { samplingOf } from "./sampling.ts";
import { UserFactory } from "./user_factory.ts";
import type { LifeShared, StrayOrigin } from "./life_shared.ts";
import { Unusable } from "./unusable.ts";

/** What a worker's load is made of. */
export interface WorkerLoadParts {
  readonly task: LoadMessage;
  /** What `setup` returned. */
  readonly data: unknown;
  /** The script's classes. */
  readonly userClasses: readonly UserClass[];
  /** Their tasks that run. */
  readonly tasks: ReadonlyMap<UserClass, readonly Task[]>;
  /** Ends the whole test. */
  readonly shutdown: ShutdownSink;
  /** Receives an error that ends the whole run. */
  readonly onUnusable: (error: UsageError) => void;
  /** Prints on the terminal of the run. */
  readonly onPrint: (text: string) => void;
  /** Receives samples of single requests, whose memory is taken over. */
  readonly onSamples: (chunk: SampleChunk) => void;
  /** Called once, when no user is left and none will start. */
  readonly onFinished: () => void;
  /** Called once when the warm-up is over, with what was measured until then. */
  readonly onWarm: (report: WorkerReport) => void;
}

/** Runs users by the plans and reports what they measured. */
export class WorkerLoad {
  readonly #parts: WorkerLoadParts;
  readonly #shared: LifeShared;
  readonly #factory: UserFactory;
  readonly #threadLoad = new ThreadLoad();
  readonly #spans = new SpanBuffer();
  #crews: readonly Crew[] = [];
  #warmTimer: Timer | undefined = undefined;
  #cap: RateCap | null = null;
  #unfinished = 0;
  #isWarm: boolean;
  #hasSucceeded = false;
  readonly #tally: TallyWriter;
  /** Iterations that ended in the warm-up. */
  #warmUpIterations = 0;
  /** When the limit was first seen to be reached with no user here in an iteration. */
  #allDoneMs: number | null = null;

  /** Makes a load without users. */
  constructor(parts: WorkerLoadParts) {
    const { task: { options, iterationCounter, tally, seed }, data } = parts;
    this.#parts = parts;
    this.#tally = new TallyWriter(tally);
    this.#shared = {
      recorder: new Recorder(false, this.#tally, options.keepFailures ?? 0),
      tickets: new IterationTickets(iterationCounter, options.iterations),
      watch: new EventLoopWatch(),
      loggedErrors: new Set(),
      strayErrors: new WeakSet(),
      unusable: new Unusable(parts.onUnusable),
      starts: new StartWatch(),
      awaits: new AwaitWatch(logWarningOnce),
      iterations: 0,
      failedIterations: 0,
      interruptedIterations: 0,
    };
    const { tasks, shutdown, onPrint } = parts;
    const orders = { tasks, shutdown, onPrint, sampling: samplingOf(options, this.#spans) };
    this.#factory = new UserFactory({ shared: this.#shared, options, data, seed, ...orders });
    this.#isWarm = options.warmUpMs === 0;
  }

  /**
   * Prepares what the first users of some classes would otherwise wait for.
   *
   * @param classes Places of the classes that run among the script's
   */
  prepare(classes: readonly number[]): void {
    this.#factory.prepare(classes.map((index) => this.#parts.userClasses[index]!));
  }

  /** Starts the users when the plans begin. */
  start(start: StartMessage): void {
    const { options, capClock } = this.#parts.task;
    const { startMs, endMs, scenarios, part } = start;
    if (part !== undefined) this.#limit(part);
    const { recorder } = this.#shared;
    recorder.hasSchedule = scenarios.some(({ plan }) => plan.shape.model === "open");
    recorder.stopMs = endMs;
    const { maxRequestsPerSecond } = part ?? options;
    const firstTurnMs = startMs + (part?.firstTurnMs ?? 0);
    this.#cap = maxRequestsPerSecond === null ? null : new RateCap(capClock, firstTurnMs, maxRequestsPerSecond);
    this.#factory.startAt(startMs, this.#cap);
    if (this.#isWarm) this.#recordSamples();
    else {
      const inMs = Math.min(Math.max(0, startMs + options.warmUpMs - nowMs()), MAX_TIMER_MS);
      this.#warmTimer = setTimeout(() => this.#onWarm(), inMs);
    }
    this.#unfinished = scenarios.length;
    this.#crews = scenarios.map((_, index) => this.#makeCrew(start, index));
  }

  /** Users running. */
  get users(): number {
    return this.#users;
  }

  /** Iterations finished. */
  get iterations(): number {
    return this.#shared.iterations;
  }

  /** Whether the last iteration of the run's limit has been taken, on any worker. */
  get isLimitReached(): boolean {
    return this.#shared.tickets.areAllOut;
  }

  /** When the last user here was done, once all are: now, or before a limit on iterations was made final. */
  get endedAtMs(): number {
    const { tickets: { heldAtMs } } = this.#shared;
    return this.isLimitReached && heldAtMs !== null ? heldAtMs : nowMs();
  }

  /** Returns whether the limit was reached; if so, ends the users that are in no iteration, and starts no others. */
  checkLimit(): boolean {
    if (!this.isLimitReached) return false;
    for (const crew of this.#crews) crew.endAtLimit();
    return true;
  }

  /**
   * Returns whether users have hung for longer than the stop timeout though no iteration runs here, nor will: in onStart,
   * or onStop. Nothing else would end them, as the run waits for them. To be called after {@linkcode checkLimit}.
   */
  isHanging(): boolean {
    if (!this.isLimitReached || this.#crews.some((crew) => crew.isInIteration)) return false;
    const now = nowMs();
    this.#allDoneMs ??= now;
    return now - this.#allDoneMs > this.#parts.task.options.stopTimeoutMs;
  }

  /** Goes on with another plan of a scenario. */
  follow(plan: PlanMessage): void {
    this.#crews[plan.scenario]?.follow(plan);
  }

  /** Takes what workers of other processes leave. */
  share(share: ShareMessage): void {
    this.#limit(share);
    if (share.maxRequestsPerSecond !== null) this.#cap?.setRate(share.maxRequestsPerSecond);
    for (const crew of this.#crews) {
      if (share.lost.length > 0) crew.inherit(share.lost);
      crew.onLimitRaised();
    }
  }

  #limit({ iterations, isFinal }: RunShare): void {
    if (iterations !== null) this.#shared.tickets.limitTo(iterations, isFinal);
  }

  /** Pauses or resumes the start of iterations. */
  setPaused(isPaused: boolean): void {
    for (const crew of this.#crews) crew.setPaused(isPaused);
  }

  /** Starts no more users and lets running iterations end. */
  stop(): void {
    this.#shared.recorder.stopMs = Math.min(this.#shared.recorder.stopMs, nowMs());
    for (const crew of this.#crews) crew.stop();
  }

  /** Cuts running iterations and requests off. */
  interrupt(): void {
    for (const crew of this.#crews) crew.interrupt();
    this.#factory.interruptRequests();
  }

  /** Stops measuring, when the last user has ended or was given up. */
  close(): void {
    this.#shared.watch.close();
    this.#shared.awaits.close();
    clearTimeout(this.#warmTimer);
  }

  /** Counts an error that no user's iteration has caught. */
  countStrayError(error: unknown, where: StrayOrigin): void {
    this.#factory.countStrayError(error, where);
  }

  /** Returns what has changed since the last report. */
  takeReport(): WorkerReport {
    const { iterations, failedIterations, interruptedIterations } = this.#shared;
    this.#factory.samples?.flush();
    this.#hasSucceeded ||= iterations > failedIterations;
    return {
      delta: this.#shared.recorder.takeDelta(),
      spans: this.#spans.take(),
      isWarmUp: !this.#isWarm,
      users: this.#users,
      mostUsers: this.#tally.mostUsers,
      iterations,
      interruptedIterations,
      endedIterations: this.#warmUpIterations + iterations + interruptedIterations,
      hasSucceeded: this.#hasSucceeded,
      starts: this.#shared.starts.at(nowMs()),
      classStarts: this.#shared.starts.classes,
      load: { ...this.#threadLoad.take(), ...this.#shared.watch.take() },
    };
  }

  /** Takes the memory of samples back that have been written. */
  takeBack(records: Float64Array<ArrayBuffer>): void {
    this.#factory.samples?.giveBack(records);
  }

  /** Records single requests from now on, if the run is to. */
  #recordSamples(): void {
    const { task: { options: { sampleRatio } }, onSamples } = this.#parts;
    if (sampleRatio !== undefined) this.#factory.samples = new SampleRecorder(sampleRatio, onSamples);
  }

  get #users(): number {
    return this.#crews.reduce((sum, crew) => sum + crew.size, 0);
  }

  #makeCrew({ scenarios, workers, part }: StartMessage, scenario: number): Crew {
    const { task, userClasses } = this.#parts;
    const { plan, classes, capacity } = scenarios[scenario]!;
    const options: CrewOptions = {
      userClasses: classes.map((index) => userClasses[index]!),
      capacity,
      index: task.index + (part?.first ?? 0),
      heirs: new Heirs(workers),
      // Each scenario counts its users from 0: numbers are dealt in turns, so that ids are unique over all of them.
      startUser: (userClass, user, source) => {
        this.#tally.noteUsers(this.#users + 1);
        return this.#factory.startUser(userClass, user * scenarios.length + scenario, source);
      },
      onFinished: () => --this.#unfinished === 0 && this.#parts.onFinished(),
    };
    const { tickets, recorder } = this.#shared;
    if (plan.shape.model === "closed") return new UserCrew({ ...options, tickets, gate: new Gate() }, plan);
    const { maxLatenessMs } = task.options;
    return new ArrivalCrew({ ...options, maxLatenessMs, tickets, counts: recorder.arrivals }, plan);
  }

  #onWarm(): void {
    const { recorder } = this.#shared;
    recorder.epoch++;
    const report = this.takeReport();
    recorder.keptFailures.clear();
    this.#recordSamples();
    this.#isWarm = true;
    this.#warmUpIterations = this.#shared.iterations;
    this.#shared.iterations = this.#shared.failedIterations = 0;
    this.#parts.onWarm(report);
  }
}
