/**
 * Iterations of the open model, from the instant they are due to the user that runs them.
 *
 * @module
 */

import type { Timer } from "../../../core/clock.ts";
import type { ArrivalCounts } from "../../../stats/arrival_counts.ts";
import type { Lateness } from "../../../stats/lateness.ts";
import type { IterationSource } from "./iteration_source.ts";

/** A shorter wait for a user does not count as late, in milliseconds. */
const NOTICEABLE_MS = 1;
/** Longest sleep of the timer, in milliseconds. */
const MAX_SLEEP_MS = 60_000;

/** Options of a queue. */
export interface ArrivalQueueOptions {
  /** Returns this worker's first arrival from a number on; `null` if there is none. */
  nextOf(number: number): number | null;
  /** Returns when an arrival, counted from 0 over all workers, is due, on `nowMs`' clock; `null` after the last one. */
  dueMs(number: number): number | null;
  /** How late an iteration may begin before it is dropped, in milliseconds. */
  readonly maxLatenessMs: number;
  readonly counts: ArrivalCounts;
  /** Takes one iteration from the run's limit; returns false if none is left. */
  take(): boolean;
  /** Returns whether none is left now, but there may be more later. */
  isHeld(): boolean;
  /** Called when a user is idle while none is left. */
  onHeld(atMs: number): void;
  /** Called if iterations wait and no user is idle: more users would help. */
  onShortage(): void;
  /** Called when the limit is used up. */
  onLimit(): void;
  /** The clock. */
  nowMs(): number;
}

/** A user without an iteration. */
interface Idle {
  readonly lateness: Lateness;
  readonly resolve: (mayBegin: boolean) => void;
}

/** Gives each iteration, when due, to an idle user. If no user is idle, the iteration waits, and is dropped in the end. */
export class ArrivalQueue implements IterationSource {
  readonly #options: ArrivalQueueOptions;
  /** Users without an iteration; the one that was busy last, whose connections are warm, is taken first. */
  readonly #idle: Idle[] = [];
  /** Iterations without a user: when they were due and when that was noticed, the first from `#first` on. */
  #backlog: { readonly dueMs: number; readonly seenMs: number }[] = [];
  #first = 0;
  /** The first arrival, of any worker's, that has not been looked at. */
  #from = 0;
  #next: number | null = null;
  #nextDueMs: number | null = null;
  #timer: Timer | undefined = undefined;
  #isPaused = false;
  #isClosed = false;

  /** Starts to release arrivals, each at its time. */
  constructor(options: ArrivalQueueOptions) {
    this.#options = options;
    this.#lookFrom(0);
    this.#arm();
  }

  /** Iterations that wait for a user. */
  get waiting(): number {
    return this.#backlog.length - this.#first;
  }

  /** Waits for an iteration of a user's own. */
  next(lateness: Lateness): boolean | Promise<boolean> {
    if (this.#isClosed) return false;
    if (!this.#isPaused) {
      this.#dropOverdue(this.#options.nowMs());
      const begun = this.waiting > 0 ? this.#beginFirst(lateness) : null;
      if (begun !== null) return begun;
    }
    if (this.#options.isHeld()) this.#options.onHeld(this.#options.nowMs());
    return new Promise((resolve) => this.#idle.push({ lateness, resolve }));
  }

  /** Ends an idle user; returns false if there is none. */
  dismiss(): boolean {
    const user = this.#idle.shift();
    user?.resolve(false);
    return user !== undefined;
  }

  /** Pauses or resumes the start of iterations; those due during a pause are skipped. */
  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (isPaused) return clearTimeout(this.#timer);
    const now = this.#options.nowMs();
    while (this.#nextDueMs !== null && this.#nextDueMs < now) this.#advance();
    this.#pump();
  }

  /** Finds out which arrivals are this worker's after the deal changed. */
  redeal(): void {
    clearTimeout(this.#timer);
    this.#lookFrom(this.#from);
    this.#arm();
  }

  /** Discards waiting and future arrivals, which no longer belong to the run: none counts as dropped. */
  forget(): void {
    this.#nextDueMs = null;
    this.#backlog = [];
    this.#first = 0;
  }

  /** Ends the queue: what is due by now still begins if a user is idle, the rest is dropped. */
  close(): void {
    if (this.#isClosed) return;
    if (!this.#isPaused) this.#release();
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#options.counts.countDropped(this.waiting);
    this.#backlog = [];
    this.#first = 0;
    for (const { resolve } of this.#idle.splice(0)) resolve(false);
  }

  #pump(): void {
    this.#dropOverdue(this.#options.nowMs());
    for (let user = this.#userForBacklog(); user !== undefined; user = this.#userForBacklog()) {
      this.#answer(user, this.#beginFirst(user.lateness));
    }
    this.#release();
    this.#arm();
  }

  /** There are both an idle user and a waiting iteration only after a pause. */
  #userForBacklog(): Idle | undefined {
    return this.waiting > 0 ? this.#idle.pop() : undefined;
  }

  /** Has a user begin an iteration, or end; it stays idle if it is to do neither. */
  #answer(user: Idle, mayBegin: boolean | null): void {
    if (mayBegin === null) this.#idle.push(user);
    else user.resolve(mayBegin);
  }

  #beginFirst(lateness: Lateness): boolean | null {
    const { dueMs, seenMs } = this.#backlog[this.#first]!;
    this.#shift();
    return this.#begin(dueMs, seenMs, lateness);
  }

  /** All that is due is released at once: timers are coarser than a fast schedule. */
  #release(): void {
    const now = this.#options.nowMs();
    while (this.#nextDueMs !== null && this.#nextDueMs <= now && !this.#isClosed) {
      const dueMs = this.#nextDueMs;
      this.#advance();
      const user = this.#idle.pop();
      if (user !== undefined) this.#answer(user, this.#begin(dueMs, now, user.lateness));
      else if (this.#options.isHeld()) continue;
      else this.#backlog.push({ dueMs, seenMs: now });
    }
    if (this.waiting > 0) this.#options.onShortage();
  }

  /** Takes an iteration from the limit; returns `null` for an arrival beyond a limit that may be raised: it is skipped. */
  #begin(dueMs: number, seenMs: number, lateness: Lateness): boolean | null {
    if (!this.#options.take()) {
      if (this.#options.isHeld()) return null;
      this.#options.onLimit();
      return false;
    }
    const now = this.#options.nowMs();
    lateness.ms = Math.max(0, now - dueMs);
    this.#options.counts.countStarted(lateness.ms, now - seenMs >= NOTICEABLE_MS);
    return true;
  }

  #dropOverdue(now: number): void {
    const oldestMs = now - this.#options.maxLatenessMs;
    let dropped = 0;
    while (this.waiting > 0 && this.#backlog[this.#first]!.dueMs < oldestMs) {
      this.#shift();
      dropped++;
    }
    if (dropped > 0 && !this.#options.isHeld()) this.#options.counts.countDropped(dropped);
  }

  #advance(): void {
    this.#lookFrom(this.#next! + 1);
  }

  #lookFrom(number: number): void {
    this.#from = number;
    this.#next = this.#options.nextOf(number);
    this.#nextDueMs = this.#next === null ? null : this.#options.dueMs(this.#next);
  }

  /** Takes the first of the backlog; frees the memory of taken ones now and then. */
  #shift(): void {
    if (++this.#first < 1024 || this.#first * 2 < this.#backlog.length) return;
    this.#backlog = this.#backlog.slice(this.#first);
    this.#first = 0;
  }

  #arm(): void {
    if (this.#isClosed || this.#isPaused) return;
    const overdueMs = this.waiting > 0 ? this.#backlog[this.#first]!.dueMs + this.#options.maxLatenessMs : Infinity;
    const atMs = Math.min(this.#nextDueMs ?? Infinity, overdueMs);
    if (atMs === Infinity) return;
    const sleepMs = Math.min(Math.max(atMs - this.#options.nowMs(), 0), MAX_SLEEP_MS);
    this.#timer = setTimeout(() => this.#pump(), sleepMs);
  }
}
