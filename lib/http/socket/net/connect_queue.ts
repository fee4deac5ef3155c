/**
 * Limits how many connections are established at once.
 *
 * @module
 */

import { nowMs } from "../../../core/clock.ts";
import { MAX_CONNECTING, MAX_CONNECTING_ALONE } from "../limits.ts";

/** How many connections being established at once count as a storm. */
const STORM_SIZE = 16;
/** A storm ends when none of them has finished for this long, in milliseconds. */
const STORM_PAUSE_MS = 100;

/** Waits for its turn to connect. */
export interface Waiting {
  /** Called once when it may start; it then calls {@linkcode ConnectQueue.leave} when it has finished. */
  begin(): void;
}

/**
 * Lets a limited number connect at once; the others wait, first come, first served.
 *
 * Without it, thousands of new users overflow the server's backlog (each lost attempt then waits a second or more for the
 * system's own retry) and delay the users that are connected.
 */
export class ConnectQueue {
  #limit: number;
  #active = 0;
  /** When one last finished. */
  #lastLeftMs = 0;
  /** A `Set` keeps the order and allows removal from the middle. */
  readonly #waiting = new Set<Waiting>();

  /**
   * @param limit How many may connect at once, at least 1
   */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether many connect and make progress: nothing should yield to connections that are not accepted. */
  get isStorm(): boolean {
    return this.#active >= STORM_SIZE && nowMs() - this.#lastLeftMs < STORM_PAUSE_MS;
  }

  /** Sets how many may connect at once, before any does. */
  set limit(limit: number) {
    this.#limit = limit;
  }

  /** Starts the given one now, or when its turn comes. */
  enter(one: Waiting): void {
    if (this.#active >= this.#limit) {
      this.#waiting.add(one);
      return;
    }
    this.#active++;
    one.begin();
  }

  /** Removes one that has connected or failed, or that gave up while waiting. */
  leave(one: Waiting): void {
    if (this.#waiting.delete(one)) return;
    this.#active--;
    this.#lastLeftMs = nowMs();
    for (const next of this.#waiting) {
      this.#waiting.delete(next);
      this.#active++;
      next.begin();
      return;
    }
  }
}

/** Shared by all users of a worker. */
export const connectQueue: ConnectQueue = new ConnectQueue(MAX_CONNECTING);

/** Sets how many connections this worker establishes at once, one of a number of workers on this machine. */
export function limitConnecting(workers: number): void {
  connectQueue.limit = workers === 1 ? MAX_CONNECTING_ALONE : MAX_CONNECTING;
}

/** Returns whether so many connections are being established that everything else should yield. */
export function isConnectStorm(): boolean {
  return connectQueue.isStorm;
}
