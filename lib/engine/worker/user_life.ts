/**
 * One user's life: onStart, iterations, onStop.
 *
 * @module
 */

import { MAX_TIMER_MS, nowMs } from "../../core/clock.ts";
import { describeError, userStack } from "../../core/error_site.ts";
import { PacePlan, phaseOf } from "../../load/pace_plan.ts";
import type { InFlight } from "../../http/client/in_flight.ts";
import { RequestError } from "../../http/client/request_error.ts";
import type { LocustClientSession } from "../../http/session.ts";
import { logErrorOnce } from "../../script/log.ts";
import { OneMachineError } from "../../script/shared/remote.ts";
import { InterruptedError } from "../../script/sleep.ts";
import type { TaskPicker } from "../../script/scenario/task_picker.ts";
import { HttpUser, type Pacing, User, type WaitTime } from "../../script/user.ts";
import { inSpan } from "../../spans/active_span.ts";
import type { UserTrace } from "../../spans/user_trace.ts";
import { groupedText } from "../../stats/errors/error_groups.ts";
import type { Lateness } from "../../stats/lateness.ts";
import { nextTurn } from "./watch/event_loop_watch.ts";
import type { IterationSource } from "./crew/iteration_source.ts";
import type { LifeEnvironment } from "./life_environment.ts";
import type { LifeShared, Stage } from "./life_shared.ts";

/** Pause before onStart is called again after it threw, in milliseconds. */
const RESTART_PAUSE_MS = 1000;
/** Most distinct errors of user code whose stacks are logged on one worker. */
const MAX_LOGGED_STACKS = 20;

/** Runs one user until it is retired, the iterations are used up, or it is interrupted. */
export class UserLife {
  readonly #environment: LifeEnvironment;
  readonly #waitTime: WaitTime | undefined;
  readonly #picker: TaskPicker | null;
  readonly #source: IterationSource;
  readonly #lateness: Lateness;
  readonly #trace: UserTrace | null;
  readonly #inFlight: InFlight;
  readonly #pace: PacePlan | null;
  readonly #shared: LifeShared;
  #user: User | null = null;
  #isRetired = false;
  #isInterrupted = false;
  #isInIteration = false;
  /** The part of the class that runs now, except `run`. */
  #stage: Stage = "constructor";
  /** Whether the body still runs after `around` has returned. */
  #isLeft = false;
  #wake: (() => void) | null = null;

  /**
   * Makes a life; {@linkcode UserLife.live} begins it.
   *
   * @param environment Passed to the user
   * @param picker Picks a task for each iteration; `null` for a class that has `run`
   * @param source Lets iterations begin
   * @param shared What all lives of the worker share
   */
  constructor(environment: LifeEnvironment, picker: TaskPicker | null, source: IterationSource, shared: LifeShared) {
    const { id, lateness, trace, inFlight, userClass: { waitTime } } = environment;
    environment.life = this;
    this.#environment = environment;
    this.#waitTime = waitTime;
    this.#picker = picker;
    this.#source = source;
    this.#lateness = lateness;
    this.#trace = trace;
    this.#inFlight = inFlight;
    this.#pace = typeof waitTime === "object" ? new PacePlan(waitTime.everyMs, phaseOf(id)) : null;
    this.#shared = shared;
  }

  /** Whether the user may begin another iteration. */
  get isRunning(): boolean {
    return !this.#isRetired && !this.#isInterrupted && !this.#isLeft;
  }

  /** Whether it is within an iteration, and not before, between or after. */
  get isInIteration(): boolean {
    return this.#isInIteration;
  }

  /** Lets the running iteration end and starts no other; a pause ends at once. */
  retire(): void {
    this.#isRetired = true;
    this.#wake?.();
  }

  /** Ends a pause early: no iteration is left to wait for. */
  endPause(): void {
    this.#wake?.();
  }

  /** Revokes a retirement while the last iteration still runs. */
  revive(): void {
    this.#isRetired = false;
  }

  /** Counts the running iteration as interrupted; the caller ends what it waits for. */
  interrupt(): void {
    if (this.#isInIteration) this.#shared.interruptedIterations++;
    this.#isInterrupted = true;
    this.#wake?.();
  }

  /**
   * Runs the user's whole life; never rejects. A user that cannot be made, or that ends with an error outside of its
   * iterations, is counted and recreated after a second.
   */
  async live(): Promise<void> {
    const { starts, tickets } = this.#shared;
    starts.begin(this, nowMs(), this.#className);
    for (let isDone = false; !isDone && this.isRunning && !tickets.areAllOut;) {
      this.#user = null;
      this.#stage = "constructor";
      try {
        const user = this.#user = new this.#environment.userClass(this.#environment);
        this.#stage = "around";
        // Each function that waits costs half a kilobyte per user: the usual life waits in as few as possible.
        await (user.around === User.prototype.around ? this.#body(user) : this.#liveAround(user));
        isDone = true;
      } catch (error) {
        this.#count(error, this.#stage);
      }
      this.#endIteration(this.#stage);
      this.#client?.close();
      if (!isDone) await this.#pause(RESTART_PAUSE_MS);
    }
    starts.end(this, nowMs());
  }

  /**
   * Throws if `around` returned before the body had ended: recreated at once, such a user would
   * leave its worker no turn for anything else. A body that is still under way ends after its running iteration.
   */
  async #liveAround(user: User): Promise<void> {
    const bodies: Promise<void>[] = [];
    let underWay = 0;
    const body = async () => {
      underWay++;
      try {
        await this.#body(user);
      } finally {
        underWay--;
      }
    };
    try {
      await user.around(() => bodies[bodies.push(body()) - 1]!);
      if (this.isRunning && (bodies.length === 0 || underWay > 0)) {
        this.#stage = "around";
        throw aroundError(user);
      }
    } finally {
      this.#isLeft = underWay > 0;
      this.#wake?.();
      await Promise.allSettled(bodies);
      this.#isLeft = false;
    }
    await Promise.all(bodies);
  }

  async #body(user: User): Promise<void> {
    this.#stage = "onStart";
    this.#trace?.begin(false);
    await user.onStart();
    this.#shared.starts.pass(this);
    this.#client?.endStart();
    this.#trace?.end("onStart");
    this.#stage = "around"; // errors of run are caught where it is called
    if (this.#pace !== null) await this.#pauseUntil(this.#pace.begin(nowMs()));
    await this.#iterate(user);
    if (this.#isInterrupted) return;
    this.#trace?.begin(false);
    try {
      await user.onStop();
    } catch (error) {
      this.#count(error, "onStop");
    }
    this.#endIteration("onStop");
  }

  /** The hot loop: one frame, so that an iteration costs one await of ours. */
  async #iterate(user: User): Promise<void> {
    const { watch } = this.#shared;
    const [source, lateness, picker, trace] = [this.#source, this.#lateness, this.#picker, this.#trace];
    let task = "run";
    const inFlight = this.#inFlight;
    let isTraced = this.#shared.awaits.begin(this.#className, inFlight);
    while (this.isRunning) {
      const mayBegin = source.next(lateness, this);
      if (mayBegin !== true && !(await mayBegin)) return;
      this.#isInIteration = true;
      if (trace !== null) trace.begin(true);
      const others = inFlight.count; // begun by onStart, which may keep them
      let isCutOff = false;
      let hasFailed = false;
      try {
        if (trace !== null && trace.current !== null) {
          if (picker !== null) task = picker.next();
          await inSpan(trace.current, () => user[task as "run"]!());
        } else await (picker === null ? user.run!() : user[(task = picker.next()) as "run"]!());
      } catch (error) {
        isCutOff = error instanceof InterruptedError;
        hasFailed = true;
        this.#count(error, task);
      }
      if (inFlight.count > others) {
        // A failure while others are awaited too is not a missing await.
        if (!hasFailed && !this.#isInterrupted) isTraced = this.#shared.awaits.find(this.#className, inFlight);
        await inFlight.ended(inFlight.count - others);
      } else if (isTraced) isTraced = inFlight.isTraced = false;
      this.#isInIteration = false;
      if (trace !== null && (this.#isInterrupted || isCutOff)) trace.interrupt();
      if (this.#isInterrupted) return this.#endIteration(task);
      if (isCutOff) this.#shared.interruptedIterations++;
      else {
        this.#shared.iterations++;
        if (hasFailed) this.#shared.failedIterations++;
      }
      this.#endIteration(task);
      if (this.#waitTime !== undefined) await this.#pauseBetween(user);
      if (watch.shouldGiveWay()) await nextTurn();
    }
  }

  get #className(): string {
    return this.#environment.userClass.name;
  }

  get #client(): LocustClientSession | null {
    return this.#user instanceof HttpUser ? this.#user.client : null;
  }

  #endIteration(part: string): void {
    this.#client?.endIteration();
    if (this.#trace !== null) this.#trace.end(part);
  }

  /**
   * Counts an error exactly once: with the request it belongs to, or as an error of its own. What is not a failed request
   * or assertion is likely a bug of the script, so its stack is logged, the first time.
   */
  #count(error: unknown, where: string): void {
    if (this.#isInterrupted || error instanceof InterruptedError || this.#shared.unusable.has(error)) return;
    this.#shared.starts.fail(this, () => describeError(error));
    this.#trace?.fail(describeError(error), groupedText(describeError(error)));
    if (error instanceof Error && this.#shared.strayErrors.delete(error)) return;
    const isCounted = this.#client?.blame(error) ?? false;
    if (error instanceof RequestError) return;
    if (error instanceof OneMachineError) this.#shared.unusable.tell(error);
    const text = describeError(error);
    const traceId = this.#trace?.current?.traceId ?? null;
    if (!isCounted) this.#shared.recorder.countError(where, text, this.#className, nowMs(), traceId);
    if (error instanceof Error && error.name === "AssertionError") return;
    if (this.#shared.loggedErrors.has(text) || this.#shared.loggedErrors.size >= MAX_LOGGED_STACKS) return;
    this.#shared.loggedErrors.add(text);
    const [root, write] = [this.#trace?.current ?? null, () => logErrorOnce(text, userStack(error))];
    if (root === null) write();
    else inSpan(root, write);
  }

  async #pauseBetween(user: User): Promise<void> {
    if (!this.isRunning) return;
    if (this.#pace !== null) return await this.#pauseUntil(this.#pace.next(nowMs()));
    try {
      const seconds = (this.#waitTime as Exclude<WaitTime, Pacing>)(user);
      if (seconds > 0) await this.#pause(seconds * 1000);
    } catch (error) {
      this.#count(error, "waitTime");
    }
  }

  async #pauseUntil(atMs: number): Promise<void> {
    const ms = atMs - nowMs();
    if (ms > 0) await this.#pause(ms);
  }

  #pause(ms: number): Promise<void> {
    if (!this.isRunning || this.#shared.tickets.areAllOut) return Promise.resolve();
    if (ms > MAX_TIMER_MS) return this.#pause(MAX_TIMER_MS).then(() => this.#pause(ms - MAX_TIMER_MS));
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#wake = wake;
    });
  }
}

function aroundError({ constructor: { name } }: User): TypeError {
  return new TypeError(`around() of class ${name} returned before body() had ended, expected it to await body()`);
}
