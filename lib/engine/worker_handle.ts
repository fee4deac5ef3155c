/**
 * The main thread's side of one worker.
 *
 * @module
 */

import { nowMs } from "../core/clock.ts";
import { ScriptError, WorkerError } from "../core/errors.ts";
import type { FromWorker, LoadMessage, ToWorker, WorkerReport } from "./messages.ts";

/** The worker's entry; named here once so that `deno compile` is told the same file. */
const ENTRY = new URL("../../workers/user_worker.ts", import.meta.url);

/** What a handle tells its owner. */
export interface HandleEvents {
  /** A report came; the last one with `isFinal`. */
  onReport(worker: WorkerHandle, report: WorkerReport, isFinal: boolean): void;
  /** User code ends the test. */
  onShutdown(reason: string): void;
  /** `control` wants something; the answer goes back under the same id. */
  onRequest(worker: WorkerHandle, message: Extract<FromWorker, { type: "request" }>): void;
  onLog(worker: WorkerHandle, message: Extract<FromWorker, { type: "log" }>): void;
  /** The worker ended, failed or fell silent. */
  onDeath(worker: WorkerHandle, error: WorkerError): void;
}

/** A running worker: sends it messages, waits for its answers, notices its death. */
export class WorkerHandle {
  /** How the worker is called in messages. */
  readonly label: string;
  /** Users running at the last report. */
  users = 0;
  /** Iterations finished by the last report. */
  iterations = 0;
  /** Iterations cut off by the last report. */
  interruptedIterations = 0;
  /** The last message of its life, once it has finished its users. */
  finished: Extract<FromWorker, { type: "finished" }> | null = null;
  /** Whether it ended before it was told to. */
  isDead = false;
  /** When the last message came. */
  lastHeardMs: number = nowMs();
  readonly #worker: Worker;
  readonly #events: HandleEvents;
  #waiting: { readonly type: string; resolve(message: FromWorker): void; reject(error: Error): void } | null = null;

  /** Starts the worker and makes it import the locustfile. */
  constructor(task: LoadMessage, events: HandleEvents) {
    this.label = task.role === "script" ? "The script worker" : `Worker ${task.index + 1}`;
    this.#events = events;
    this.#worker = new Worker(ENTRY, { type: "module", name: `locust ${task.role} ${task.index + 1}` });
    this.#worker.onmessage = (event: MessageEvent<FromWorker>) => this.#receive(event.data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.die(event.message);
    };
    this.send(task);
  }

  /** Sends a message; a dead worker gets none. */
  send(message: ToWorker): void {
    if (!this.isDead) this.#worker.postMessage(message);
  }

  /**
   * Waits for the next message of a type.
   *
   * @throws {ScriptError} if the worker says that the locustfile failed
   * @throws {WorkerError} if the worker dies meanwhile
   */
  next<T extends FromWorker["type"]>(type: T): Promise<Extract<FromWorker, { type: T }>> {
    return new Promise((resolve, reject) => {
      this.#waiting = { type, resolve: resolve as (message: FromWorker) => void, reject };
    });
  }

  /** Declares the worker dead. */
  die(what: string): void {
    if (this.isDead || this.finished !== null) return;
    this.isDead = true;
    const error = new WorkerError(`${this.label} ended early: ${what}`);
    this.#waiting?.reject(error);
    this.#waiting = null;
    this.#events.onDeath(this, error);
  }

  /** Ends the worker; does not reach into a loop that never yields. */
  terminate(): void {
    this.#worker.terminate();
  }

  #receive(message: FromWorker): void {
    this.lastHeardMs = nowMs();
    if (this.isDead) return;
    switch (message.type) {
      case "report":
        return this.#take(message.report, false);
      case "finished":
        this.finished = message;
        return this.#take(message.report, true);
      case "shutdown":
        return this.#events.onShutdown(message.reason);
      case "request":
        return this.#events.onRequest(this, message);
      case "log":
        return this.#events.onLog(this, message);
      case "dying":
        return this.die(message.what);
      case "failed":
        this.#waiting?.reject(
          new ScriptError(message.message, message.hint === undefined ? {} : { hint: message.hint }),
        );
        break;
      case "loaded":
      case "hookDone":
        if (this.#waiting?.type === message.type) this.#waiting.resolve(message);
    }
  }

  #take(report: WorkerReport, isFinal: boolean): void {
    this.users = report.users;
    this.iterations = report.iterations;
    this.interruptedIterations = report.interruptedIterations;
    this.#events.onReport(this, report, isFinal);
  }
}
