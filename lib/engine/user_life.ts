/**
 * One user's life: onStart, iterations, onStop.
 *
 * @module
 */

import { describeError, userStack } from "../core/error_site.ts";
import { RequestError } from "../http/request_error.ts";
import { log } from "../script/log.ts";
import { InterruptedError } from "../script/sleep.ts";
import { HttpUser, type User } from "../script/user.ts";
import type { Recorder } from "../stats/recorder.ts";
import { type EventLoopWatch, nextTurn } from "./event_loop_watch.ts";
import type { IterationTickets } from "./iteration_tickets.ts";

/** Pause before onStart is called again after it threw, in milliseconds. */
const RESTART_PAUSE_MS = 1000;
/** Most distinct errors of user code whose stacks are logged on one worker. */
const MAX_LOGGED_STACKS = 20;

/** What all lives of one worker share. */
export interface LifeShared {
  readonly recorder: Recorder;
  readonly tickets: IterationTickets;
  readonly watch: EventLoopWatch;
  /** Error texts whose stack has been logged. */
  readonly loggedErrors: Set<string>;
  iterations: number;
  interruptedIterations: number;
}

/** Runs one user until it is retired, the iterations are used up, or it is interrupted. */
export class UserLife {
  readonly #user: User;
  readonly #waitTime: ((user: User) => number) | undefined;
  readonly #shared: LifeShared;
  #isRetired = false;
  #isInterrupted = false;
  #isInIteration = false;
  #wake: (() => void) | null = null;

  /** @param waitTime The class's pause between iterations, in seconds */
  constructor(user: User, waitTime: ((user: User) => number) | undefined, shared: LifeShared) {
    this.#user = user;
    this.#waitTime = waitTime;
    this.#shared = shared;
  }

  /** Whether the user is to begin another iteration. */
  get isRunning(): boolean {
    return !this.#isRetired && !this.#isInterrupted;
  }

  /** Lets the running iteration end and starts no other; a pause ends at once. */
  retire(): void {
    this.#isRetired = true;
    this.#wake?.();
  }

  /** Takes a retirement back while the last iteration still runs. */
  revive(): void {
    this.#isRetired = false;
  }

  /** Counts the running iteration as interrupted; what it waits for is ended by others. */
  interrupt(): void {
    if (this.#isInIteration) this.#shared.interruptedIterations++;
    this.#isInterrupted = true;
    this.#wake?.();
  }

  /** Runs the user's whole life; never rejects. */
  async live(): Promise<void> {
    const user = this.#user;
    if (await this.#start()) {
      while (this.isRunning && this.#shared.tickets.take()) {
        await this.#iterate();
        if (this.#waitTime !== undefined) await this.#pauseBetween();
        if (this.#shared.watch.shouldGiveWay()) await nextTurn();
      }
      if (!this.#isInterrupted) await this.#guarded(() => user.onStop());
    }
    if (user instanceof HttpUser) user.client.close();
  }

  /** Calls onStart until it succeeds; returns false when the user was ended before. */
  async #start(): Promise<boolean> {
    while (this.isRunning) {
      if (await this.#guarded(() => this.#user.onStart())) return true;
      await this.#pause(RESTART_PAUSE_MS);
    }
    return false;
  }

  async #iterate(): Promise<void> {
    this.#isInIteration = true;
    try {
      await this.#user.run();
    } catch (error) {
      this.#count(error);
    }
    this.#isInIteration = false;
    if (this.#isInterrupted) return;
    this.#shared.iterations++;
    if (this.#user instanceof HttpUser) this.#user.client.endJudging();
  }

  async #guarded(hook: () => void | Promise<void>): Promise<boolean> {
    let isDone = true;
    try {
      await hook();
    } catch (error) {
      this.#count(error);
      isDone = false;
    }
    if (this.#user instanceof HttpUser) this.#user.client.endJudging();
    return isDone;
  }

  /**
   * Counts an error exactly once: with the request it belongs to, or as an error of its own. What is no failed request
   * or assertion is likely a bug of the script, so its stack is logged, the first time.
   */
  #count(error: unknown): void {
    if (this.#isInterrupted || error instanceof InterruptedError) return;
    const isCounted = this.#user instanceof HttpUser && this.#user.client.blame(error);
    if (error instanceof RequestError) return;
    const text = describeError(error);
    if (!isCounted) this.#shared.recorder.countError(text);
    if (error instanceof Error && error.name === "AssertionError") return;
    if (this.#shared.loggedErrors.has(text) || this.#shared.loggedErrors.size >= MAX_LOGGED_STACKS) return;
    this.#shared.loggedErrors.add(text);
    log.error(userStack(error));
  }

  async #pauseBetween(): Promise<void> {
    if (!this.isRunning) return;
    try {
      const seconds = this.#waitTime!(this.#user);
      if (seconds > 0) await this.#pause(seconds * 1000);
    } catch (error) {
      this.#count(error);
    }
  }

  #pause(ms: number): Promise<void> {
    if (!this.isRunning) return Promise.resolve();
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
