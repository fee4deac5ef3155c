/**
 * The worker's side of a run.
 *
 * @module
 */

import { nowMs } from "../core/clock.ts";
import { ScriptError } from "../core/errors.ts";
import { userStack } from "../core/error_site.ts";
import { setLogSink } from "../script/log.ts";
import { RemoteControl } from "../script/control.ts";
import { loadScript, type Script, urlScript } from "../script/locustfile.ts";
import { events } from "../script/events.ts";
import { UserFactory } from "./user_factory.ts";
import { IterationTickets } from "./iteration_tickets.ts";
import { EventLoopWatch } from "./event_loop_watch.ts";
import type { FromWorker, LoadMessage, StartMessage, ToWorker, WorkerReport } from "./messages.ts";
import { UserCrew } from "./user_crew.ts";
import type { LifeShared } from "./user_life.ts";
import { InterruptedError, interruptSleepers } from "../script/sleep.ts";
import { Recorder } from "../stats/recorder.ts";

/** How often a worker reports, in milliseconds. */
export const REPORT_EVERY_MS = 250;
/** How long interrupted users are given to let go of what they hold, in milliseconds. */
const INTERRUPT_GRACE_MS = 200;

/** Runs hooks or users as the main thread says; the worker file only carries the messages. */
export class WorkerHost {
  readonly #post: (message: FromWorker) => void;
  readonly #recorder = new Recorder();
  readonly #control: RemoteControl;
  #task: LoadMessage | null = null;
  #script: Script | null = null;
  #crew: UserCrew | null = null;
  #factory: UserFactory | null = null;
  #shared: LifeShared | null = null;
  #isFinished = false;

  /** @param post Sends a message to the main thread */
  constructor(post: (message: FromWorker) => void) {
    this.#post = post;
    this.#control = new RemoteControl(
      (id, request) => post({ type: "request", id, request }),
      (reason) => post({ type: "shutdown", reason }),
    );
    setLogSink((level, text) => post({ type: "log", level, text }));
    setInterval(() => this.#report(), REPORT_EVERY_MS);
  }

  /** Does what a message asks for; never rejects. */
  async handle(message: ToWorker): Promise<void> {
    switch (message.type) {
      case "load":
        return await this.#load(message);
      case "setup":
        return await this.#runHook("setup", async () => {
          await events.startup.fire();
          return await this.#script!.setup?.();
        });
      case "teardown":
        return await this.#runHook("teardown", async () => {
          await events.stop.fire({ reason: message.reason });
          await this.#script!.teardown?.(message.data);
        });
      case "control":
        return await this.#runHook("control", () => Promise.resolve(this.#script!.control!(this.#control)));
      case "answer":
        return this.#control.answer(message.id, message.value);
      case "start":
        return this.#start(message);
      case "plan":
        return this.#crew?.follow(message);
      case "stop":
        return this.#crew?.stop();
      case "interrupt":
        return this.#interrupt();
    }
  }

  /** Counts a promise that user code left to reject, which is no reason to end the worker. */
  onUnhandledRejection(error: unknown): void {
    this.#factory?.countStrayError(error);
  }

  /** Sends what has been measured before the worker ends early. */
  onDying(what: string): void {
    if (this.#crew !== null && !this.#isFinished) this.#report();
    this.#post({ type: "dying", what });
  }

  async #load(task: LoadMessage): Promise<void> {
    this.#task = task;
    const { url, locustfile } = task.options;
    try {
      this.#script = locustfile === null ? urlScript(url!) : await loadScript(String(locustfile));
    } catch (error) {
      return this.#fail(error);
    }
    const classes = this.#script.userClasses.map(({ name, weight, fixedCount }) => ({ name, weight, fixedCount }));
    this.#post({ type: "loaded", classes, hasControl: this.#script.control !== null });
  }

  async #runHook(name: string, hook: () => Promise<unknown>): Promise<void> {
    let data: unknown;
    try {
      data = await hook();
    } catch (error) {
      if (error instanceof InterruptedError) return this.#post({ type: "hookDone", data: undefined });
      return this.#fail(new ScriptError(`${name}() threw ${userStack(error)}`, { cause: error }));
    }
    try {
      this.#post({ type: "hookDone", data });
    } catch (cause) {
      const hint = "Return plain data: objects, arrays, strings, numbers, Map, Set, Date, typed arrays.";
      this.#fail(new ScriptError(`Cannot hand the result of ${name}() to users: it can't be cloned`, { cause, hint }));
    }
  }

  #fail(error: unknown): void {
    const known = error instanceof ScriptError ? error : new ScriptError(userStack(error), { cause: error });
    this.#post({ type: "failed", message: known.message, hint: known.hint });
  }

  #start({ plan, workers, data }: StartMessage): void {
    const { index, options, iterationCounter } = this.#task!;
    const { startMs } = plan;
    const shared: LifeShared = {
      recorder: this.#recorder,
      tickets: new IterationTickets(iterationCounter, options.iterations),
      watch: new EventLoopWatch(),
      loggedErrors: new Set(),
      iterations: 0,
      interruptedIterations: 0,
    };
    this.#shared = shared;
    this.#factory = new UserFactory({ shared, options, startMs, data, shutdown: (reason) => this.#shutdown(reason) });
    this.#crew = new UserCrew({
      userClasses: this.#script!.userClasses,
      index,
      workers,
      startUser: (userClass, id) => this.#factory!.startUser(userClass, id),
      isExhausted: () => shared.tickets.isExhausted,
      onFinished: () => this.#finish(),
    }, plan);
  }

  #shutdown(reason: string): void {
    this.#crew?.stop();
    this.#post({ type: "shutdown", reason });
  }

  #interrupt(): void {
    this.#crew?.interrupt();
    this.#factory?.interruptRequests();
    this.#control.interrupt();
    interruptSleepers();
    if (this.#crew !== null) setTimeout(() => this.#finish(), INTERRUPT_GRACE_MS);
  }

  #finish(): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    this.#shared?.watch.close();
    const isLimitReached = this.#shared?.tickets.isExhausted ?? false;
    this.#post({ type: "finished", report: this.#takeReport(), atMs: nowMs(), isLimitReached });
  }

  #report(): void {
    if (this.#crew === null) this.#post({ type: "alive" });
    else this.#post({ type: "report", report: this.#takeReport() });
  }

  #takeReport(): WorkerReport {
    return {
      delta: this.#recorder.takeDelta(),
      users: this.#crew?.size ?? 0,
      iterations: this.#shared?.iterations ?? 0,
      interruptedIterations: this.#shared?.interruptedIterations ?? 0,
    };
  }
}
