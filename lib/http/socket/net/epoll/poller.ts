/**
 * Waiting for many sockets at once.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import { nowMs } from "../../../../core/clock.ts";
import { isConnectStorm } from "../connect_queue.ts";
import type { Batch, Writer } from "../write_batch.ts";
import { lastErrno, type SystemCalls, systemCalls, systemError } from "./system_calls.ts";

/** Something can be read, or the other side has closed. */
export const EPOLLIN = 0x1;
/** Something can be written. */
export const EPOLLOUT = 0x4;
/** Something failed. */
export const EPOLLERR = 0x8;
/** Both sides have closed. */
export const EPOLLHUP = 0x10;
/** The other side will send no more. */
export const EPOLLRDHUP = 0x2000;
/** Say once what has changed, not again and again what is. */
const EPOLLET = 1 << 31;
const EPOLL_CTL_ADD = 1;
const POLLIN = 1;
const EPOLL_CLOEXEC = 0x80000;
const EFD_CLOEXEC_NONBLOCK = 0x80800;

/** Words of 4 bytes of an event, and which one of them holds the file; the next one holds its turn. */
const [EVENT_WORDS, FILE_WORD] = Deno.build.arch === "x86_64" ? [3, 1] : [4, 2];
const MAX_EVENTS = 32;

/** Longest wait on this thread, in milliseconds: timers and everything else on it wait, too. */
const BRISK_WAIT_MS = 1;
/** Events a millisecond from which the next one is waited for on this thread. */
const BRISK_EVENTS_PER_MS = 20;
/** While many connections are being established, writes give way, but for these few a turn. */
const MAX_WRITES_IN_STORM = 4;
/**
 * How long the event loop may go without looking at what is not ours, in milliseconds. By itself it looks every 61 turns,
 * which only takes longer than this where turns are long.
 */
const BREATH_MS = 20;
/** Longest wait on another thread, in milliseconds: that one may outlive this one for as long. */
const SLEEP_MS = 50;

/** Told what happens on a file. */
export interface Watched {
  /** @param events Bits of what can be done now and could not before */
  onReady(events: number): void;
}

/**
 * Tells sockets what they can do, by `epoll`, and gathers what is written to them.
 *
 * Deno's event loop knows nothing of these files. As long as something happens every few dozen microseconds, they are
 * waited for on this thread, right between two turns of the event loop; otherwise on another one, which leaves this one
 * to its timers and the rest, and costs some 20 µs more for each wait.
 *
 * A turn writes what was gathered, then takes what has arrived; only after that users go on. Writing together what was
 * read together is also what keeps the server from being woken for each single request.
 */
export class Poller implements Batch {
  readonly #calls: SystemCalls;
  readonly #isStorm: () => boolean;
  readonly #file: number;
  readonly #events = new Int32Array(EVENT_WORDS * MAX_EVENTS);
  /** Ends a wait on another thread. */
  readonly #wakeFile: number;
  /** What another thread is given to wait for; not JavaScript's, for that thread may outlive this one. */
  readonly #pollRequest: Deno.PointerObject;
  /** By file. */
  readonly #watched: (Watched | undefined)[] = [];
  /** By file: how many have had this number, for an event may be of one that is gone. */
  readonly #turns: number[] = [];
  #count = 0;
  #writers: Writer[] = [];
  #unfinished: Watched[] = [];
  #isScheduled = false;
  #isAsleep = false;
  #isBrisk = false;
  #eventsSinceBreath = 0;
  #restListeners: (() => void)[] = [];
  #breathMs = 0;

  /**
   * @param isStorm Whether so many connections are being established that writes should give way to them
   * @throws if the system has no more files for it
   */
  constructor(calls: SystemCalls, isStorm: () => boolean = isConnectStorm) {
    this.#calls = calls;
    this.#isStorm = isStorm;
    this.#file = calls.epoll_create1(EPOLL_CLOEXEC);
    if (this.#file < 0) throw systemError("epoll_create1", lastErrno());
    this.#wakeFile = calls.eventfd(0, EFD_CLOEXEC_NONBLOCK);
    if (this.#wakeFile < 0) throw systemError("eventfd", lastErrno());
    this.#pollRequest = calls.malloc(8n)!; // struct pollfd: the file, and in half a word each what for and what came
    new Int32Array(Deno.UnsafePointerView.getArrayBuffer(this.#pollRequest, 8)).set([this.#file, POLLIN]);
    this.#control(this.#wakeFile, EPOLLIN | EPOLLET, 0);
  }

  /**
   * Begins to watch a file.
   *
   * @throws if the system watches no more files; this one is not watched then
   */
  watch(file: number, watched: Watched): void {
    const turn = (this.#turns[file] ?? 0) + 1 | 0;
    this.#control(file, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, turn);
    this.#turns[file] = turn;
    this.#watched[file] = watched;
    this.#count++;
    this.#schedule();
  }

  /** Ends it; the file is then to be closed. */
  forget(file: number): void {
    if (this.#watched[file] === undefined) return;
    this.#watched[file] = undefined;
    if (--this.#count === 0 && this.#isAsleep) this.#calls.eventfd_write(this.#wakeFile, 1n);
  }

  /** Has a file told once more that it can read, when it gave way to others with something left. */
  again(watched: Watched): void {
    this.#unfinished.push(watched);
  }

  /** Whether no file is watched and no other thread waits for one. */
  get isAtRest(): boolean {
    return this.#count === 0 && !this.#isAsleep;
  }

  /** Resolves once no other thread waits for files; at once while there are some to wait for. */
  atRest(): Promise<void> {
    if (this.#count > 0 || !this.#isAsleep) return Promise.resolve();
    return new Promise((resolve) => this.#restListeners.push(resolve));
  }

  add(writer: Writer): void {
    this.#writers.push(writer);
    this.#schedule();
  }

  /** Gives its own files back; nothing may be watched or waited for. */
  close(): void {
    this.#calls.close(this.#file);
    this.#calls.close(this.#wakeFile);
    this.#calls.free(this.#pollRequest);
  }

  #control(file: number, events: number, turn: number): void {
    const event = new Int32Array(EVENT_WORDS);
    event[0] = events;
    event[FILE_WORD] = file;
    event[FILE_WORD + 1] = turn;
    if (this.#calls.epoll_ctl(this.#file, EPOLL_CTL_ADD, file, event) !== 0) {
      throw systemError("epoll_ctl", lastErrno());
    }
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    this.#isScheduled = false;
    this.#write();
    if (this.#count === 0) return this.#rest();
    const isUrgent = this.#unfinished.length > 0 || this.#writers.length > 0;
    const waitMs = this.#isBrisk && !isUrgent ? BRISK_WAIT_MS : 0;
    const found = Math.max(0, this.#calls.epoll_wait(this.#file, this.#events, MAX_EVENTS, waitMs)); // or a signal came
    if (found === 0 && !isUrgent) {
      this.#isBrisk = false;
      return this.#sleep(SLEEP_MS);
    }
    this.#dispatch(found);
    this.#eventsSinceBreath += found;
    if (nowMs() - this.#breathMs < BREATH_MS) this.#schedule();
    else this.#sleep(0);
  };

  #rest(): void {
    if (!this.#isAsleep) this.#restListeners.splice(0).forEach((tell) => tell());
  }

  #write(): void {
    const writers = this.#writers;
    if (writers.length === 0) return;
    this.#writers = this.#isStorm() ? writers.splice(MAX_WRITES_IN_STORM) : [];
    if (this.#writers.length > 0) this.#schedule();
    for (const writer of writers) writer.write();
  }

  #dispatch(found: number): void {
    const unfinished = this.#unfinished;
    if (unfinished.length > 0) {
      this.#unfinished = [];
      for (const watched of unfinished) watched.onReady(EPOLLIN);
    }
    const events = this.#events;
    for (let at = 0; at < found * EVENT_WORDS; at += EVENT_WORDS) {
      const file = events[at + FILE_WORD]!;
      if (events[at + FILE_WORD + 1] === this.#turns[file]) this.#watched[file]?.onReady(events[at]!);
    }
  }

  /** Waits on another thread, which lets the event loop see to everything else meanwhile. */
  #sleep(ms: number): void {
    if (this.#isAsleep) {
      // That wait is for an event, which what has given way does not get.
      if (this.#unfinished.length > 0) this.#calls.eventfd_write(this.#wakeFile, 1n);
      return;
    }
    this.#isAsleep = true;
    this.#calls.poll(this.#pollRequest, 1n, ms).then(() => {
      this.#isAsleep = false;
      const now = nowMs();
      if (now - this.#breathMs >= BREATH_MS) {
        this.#isBrisk = this.#eventsSinceBreath / (now - this.#breathMs) >= BRISK_EVENTS_PER_MS;
        this.#eventsSinceBreath = 0;
        this.#breathMs = now;
      }
      if (!this.#isScheduled) this.#turn();
    });
  }
}

/** This thread's only one, made on the first use; `null` where there can be none. */
let shared: Poller | null | undefined = undefined;

/** Returns the poller of this thread, or `null` where there can be none. */
export function sharedPoller(): Poller | null {
  if (shared === undefined) shared = systemCalls === null ? null : new Poller(systemCalls);
  return shared;
}

/** Resolves once what was left of the last sockets that were closed is gone; at once while others are open. */
export function atRest(): Promise<void> {
  return shared?.atRest() ?? Promise.resolve();
}

/** Gives back what waiting takes, once nothing is waited for any more. */
export async function releasePoller(): Promise<void> {
  await atRest();
  const poller = shared;
  if (poller === undefined || poller === null || !poller.isAtRest) return;
  shared = undefined;
  poller.close();
}
