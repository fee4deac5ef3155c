/**
 * Waits for many sockets at once.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import { nowMs } from "../../../../core/clock.ts";
import { isConnectStorm } from "../connect_queue.ts";
import type { Batch, Writer } from "../write_batch.ts";
import { PlainChannel } from "./channel.ts";
import { lastErrno, type SystemCalls, systemCalls, systemError } from "./system_calls.ts";

/** Readable, or the other side has closed. */
export const EPOLLIN = 0x1;
/** Writable. */
export const EPOLLOUT = 0x4;
/** Failed. */
export const EPOLLERR = 0x8;
/** Both sides have closed. */
export const EPOLLHUP = 0x10;
/** The other side has closed its sending side. */
export const EPOLLRDHUP = 0x2000;
/** Edge-triggered: report changes once. */
const EPOLLET = 1 << 31;
const EPOLL_CTL_ADD = 1;
const POLLIN = 1;
const EPOLL_CLOEXEC = 0x80000;
const EFD_CLOEXEC_NONBLOCK = 0x80800;

/** Size of an event in 4-byte words, and the index of the file's word; the next word holds its turn. */
const [EVENT_WORDS, FILE_WORD] = Deno.build.arch === "x86_64" ? [3, 1] : [4, 2];
const MAX_EVENTS = 32;

/** Longest wait on this thread, in milliseconds, which also delays timers and everything else. */
const BRISK_WAIT_MS = 1;
/** Events per millisecond from which the wait is on this thread. */
const BRISK_EVENTS_PER_MS = 20;
/** Writes per turn while many connections are being established. */
const MAX_WRITES_IN_STORM = 4;
/** Longest time without polling what Deno watches, in milliseconds. */
const BREATH_MS = 20;
/** Turns after which the event loop has polled it by itself. */
const TURNS_TO_BREATH = 61;
/** Longest wait on another thread, in milliseconds; that thread may outlive this one by as much. */
const SLEEP_MS = 50;

/** Receives the events of a file. */
export interface Watched {
  /** @param events Bits of the changes since the last call */
  onReady(events: number): void;
}

/**
 * Dispatches the events of sockets, by `epoll`, and gathers their writes.
 *
 * Deno's event loop does not know these files. While events come every few dozen microseconds, the wait is on this thread,
 * between two turns of the event loop. Otherwise it is on another thread, which leaves this one to timers and other work
 * and adds about 20 µs to each wait.
 *
 * A turn writes the gathered requests, then reads what has arrived; users continue after that. Writing in batches also
 * keeps the server from waking for each single request.
 */
export class Poller implements Batch {
  /** Reads and writes sockets that are not encrypted. */
  readonly plainChannel: PlainChannel;
  readonly #calls: SystemCalls;
  readonly #isStorm: () => boolean;
  readonly #now: () => number;
  readonly #file: number;
  readonly #events = new Int32Array(EVENT_WORDS * MAX_EVENTS);
  /** Ends a wait on another thread. */
  readonly #wakeFile: number;
  /** The other thread's argument; not in JavaScript's memory, since that thread may outlive this one. */
  readonly #pollRequest: Deno.PointerObject;
  /** By file. */
  readonly #watched: (Watched | undefined)[] = [];
  /** By file: how often the number has been used, to detect events of a closed file. */
  readonly #turns: number[] = [];
  #count = 0;
  #writers: Writer[] = [];
  #unfinished: Watched[] = [];
  #isScheduled = false;
  #isAsleep = false;
  #isBrisk = false;
  #eventsSinceBreath = 0;
  #turnsSinceBreath = 0;
  #restListeners: (() => void)[] = [];
  #breathMs = 0;

  /**
   * @param isStorm Returns whether so many connections are being established that writes should yield to them
   * @param now The clock, in milliseconds
   * @throws if the limit on open files is reached
   */
  constructor(calls: SystemCalls, isStorm: () => boolean = isConnectStorm, now: () => number = nowMs) {
    this.#calls = calls;
    this.plainChannel = new PlainChannel(calls);
    this.#isStorm = isStorm;
    this.#now = now;
    this.#file = calls.epoll_create1(EPOLL_CLOEXEC);
    if (this.#file < 0) throw systemError("epoll_create1", lastErrno());
    this.#wakeFile = calls.eventfd(0, EFD_CLOEXEC_NONBLOCK);
    if (this.#wakeFile < 0) throw systemError("eventfd", lastErrno());
    this.#pollRequest = calls.malloc(8n)!; // struct pollfd: the file, and in half a word each what for and what came
    new Int32Array(Deno.UnsafePointerView.getArrayBuffer(this.#pollRequest, 8)).set([this.#file, POLLIN]);
    this.#control(this.#wakeFile, EPOLLIN | EPOLLET, 0);
  }

  /**
   * Starts to watch a file.
   *
   * @throws if the limit on watched files is reached; the file is not watched then
   */
  watch(file: number, watched: Watched): void {
    const turn = (this.#turns[file] ?? 0) + 1 | 0;
    this.#control(file, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, turn);
    this.#turns[file] = turn;
    this.#watched[file] = watched;
    this.#count++;
    this.#schedule();
  }

  /** Stops watching a file, which must then be closed. */
  forget(file: number): void {
    if (this.#watched[file] === undefined) return;
    this.#watched[file] = undefined;
    if (--this.#count === 0 && this.#isAsleep) this.#calls.eventfd_write(this.#wakeFile, 1n);
  }

  /** Calls a file again at the next turn, since it has yielded with unread bytes. */
  again(watched: Watched): void {
    this.#unfinished.push(watched);
  }

  /** The same for a file that has stopped reading for a while: its events have passed. */
  resume(watched: Watched): void {
    this.again(watched);
    this.#schedule();
  }

  /** Whether no file is watched and no other thread waits. */
  get isAtRest(): boolean {
    return this.#count === 0 && !this.#isAsleep;
  }

  /** Resolves once no other thread waits for files; at once while a file is watched. */
  atRest(): Promise<void> {
    if (this.#count > 0 || !this.#isAsleep) return Promise.resolve();
    return new Promise((resolve) => this.#restListeners.push(resolve));
  }

  add(writer: Writer): void {
    this.#writers.push(writer);
    this.#schedule();
  }

  /** Closes its own files; no file may be watched or waited for. */
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
    const found = Math.max(0, this.#calls.epoll_wait(this.#file, this.#events, MAX_EVENTS, waitMs)); // negative after a signal
    if (found === 0 && !isUrgent) {
      this.#isBrisk = false;
      return this.#sleep(SLEEP_MS);
    }
    this.#dispatch(found);
    this.#eventsSinceBreath += found;
    const now = this.#now();
    if (++this.#turnsSinceBreath >= TURNS_TO_BREATH) this.#breathe(now);
    if (now - this.#breathMs < BREATH_MS) this.#schedule();
    else this.#sleep(0);
  };

  /** Notes that what Deno watches has been polled. */
  #breathe(now: number): void {
    this.#isBrisk = this.#eventsSinceBreath / (now - this.#breathMs) >= BRISK_EVENTS_PER_MS;
    this.#eventsSinceBreath = this.#turnsSinceBreath = 0;
    this.#breathMs = now;
  }

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

  /** Waits on another thread, so that the event loop can do other work. */
  #sleep(ms: number): void {
    if (this.#isAsleep) {
      // That wait is for an event, which a file that has yielded does not get.
      if (this.#unfinished.length > 0) this.#calls.eventfd_write(this.#wakeFile, 1n);
      return;
    }
    this.#isAsleep = true;
    this.#calls.poll(this.#pollRequest, 1n, ms).then(() => {
      this.#isAsleep = false;
      const now = this.#now();
      if (now - this.#breathMs >= BREATH_MS) this.#breathe(now);
      if (!this.#isScheduled) this.#turn();
    });
  }
}

/** The only one of this thread, created on first use; `null` if not possible. */
let shared: Poller | null | undefined = undefined;

/** Returns the poller of this thread, or `null` if not possible. */
export function sharedPoller(): Poller | null {
  if (shared === undefined) shared = systemCalls === null ? null : new Poller(systemCalls);
  return shared;
}

/** Resolves once the last closed sockets have been released; at once while others are open. */
export function atRest(): Promise<void> {
  return shared?.atRest() ?? Promise.resolve();
}

/** Releases the poller, once nothing waits any more. */
export async function releasePoller(): Promise<void> {
  await atRest();
  const poller = shared;
  if (poller === undefined || poller === null || !poller.isAtRest) return;
  shared = undefined;
  poller.close();
}
