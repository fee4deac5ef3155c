/**
 * The main thread's side of one worker.
 *
 * @module
 */

import { ScriptError, UsageError, WorkerError } from "../../../core/errors.ts";
import type { SampleChunk } from "../../../stats/samples/sample_chunk.ts";
import type { StatsDelta } from "../../../stats/recorder.ts";
import { TallyReader } from "../../../stats/tally_reader.ts";
import type { ClassStart, FromWorker, LoadMessage, StartState, ToWorker, WorkerReport } from "../../messages.ts";
import { type Activity, type Finding, Silence } from "./silence.ts";

/** The worker's entry; named only here, so that `deno compile` includes the same file. */
const ENTRY = new URL("../../../../workers/user_worker.ts", import.meta.url);

/** What a worker does once it has received a message; others change nothing. */
const ACTIVITIES: Readonly<Partial<Record<ToWorker["type"], Activity>>> = {
  setup: "setup",
  prepare: "prepare",
  start: "load",
  control: "load",
  teardown: "teardown",
};

/** The events of a worker, for its owner. */
export interface HandleEvents {
  /** A report came; the last one with `isFinal`. */
  onReport(worker: WorkerHandle, report: WorkerReport, isFinal: boolean): void;
  /** Single requests were recorded; their memory is to be given back. */
  onSamples(worker: WorkerHandle, chunk: SampleChunk): void;
  /** User code ends the test. */
  onShutdown(reason: string, exitCode: number | null): void;
  /** The locustfile or the options turned out to be unusable, and no call waits for an answer. */
  onFailure(error: ScriptError | UsageError): void;
  /** `control` wants something; the answer goes back under the same id. */
  onRequest(worker: WorkerHandle, message: Extract<FromWorker, { type: "request" }>): void;
  /** User code asks for what all machines share; the answer goes back under the same key. */
  onShare(worker: WorkerHandle, message: Extract<FromWorker, { type: "share" }>): void;
  /** The locustfile's `console` printed something, line breaks included. */
  onPrint(text: string, isError: boolean): void;
  onLog(worker: WorkerHandle, message: Extract<FromWorker, { type: "log" }>): void;
  /**
   * The worker ended, failed or fell silent.
   *
   * @param unreported What it had measured and not reported; `null` for none
   * @param isThrown Whether what waits for the worker throws the error
   */
  onDeath(worker: WorkerHandle, error: WorkerError, unreported: StatsDelta | null, isThrown: boolean): void;
}

/** A call that waits for a worker's next message of a type. */
interface Waiting {
  readonly type: string;
  resolve(message: FromWorker): void;
  reject(error: Error): void;
}

/** A running worker: sends it messages, waits for its answers, notices its death. */
export class WorkerHandle {
  /** Name of the worker in messages. */
  readonly label: string;
  /** Users running at the last report. */
  users = 0;
  /** Most users that ran at once by the last report. */
  mostUsers = 0;
  /** Iterations finished by the last report. */
  iterations = 0;
  /** Iterations cut off by the last report. */
  interruptedIterations = 0;
  /** Iterations ended in any way by the last report, in the warm-up or after it. */
  endedIterations = 0;
  /** The last message of its life, once it has finished its users. */
  finished: Extract<FromWorker, { type: "finished" }> | null = null;
  /** Whether an iteration had ended without an error by the last report. */
  hasSucceeded = false;
  /** Users that had not got past `onStart` at the last report. */
  starts: StartState = { stuck: 0, lost: 0, reason: null };
  /** How each class got through `onStart` by the last report. */
  classStarts: readonly ClassStart[] = [];
  readonly #worker: Worker;
  readonly #events: HandleEvents;
  readonly #silence: Silence;
  readonly #tally: TallyReader;
  /** End of the time that its reports are about, on `nowMs`' clock; 0 before the first. */
  #reachedMs = 0;
  /** Whether the summary leaves out what it measures now. */
  isWarmingUp: boolean;
  #waiting: Waiting | null = null;
  #death: WorkerError | null = null;

  /** Starts the worker and makes it import the locustfile. */
  constructor(task: LoadMessage, events: HandleEvents) {
    this.label = task.role === "script" ? "The script worker" : `Worker ${task.index + 1}`;
    this.#events = events;
    this.#silence = new Silence(task.options.startTimeoutMs);
    this.#tally = new TallyReader(task.tally);
    this.isWarmingUp = task.options.warmUpMs > 0;
    this.#worker = new Worker(ENTRY, { type: "module", name: `locust ${task.role} ${task.index + 1}` });
    this.#worker.onmessage = (event: MessageEvent<FromWorker>) => this.#receive(event.data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.die(event.message);
    };
    this.send(task);
  }

  /** Whether it ended without an order to. */
  get isDead(): boolean {
    return this.#death !== null;
  }

  /** Sends a message; a dead worker gets none. */
  send(message: ToWorker): void {
    if (this.isDead) return;
    const activity = ACTIVITIES[message.type];
    if (activity !== undefined) this.#silence.begin(activity);
    this.#worker.postMessage(message);
  }

  /** Gives the memory of samples back. */
  giveBack(records: Float64Array<ArrayBuffer>): void {
    if (!this.isDead) this.#worker.postMessage({ type: "samplesTaken", records }, [records.buffer]);
  }

  /**
   * Waits for the next message of a type.
   *
   * @throws {ScriptError} if the worker says that the locustfile failed
   * @throws {UsageError} if it says that the options do not fit the locustfile
   * @throws {WorkerError} if the worker is dead, or dies meanwhile
   */
  next<T extends FromWorker["type"]>(type: T): Promise<Extract<FromWorker, { type: T }>> {
    if (this.#death !== null) return Promise.reject(this.#death);
    return new Promise((resolve, reject) => {
      this.#waiting = { type, resolve: resolve as (message: FromWorker) => void, reject };
    });
  }

  /** Declares the worker dead. */
  die(what: string): void {
    if (this.isDead || this.finished !== null) return;
    const unreported = this.#tally.unreported(this.#reachedMs);
    this.mostUsers = this.#tally.mostUsers;
    const requests = unreported.series.reduce((sum, { untimed }) => sum + (untimed ?? 0), 0);
    const last = requests === 1 ? "1 request" : `${requests} requests`;
    const tail = requests === 0 ? "" : `; it did not report its last ${last}, counted without times`;
    const error = this.#death = new WorkerError(`${this.label} ended early: ${what}${tail}`);
    const waiting = this.#takeWaiting();
    waiting?.reject(error);
    const isAnything = requests > 0 || unreported.interruptedRequests > 0;
    this.#events.onDeath(this, error, isAnything ? unreported : null, waiting !== null);
  }

  /** Declares the worker dead if it has been silent for too long; called at each check. Returns what is to be logged. */
  checkSilence(): Finding | null {
    if (this.isDead || this.finished !== null) return null;
    const finding = this.#silence.check();
    if (finding?.kind === "dead") this.die(finding.text);
    return finding?.kind === "silent" ? { ...finding, text: `${this.label}: ${finding.text}` } : finding;
  }

  /** Ends the worker; cannot end a loop that never yields. */
  terminate(): void {
    this.#worker.terminate();
  }

  #receive(message: FromWorker): void {
    this.#silence.end();
    if (this.isDead) return;
    switch (message.type) {
      case "report":
        return this.#take(message.report, false);
      case "finished":
        this.finished = message;
        return this.#take(message.report, true);
      case "samples":
        return this.#events.onSamples(this, message.chunk);
      case "shutdown":
        return this.#events.onShutdown(message.reason, message.exitCode);
      case "request":
        return this.#events.onRequest(this, message);
      case "share":
        return this.#events.onShare(this, message);
      case "log":
        return this.#events.onLog(this, message);
      case "print":
        return this.#events.onPrint(message.text, message.isError);
      case "dying":
        return this.die(message.what);
      case "failed": {
        const error = failureOf(message);
        const waiting = this.#takeWaiting();
        return waiting === null ? this.#events.onFailure(error) : waiting.reject(error);
      }
      case "loaded":
      case "hookDone":
      case "ready":
        this.#silence.begin("idle");
        if (this.#waiting?.type === message.type) this.#takeWaiting()?.resolve(message);
    }
  }

  #takeWaiting(): Waiting | null {
    const waiting = this.#waiting;
    this.#waiting = null;
    return waiting;
  }

  #take(report: WorkerReport, isFinal: boolean): void {
    this.#tally.add(report.delta);
    this.#reachedMs = report.delta.toMs;
    this.isWarmingUp = report.isWarmUp;
    this.users = report.users;
    this.mostUsers = report.mostUsers;
    this.iterations = report.iterations;
    this.interruptedIterations = report.interruptedIterations;
    this.endedIterations = report.endedIterations;
    this.hasSucceeded = report.hasSucceeded;
    this.starts = report.starts;
    this.classStarts = report.classStarts;
    this.#events.onReport(this, report, isFinal);
  }
}

function failureOf({ isUsage, message, hint }: Extract<FromWorker, { type: "failed" }>): ScriptError | UsageError {
  return isUsage ? new UsageError([message], hint) : new ScriptError(message, hint === undefined ? {} : { hint });
}
