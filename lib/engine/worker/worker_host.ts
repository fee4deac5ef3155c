/**
 * The worker's side of a run.
 *
 * @module
 */

import { MAX_TIMER_MS } from "../../core/clock.ts";
import { ScriptError, UsageError } from "../../core/errors.ts";
import { userStack } from "../../core/error_site.ts";
import { formatDuration } from "../../core/units.ts";
import { shareEnvironment } from "../../http/environment.ts";
import { prepareTransports, releaseTransports } from "../../http/transports.ts";
import { redirectConsole } from "../../script/console.ts";
import { log, setLogSink } from "../../script/log.ts";
import { RemoteControl } from "../../script/control.ts";
import { readClassLoad } from "../../load/class_load.ts";
import { loadScript, type Script, urlScript } from "../../script/locustfile.ts";
import type { UserClass } from "../../script/user.ts";
import { events, type StopEvent } from "../../script/events.ts";
import { EXPECTED_CODE, isExitCode, setShutdownSink, type ShutdownOrder } from "../../script/shutdown.ts";
import { LeaseTable } from "../../script/shared/lease_table.ts";
import { RemoteShare } from "../../script/shared/remote.ts";
import { joinSharedMemory } from "../../script/shared/shared.ts";
import type { FromWorker, LoadMessage, PrepareMessage, StartMessage, ToWorker } from "../messages.ts";
import { isLarge, packData, unpackData } from "../packed_data.ts";
import { STRAY_TEXTS, type StrayOrigin } from "./life_shared.ts";
import { collectGarbage } from "./watch/collect_garbage.ts";
import { HeapWatch } from "./watch/heap_watch.ts";
import { spanOfLog } from "./sampling.ts";
import { WorkerLoad } from "./worker_load.ts";
import { InterruptedError, interruptSleepers } from "../../script/sleep.ts";
import { beginTeardown, interruptWaits } from "../../script/waits.ts";

/** How often a worker reports, in milliseconds. */
export const REPORT_EVERY_MS = 250;
/** How long interrupted users are given to let go of what they hold, in milliseconds. */
const INTERRUPT_GRACE_MS = 200;
/** Least time before a warning that `teardown` has not ended, in milliseconds; a longer stop timeout replaces it. */
const LEAST_PATIENCE_MS = 1000;
const TEARDOWN_CUT_OFF = "teardown() was cut off in a take() of an empty queue, the rest of it did not run: " +
  "no producer is left, expected tryTake() or a timeout";

/** Runs hooks or users on the main thread's orders; the worker file only carries the messages. */
export class WorkerHost {
  readonly #post: (message: FromWorker, transfer?: Transferable[]) => void;
  readonly #close: () => void;
  readonly #heap = new HeapWatch();
  readonly #control: RemoteControl;
  #task: LoadMessage | null = null;
  /** Way to what all machines share, in a run on several. */
  #share: RemoteShare | null = null;
  #script: Script | null = null;
  #userClasses: readonly UserClass[] = [];
  /** What `setup` returned, on the script worker. */
  #data: unknown = undefined;
  /** Exit code that listeners of `events.stop` returned; `null` for none. */
  #exitCode: number | null = null;
  /** The load, once it is prepared. */
  #prepared: WorkerLoad | null = null;
  /** The load, once it has been started. */
  #workerLoad: WorkerLoad | null = null;
  #isFinished = false;

  /**
   * @param post Sends a message to the main thread
   * @param close Ends the worker
   */
  constructor(post: (message: FromWorker, transfer?: Transferable[]) => void, close: () => void) {
    this.#post = post;
    this.#close = close;
    this.#control = new RemoteControl(
      (id, request) => post({ type: "request", id, request }),
      (order) => post({ type: "shutdown", ...order }),
    );
    setShutdownSink((order) => this.#shutdown(order));
    setLogSink((level, text, onceKey) => post({ type: "log", level, text, onceKey, span: spanOfLog() }));
    redirectConsole((text, isError) => post({ type: "print", text, isError }));
    post({ type: "alive" }); // before the locustfile, whose import may never yield: from now on silence counts
    setInterval(() => this.#report(), REPORT_EVERY_MS);
  }

  /** Handles a message; never rejects. */
  async handle(message: ToWorker): Promise<void> {
    switch (message.type) {
      case "load":
        return await this.#load(message);
      case "setup":
        return await this.#runHook("setup", async () => {
          await events.startup.fire();
          this.#data = await this.#script!.setup?.();
        });
      case "teardown":
        return await this.#runHook("teardown", () => this.#tearDown(message));
      case "control":
        return await this.#runHook("control", () => Promise.resolve(this.#script!.control!(this.#control)));
      case "prepare":
        return this.#prepare(message);
      case "answer":
        return this.#control.answer(message.id, message.value);
      case "shared":
        return this.#share?.answer(message.key, message.answer);
      case "start":
        return this.#start(message);
      case "plan":
        return this.#workerLoad?.follow(message);
      case "share":
        return this.#workerLoad?.share(message);
      case "pause":
        return this.#workerLoad?.setPaused(message.isPaused);
      case "samplesTaken":
        return this.#workerLoad?.takeBack(message.records);
      case "stop":
        return this.#stop();
      case "interrupt":
        return this.#interrupt();
    }
  }

  /**
   * Counts and logs an error of user code that nothing caught, in a promise or a timer: no reason to end the worker.
   *
   * @param where What it was thrown in
   */
  onStrayError(error: unknown, where: StrayOrigin): void {
    if (error instanceof InterruptedError) return;
    if (this.#workerLoad === null) log.error(`${STRAY_TEXTS[where]}: ${userStack(error)}`);
    else this.#workerLoad.countStrayError(error, where);
  }

  /** Sends what has been measured before the worker ends early. */
  onDying(what: string): void {
    this.#report();
    this.#post({ type: "dying", what });
  }

  async #load(task: LoadMessage): Promise<void> {
    this.#task = task;
    const { url, locustfile, transport, only, host, requestedWorkers: workers } = task.options;
    shareEnvironment(task.environmentLock);
    this.#share = this.#shareOf(task);
    joinSharedMemory(task.sharedMemory, locustfile, () => this.#post({ type: "alive" }), this.#share);
    try {
      this.#script = locustfile === null ? urlScript(url!, only) : await loadScript(locustfile, transport, only);
      this.#userClasses = this.#script.userClasses;
      const hosts = this.#userClasses.map((one) => host ?? one.host ?? url);
      if (task.role === "load") await prepareTransports(hosts, workers); // so that no user waits for it
    } catch (error) {
      return this.#fail(error);
    }
    const { tasks } = this.#script;
    const classes = this.#userClasses.map((one) => ({
      ...{ name: one.name, weight: one.weight, fixedCount: one.fixedCount, tasks: tasks.get(one) ?? [] },
      ...{ load: one.load === undefined ? null : readClassLoad(one.load), host: one.host ?? null },
    }));
    const hooks = (["setup", "teardown", "control"] as const).filter((name) => this.#script![name] !== null);
    const { thresholds, notes } = this.#script;
    this.#post({ type: "loaded", script: { classes, hooks, thresholds, notes } });
  }

  #shareOf({ role, index, leases }: LoadMessage): RemoteShare | null {
    if (leases === undefined) return null;
    return new RemoteShare(
      `${role}${index}`,
      new LeaseTable(leases),
      (key, ask) => this.#post({ type: "share", key, ask }),
    );
  }

  /** Has no limit, as giving up would leave behind what it has to remove; a warning shows that it hangs. */
  async #tearDown({ reason, figures }: StopEvent): Promise<void> {
    const patienceMs = Math.max(this.#task!.options.stopTimeoutMs, LEAST_PATIENCE_MS);
    const text = `teardown() has not ended within ${formatDuration(patienceMs)}, waiting for it`;
    const timer = setTimeout(() => log.warning(text), Math.min(patienceMs, MAX_TIMER_MS));
    try {
      beginTeardown();
      const codes = (await events.stop.collect({ reason, figures })).filter((result) => typeof result === "number");
      await this.#script!.teardown?.(this.#data);
      const wrong = codes.find((code) => !isExitCode(code));
      if (wrong !== undefined) throw new ScriptError(`A listener of events.stop returned ${wrong}: ${EXPECTED_CODE}`);
      this.#exitCode = codes.at(-1) ?? null;
      if (this.#exitCode !== null) log.info(`A listener of events.stop returned the exit code ${this.#exitCode}`);
    } finally {
      clearTimeout(timer);
      await events.ended.fire({ reason, figures });
    }
  }

  async #runHook(name: string, hook: () => Promise<unknown>): Promise<void> {
    try {
      await hook();
    } catch (error) {
      if (!(error instanceof InterruptedError)) {
        const isNamed = error instanceof ScriptError; // says where it comes from
        return this.#fail(isNamed ? error : new ScriptError(`${name}() threw ${userStack(error)}`, { cause: error }));
      }
      if (name === "teardown") log.warning(TEARDOWN_CUT_OFF);
    }
    try {
      this.#post({
        type: "hookDone",
        data: packData(name === "setup" ? this.#data : undefined),
        exitCode: this.#exitCode,
      });
    } catch (cause) {
      const hint = "Return plain data: objects, arrays, strings, numbers, Map, Set, Date, typed arrays.";
      this.#fail(new ScriptError(`Cannot pass the result of ${name}() to users: it can't be cloned`, { cause, hint }));
    }
  }

  #fail(error: unknown): void {
    const isUsage = error instanceof UsageError;
    const known = isUsage || error instanceof ScriptError ? error : new ScriptError(userStack(error), { cause: error });
    this.#post({ type: "failed", isUsage, message: known.message, hint: known.hint });
  }

  #prepare({ data, classes }: PrepareMessage): void {
    try {
      this.#prepared = new WorkerLoad({
        task: this.#task!,
        data: unpackData(data),
        userClasses: this.#userClasses,
        tasks: this.#script!.tasks,
        shutdown: (order) => this.#shutdown(order),
        onUnusable: (error) => this.#fail(error),
        onPrint: (text) => this.#post({ type: "print", text, isError: false }),
        onSamples: (chunk) => this.#post({ type: "samples", chunk }, [chunk.records.buffer]),
        onFinished: () => this.#finish(),
        onWarm: (report) => this.#post({ type: "report", report }),
      });
      this.#prepared.prepare(classes);
      if (isLarge(data)) collectGarbage(); // what parsing has left behind
    } catch (error) {
      return this.#fail(error);
    }
    this.#post({ type: "ready" });
  }

  #start(start: StartMessage): void {
    this.#workerLoad = this.#prepared!;
    this.#workerLoad.start(start);
  }

  #stop(): void {
    this.#workerLoad?.stop();
    interruptWaits();
  }

  #shutdown(order: ShutdownOrder): void {
    this.#post({ type: "shutdown", ...order }); // first, as without users this worker has nothing left to do
    if (this.#workerLoad !== null) this.#stop();
  }

  #interrupt(): void {
    this.#workerLoad?.interrupt();
    this.#control.interrupt();
    interruptSleepers();
    interruptWaits();
    if (this.#workerLoad !== null) setTimeout(() => this.#finish(), INTERRUPT_GRACE_MS);
  }

  #finish(): void {
    const load = this.#workerLoad;
    if (load === null || this.#isFinished) return;
    this.#isFinished = true;
    load.close();
    void releaseTransports();
    this.#post({
      type: "finished",
      report: load.takeReport(),
      atMs: load.endedAtMs,
      isLimitReached: load.isLimitReached,
    });
  }

  #report(): void {
    const load = this.#workerLoad;
    // Checked on every worker: all users of one may be waiting when another starts the last iteration.
    if (load?.checkLimit()) interruptWaits(true);
    this.#checkHeap(load);
    if (load === null || this.#isFinished) return this.#post({ type: "alive" });
    this.#post({ type: "report", report: load.takeReport() });
    if (!load.isHanging()) return;
    const timeout = formatDuration(this.#task!.options.stopTimeoutMs);
    log.warning(`Users did not get through onStart or onStop within ${timeout} after the last iteration: cut off`);
    this.#interrupt();
  }

  /** Ends the worker before its heap is full, so that what was measured is kept. */
  #checkHeap(load: WorkerLoad | null): void {
    const finding = this.#heap.check(load?.users ?? 0, load?.iterations ?? 0);
    if (finding?.kind === "filling") log.warning(`${this.#label}: ${finding.text}`);
    if (finding?.kind !== "full") return;
    this.onDying(finding.text);
    this.#close();
  }

  get #label(): string {
    return this.#task?.role === "load" ? `Worker ${this.#task.index + 1}` : "The script worker";
  }
}
