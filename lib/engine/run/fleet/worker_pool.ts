/**
 * All workers of one run, and the sums over them.
 *
 * @module
 */

import { nowMs, type Timer } from "../../../core/clock.ts";
import type { MachineState, WorkerState } from "../../../stats/run_model.ts";
import type { PackedData } from "../../packed_data.ts";
import type {
  ClassStart,
  PlanMessage,
  ScriptInfo,
  ShareMessage,
  StartMessage,
  StartState,
  ToWorker,
  WorkerRole,
} from "../../messages.ts";
import { createTally } from "../../../stats/tally.ts";
import type { RunOptions } from "../../options/options.ts";
import type { StopEvent } from "../../../script/events.ts";
import type { CounterValue } from "../../../stats/run_model.ts";
import type { Fleet, FleetEvents, FleetFactory } from "./fleet.ts";
import { PoolShare, type ShareLine } from "./pool_share.ts";
import { RunMemory } from "./run_memory.ts";
import { START_LEAD_MS } from "./run_times.ts";
import { Saturation } from "./saturation.ts";
import { CHECK_EVERY_MS } from "./silence.ts";
import { WorkerHandle } from "./worker_handle.ts";

/** Most distinct errors of user code whose stacks are logged. */
const MAX_LOGGED_KEYS = 20;

/** Which workers of a run are in a pool, if others are in pools of other processes. */
export interface PoolPart {
  /** Whether it has the worker for the locustfile's hooks. */
  readonly hasScript: boolean;
  /** What all machines share. */
  readonly share: ShareLine;
}

/** One worker for the locustfile's hooks and `options.workers` for its users. */
export class WorkerPool implements Fleet {
  readonly #events: FleetEvents;
  readonly #script: WorkerHandle | null;
  readonly #load: WorkerHandle[];
  readonly #makeHandle: (role: WorkerRole, index: number) => WorkerHandle;
  readonly #watchdog: Timer;
  readonly #memory: RunMemory;
  taskSeed: number | null = null;
  exitCode: number | null = null;
  readonly saturation: Saturation = new Saturation();
  readonly #loggedKeys = new Set<string>();
  /** Whether `control` runs. */
  #isControlled = false;
  #resolveAllEnded: () => void = () => {};
  readonly allEnded: Promise<void> = new Promise((resolve) => this.#resolveAllEnded = resolve);

  readonly machines: readonly MachineState[] = [];
  readonly warnings: readonly string[] = [];
  readonly requestedWorkers: number;
  readonly startLeadMs: number = START_LEAD_MS;

  /**
   * Starts the workers; each imports the locustfile.
   *
   * @param part Which workers it has, if others are in other processes. @default all
   */
  constructor(options: RunOptions, events: FleetEvents, part?: PoolPart) {
    this.#events = events;
    this.requestedWorkers = options.requestedWorkers;
    this.#memory = new RunMemory(options);
    const share = part === undefined ? null : new PoolShare(this.#memory.table, part.share);
    const shared = { ...this.#memory.parts, ...(share === null ? {} : { leases: share.memory }) };
    const handle = this.#makeHandle = (role, index) =>
      new WorkerHandle({ type: "load", role, index, tally: createTally(), ...shared }, {
        onReport: (worker, report, isFinal) => {
          events.onDelta(report.delta, worker.label, report.isWarmUp);
          if (report.spans !== null) events.onSpans(report.spans);
          this.saturation.add(worker.label, report.load, nowMs());
          if (isFinal) this.#noteEnd(worker);
        },
        onSamples: (worker, chunk) => events.onSamples(chunk, (records) => worker.giveBack(records)),
        onShutdown: (reason, exitCode) => {
          this.exitCode ??= exitCode;
          events.onShutdown(reason);
        },
        onFailure: (error) => events.onFailure(error),
        onRequest: async (worker, { id, request }) =>
          worker.send({ type: "answer", id, value: await events.onRequest(request) }),
        onShare: (worker, { key, ask }) =>
          share?.carry(key, ask, (answer) => worker.send({ type: "shared", key, answer })),
        onPrint: (text, isError) => events.onPrint(text, isError),
        onLog: (worker, { level, text, onceKey, span }) => {
          if (onceKey !== undefined && !this.#isFirst(onceKey)) return;
          events.onLog(level, options.logLevel === "debug" ? `[${worker.label}] ${text}` : text, span);
        },
        onDeath: (worker, error, unreported, isThrown) => {
          if (unreported !== null) events.onDelta(unreported, worker.label, worker.isWarmingUp);
          events.onDeath(error, isThrown);
          this.#noteEnd(worker);
        },
      });
    this.#script = part?.hasScript === false ? null : handle("script", 0);
    this.#load = Array.from({ length: options.workers }, (_, index) => handle("load", index));
    this.#watchdog = setInterval(() => this.#checkSilence(events), CHECK_EVERY_MS);
  }

  get users(): number {
    return sum(this.#load, (worker) => worker.users);
  }

  get mostUsers(): number {
    return sum(this.#load, (worker) => worker.mostUsers);
  }

  get states(): WorkerState[] {
    const users = new Map(this.#load.map((worker) => [worker.label, worker.users]));
    return this.saturation.all.map((one) => ({ ...one, users: users.get(one.worker) ?? 0 }));
  }

  get iterations(): number {
    return sum(this.#load, (worker) => worker.iterations);
  }

  get interruptedIterations(): number {
    return sum(this.#load, (worker) => worker.interruptedIterations);
  }

  /** Iterations that have ended in any way, in the warm-up or after it. */
  get endedIterations(): number {
    return sum(this.#load, (worker) => worker.endedIterations);
  }

  get counters(): readonly CounterValue[] {
    return this.#memory.counters;
  }

  get hasSucceeded(): boolean {
    return this.#load.some((worker) => worker.hasSucceeded);
  }

  get starts(): readonly StartState[] {
    return this.#load.map((worker) => worker.starts);
  }

  get classStarts(): readonly ClassStart[] {
    return this.#load.flatMap((worker) => worker.classStarts);
  }

  get endedAtMs(): number {
    return Math.max(...this.#load.map((worker) => worker.finished?.atMs ?? nowMs()));
  }

  get isLimitReached(): boolean {
    return this.#load.some((worker) => worker.finished?.isLimitReached);
  }

  async loaded(): Promise<ScriptInfo> {
    const [first] = await Promise.all(this.#all.map((worker) => worker.next("loaded")));
    const { script } = first!;
    if (script.classes.some(({ tasks }) => tasks.length > 0)) this.taskSeed = this.#memory.parts.seed;
    return script;
  }

  async resizeTo(workers: number): Promise<void> {
    for (const surplus of this.#load.splice(workers)) surplus.terminate();
    const added: WorkerHandle[] = [];
    for (let index = this.#load.length; index < workers; index++) added.push(this.#makeHandle("load", index));
    this.#load.push(...added);
    await Promise.all(added.map((worker) => worker.next("loaded")));
  }

  async setup(): Promise<PackedData> {
    const done = this.#script!.next("hookDone");
    this.#script!.send({ type: "setup" });
    return (await done).data;
  }

  async teardown(event: StopEvent): Promise<void> {
    const done = this.#script!.next("hookDone");
    this.#script!.send({ type: "teardown", ...event });
    this.exitCode = (await done).exitCode ?? this.exitCode;
  }

  get size(): number {
    return this.#load.length;
  }

  async prepare(data: PackedData, classes: readonly number[]): Promise<void> {
    const ready = this.#load.map((worker) => worker.next("ready"));
    this.#sendLoad({ type: "prepare", data, classes });
    await Promise.all(ready);
  }

  get reporters(): number {
    return this.size;
  }

  /** @param start What to run; `workers` and `part` are given if workers of other processes take part */
  start(start: Omit<StartMessage, "type" | "workers"> & Partial<Pick<StartMessage, "workers">>): void {
    this.#sendLoad({ type: "start", workers: this.#load.length, ...start });
  }

  setPaused(isPaused: boolean): void {
    this.#sendLoad({ type: "pause", isPaused });
  }

  follow(plan: PlanMessage): void {
    this.#sendLoad(plan);
  }

  /** Has the workers take what those of other processes leave. */
  share(share: Omit<ShareMessage, "type">): void {
    this.#sendLoad({ type: "share", ...share });
  }

  async control(): Promise<void> {
    const done = this.#script!.next("hookDone");
    this.#isControlled = true;
    this.#script!.send({ type: "control" });
    try {
      await done;
    } finally {
      this.#isControlled = false;
    }
  }

  stop(): void {
    this.#sendLoad({ type: "stop" });
    this.#script?.send({ type: "interrupt" });
  }

  giveUpControl(): boolean {
    if (this.#isControlled) this.#script!.send({ type: "interrupt" }); // the second one
    return this.#isControlled;
  }

  interrupt(): void {
    this.#sendLoad({ type: "interrupt" });
  }

  abandon(): void {
    for (const worker of this.#load) worker.die("it did not end when told to; a loop in the locustfile never yields?");
  }

  terminate(): void {
    clearInterval(this.#watchdog);
    for (const worker of this.#all) worker.terminate();
  }

  get #all(): WorkerHandle[] {
    return this.#script === null ? this.#load : [this.#script, ...this.#load];
  }

  /** Returns whether the key's line is still to be logged: not yet logged, and the number of keys below its cap. */
  #isFirst(onceKey: string): boolean {
    if (this.#loggedKeys.has(onceKey) || this.#loggedKeys.size >= MAX_LOGGED_KEYS) return false;
    this.#loggedKeys.add(onceKey);
    return true;
  }

  #sendLoad(message: ToWorker): void {
    for (const worker of this.#load) worker.send(message);
  }

  #noteEnd(worker: WorkerHandle): void {
    if (this.#load.includes(worker)) this.#events.onEnded(worker.label);
    if (this.#load.every((worker) => worker.isDead || worker.finished !== null)) this.#resolveAllEnded();
  }

  #checkSilence({ onLog }: FleetEvents): void {
    const texts = new Set<string>(); // one line for what all workers do
    for (const worker of this.#all) {
      const finding = worker.checkSilence();
      if (finding !== null && finding.kind !== "dead") texts.add(finding.text);
    }
    for (const text of texts) onLog("warning", text);
  }
}

function sum(workers: readonly WorkerHandle[], figure: (worker: WorkerHandle) => number): number {
  return workers.reduce((total, worker) => total + figure(worker), 0);
}

/** Creates the workers of a run on this machine. */
export const localFleet: FleetFactory = (options, events) => new WorkerPool(options, events);
