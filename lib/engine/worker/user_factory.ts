/**
 * Makes the users of one worker and what they hold.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import { describeError, errorMessage, userStack } from "../../core/error_site.ts";
import { SampleSpan } from "../../http/spans/sample_span.ts";
import { type Sampling, UserTrace } from "../../spans/user_trace.ts";
import type { RateCap } from "../../load/rate_cap.ts";
import { CapQueue } from "../../http/capped_transport.ts";
import { InFlight } from "../../http/client/in_flight.ts";
import type { JudgedRequest } from "../../http/client/judge.ts";
import type { PendingRequest } from "../../http/client/sending/pending_request.ts";
import { RequestError } from "../../http/client/request_error.ts";
import { TransportError } from "../../http/transport.ts";
import { Lateness } from "../../stats/lateness.ts";
import { events, setListenerErrorSink } from "../../script/events.ts";
import { log, logErrorOnce } from "../../script/log.ts";
import { OneMachineError } from "../../script/shared/remote.ts";
import { InterruptedError } from "../../script/sleep.ts";
import type { ShutdownOrder, ShutdownSink } from "../../script/shutdown.ts";
import { HttpUser, type UserClass } from "../../script/user.ts";
import type { CustomSample } from "../../stats/sample.ts";
import { STEP, type StepOwner } from "../../script/scenario/steps.ts";
import { TaskPicker } from "../../script/scenario/task_picker.ts";
import type { Task } from "../../script/scenario/tasks.ts";
import type { SampleRecorder } from "../../stats/samples/sample_recorder.ts";
import { MAX_ROWS } from "../../stats/recorder.ts";
import type { Series } from "../../stats/series.ts";
import { currentStep, spanAround } from "../../http/client/step_scope.ts";
import type { RunOptions } from "../options/options.ts";
import type { IterationSource } from "./crew/iteration_source.ts";
import { checkSample } from "./check_sample.ts";
import { ClientContexts } from "./client_contexts.ts";
import { type ClassEnvironment, LifeEnvironment } from "./life_environment.ts";
import { type LifeShared, STRAY_TEXTS, type StrayOrigin } from "./life_shared.ts";
import { UserLife } from "./user_life.ts";

/** What users of one worker have in common. */
export interface FactoryOptions {
  readonly shared: LifeShared;
  readonly options: RunOptions;
  /** What `setup` returned. */
  readonly data: unknown;
  /** Seed of the choice of tasks. */
  readonly seed: number;
  /** Tasks of the classes; none for a class that has `run`. */
  readonly tasks: ReadonlyMap<UserClass, readonly Task[]>;
  /** Which iterations have a trace; `null` for none. */
  readonly sampling: Sampling | null;
  /** Ends the whole test. */
  readonly shutdown: ShutdownSink;
  /** Prints on the terminal of the run. */
  readonly onPrint: (text: string) => void;
}

/** Makes users and their lives. */
export class UserFactory {
  readonly #options: FactoryOptions;
  readonly #contexts: ClientContexts;
  readonly #environments = new Map<UserClass, ClassEnvironment>();
  readonly #config: Readonly<Record<string, unknown>>;
  /** Records single requests; `null` if they are not to be recorded. */
  samples: SampleRecorder | null = null;
  #capQueue: CapQueue | null = null;
  /** Start of the load, on `nowMs`' clock. */
  #startMs = 0;
  #isShuttingDown = false;

  /** Makes a factory for one worker. */
  constructor(options: FactoryOptions) {
    this.#options = options;
    this.#config = Object.freeze({ ...options.options });
    this.#contexts = new ClientContexts({
      options: options.options,
      data: options.data,
      recorder: options.shared.recorder,
      capQueue: () => this.#capQueue,
      onJudged: (userClass, request) => this.#onJudged(userClass, request),
      onUnusable: (error) => options.shared.unusable.tell(error),
      onPrint: options.onPrint,
    });
    setListenerErrorSink((hook, error) =>
      options.shared.recorder.countError(`events.${hook} listener`, describeError(error))
    );
  }

  /**
   * Prepares the clients of classes, so that none of their users has to.
   *
   * @throws {ScriptError} if the settings of a class cannot be used
   */
  prepare(userClasses: readonly UserClass[]): void {
    for (const userClass of userClasses) if (userClass.prototype instanceof HttpUser) this.#contexts.prepare(userClass);
  }

  /**
   * Sets what is known only when the load starts.
   *
   * @param startMs Start of the load, on `nowMs`' clock
   * @param cap The cap on requests, or `null`
   */
  startAt(startMs: number, cap: RateCap | null): void {
    this.#startMs = startMs;
    this.#capQueue = cap === null ? null : new CapQueue(cap, this.#options.shared.recorder.capWait);
  }

  /** Makes a user and its life; the caller starts it. */
  startUser(userClass: UserClass, id: number, source: IterationSource): UserLife {
    const { sampling, shared, tasks: ofClasses, seed } = this.#options;
    const trace = sampling === null ? null : new UserTrace(sampling, userClass.name, id);
    const tasks = ofClasses.get(userClass) ?? [];
    const picker = tasks.length === 0 ? null : new TaskPicker(tasks, seed, id);
    const environment = new LifeEnvironment(id, this.#environmentOf(userClass), new Lateness(), trace, new InFlight());
    const life = new UserLife(environment, picker, source, shared);
    if (!events.spawn.isEmpty) void events.spawn.fire({ id, userClass: userClass.name });
    return life;
  }

  /** Ends every request in flight; each is counted as interrupted. */
  interruptRequests(): void {
    for (const context of this.#contexts.all()) {
      for (const item of context.deadlines.items()) {
        (item as PendingRequest).abort(new TransportError("interrupted", "interrupted by the end of the run"));
      }
    }
  }

  /** Counts an error that nothing has caught so far, unless it is counted with a request; `what` heads its log line. */
  countStrayError(error: unknown, where: StrayOrigin): void {
    const { recorder, loggedErrors, strayErrors, unusable } = this.#options.shared;
    if (error instanceof RequestError || error instanceof InterruptedError || unusable.has(error)) return;
    const text = describeError(error);
    if (!this.#isBlamed(error)) recorder.countError(where, text);
    if (error instanceof Error) strayErrors.add(error);
    if (loggedErrors.has(text)) return;
    loggedErrors.add(text);
    if (error instanceof OneMachineError) unusable.tell(error);
    logErrorOnce(text, `${STRAY_TEXTS[where]}: ${userStack(error)}`);
  }

  /** Returns whether a request has been failed for an error. */
  #isBlamed(error: unknown): boolean {
    return error instanceof Error && this.#contexts.all().some(({ blamedErrors }) => blamedErrors.has(error));
  }

  /** Returns what the users of a class have in common; one object per class. */
  #environmentOf(userClass: UserClass): ClassEnvironment {
    const known = this.#environments.get(userClass);
    if (known !== undefined) return known;
    const environment: ClassEnvironment = {
      userClass,
      data: this.#options.data,
      config: this.#config,
      recorder: this.#options.shared.recorder,
      contexts: this.#contexts,
      steps: this.#stepsOf(userClass),
      shutdown: (order) => this.#shutdown(order),
      record: (user, sample) => this.#record(user, sample),
    };
    this.#environments.set(userClass, environment);
    return environment;
  }

  /** Returns what the steps of a class need. */
  #stepsOf(userClass: UserClass): StepOwner {
    const { recorder } = this.#options.shared;
    const label = this.#label(userClass);
    const rows = new Map<string, Series>();
    return {
      get stopMs() {
        return recorder.stopMs;
      },
      series: (name) => {
        const series = rows.get(name) ?? recorder.series(STEP, name, label, false);
        if (rows.size < MAX_ROWS) rows.set(name, series);
        return series;
      },
    };
  }

  #onJudged(userClass: UserClass, request: JudgedRequest): void {
    if (request.isCounted) this.samples?.add(request.series, userClass.name, request);
    if (events.request.isEmpty) return;
    const { method, name } = request.series;
    void events.request.fire({
      method,
      name,
      start: (request.startMs - this.#startMs) / 1000,
      lateness: request.latenessMs / 1000,
      ttfb: request.ttfbMs / 1000,
      ttlb: request.ttlbMs / 1000,
      dns: (request.connectPhases?.dnsMs ?? 0) / 1000,
      connect: (request.connectPhases?.connectMs ?? 0) / 1000,
      tls: (request.connectPhases?.tlsMs ?? 0) / 1000,
      bytes: request.bytesReceived,
      error: request.error,
      traceId: request.traceId,
      userClass: userClass.name,
    });
  }

  #record({ userClass, id: user, lateness, trace }: LifeEnvironment, sample: CustomSample): void {
    checkSample(sample);
    const { name, ttlb, method = "CUSTOM", ttfb = ttlb, error, bytes = 0, inTotal = true } = sample;
    const isFailure = error !== undefined && error !== null && error !== false;
    const text = !isFailure ? null : error === true ? "failed by the script" : errorMessage(error);
    const { recorder } = this.#options.shared;
    const [latenessMs, now] = [lateness.take(), nowMs()];
    const series = recorder.series(method, name, this.#label(userClass), inTotal);
    series.record(ttlb * 1000, isFailure, bytes, latenessMs);
    if (now - ttlb * 1000 > recorder.stopMs) series.countTail();
    const span = trace === null ? null : spanAround(trace)?.child({ name: `${method} ${name}` }) ?? null;
    const traceId = span?.traceId ?? null;
    const count = text === null ? null : series.userError(text);
    if (span !== null) {
      span.startMs = now - ttlb * 1000;
      new SampleSpan(span, series).settle(text, count?.text);
    }
    if (text !== null) {
      count!.add(now, traceId, (ttlb * 1000 + latenessMs) * 1000);
      currentStep()?.fail(text);
    }
    this.samples?.add(series, userClass.name, {
      ...{ startMs: now - ttlb * 1000, latenessMs, ttfbMs: ttfb * 1000, ttlbMs: ttlb * 1000, connectPhases: null },
      ...{ bytesReceived: bytes, user, status: 0, error: text, traceId },
    });
    if (events.request.isEmpty) return;
    const start = (now - this.#startMs) / 1000 - ttlb;
    const phases = { dns: 0, connect: 0, tls: 0 };
    const { name: className } = userClass;
    void events.request.fire({
      ...{ method, name, start, lateness: latenessMs / 1000, ttfb, ttlb, ...phases, bytes },
      ...{ error: text, traceId, userClass: className },
    });
  }

  /** Returns the label that separates the rows of a class; empty if rows are not separated. */
  #label({ name }: UserClass): string {
    return this.#options.options.groupByClass ? name : "";
  }

  #shutdown(order: ShutdownOrder): void {
    if (this.#isShuttingDown) return log.debug("Already shutting down, ignoring shutdown()");
    this.#isShuttingDown = true;
    this.#options.shutdown(order);
  }
}
