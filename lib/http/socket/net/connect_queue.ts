/**
 * How many connections are established at once.
 *
 * @module
 */

import { nowMs } from "../../../core/clock.ts";
import { MAX_CONNECTING } from "../limits.ts";

/** Connections being established at once that make a storm. */
const STORM_SIZE = 16;
/** A storm is over when none of them has been through for so long, in milliseconds. */
const STORM_PAUSE_MS = 100;

/** Something that waits for its turn to connect. */
export interface Waiting {
  /** Called once when it may begin; it then calls {@linkcode ConnectQueue.leave} once it is through. */
  begin(): void;
}

/**
 * Lets a limited number connect at once, the others in the order they came.
 *
 * Without it a storm of thousands of new users overruns the server's backlog (each lost attempt then waits a second
 * or more for the system's own retry) and holds up those who are connected.
 */
export class ConnectQueue {
  readonly #limit: number;
  #active = 0;
  /** When one was last through. */
  #lastLeftMs = 0;
  /** A `Set` keeps the order and lets one leave from the middle. */
  readonly #waiting = new Set<Waiting>();

  /**
   * @param limit How many may connect at once, at least 1
   */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether many connect, and get on: nobody should give way to connections that are not answered. */
  get isStorm(): boolean {
    return this.#active >= STORM_SIZE && nowMs() - this.#lastLeftMs < STORM_PAUSE_MS;
  }

  /** Begins the given one now, or when its turn comes. */
  enter(one: Waiting): void {
    if (this.#active >= this.#limit) {
      this.#waiting.add(one);
      return;
    }
    this.#active++;
    one.begin();
  }

  /** Takes one out: connected, failed, or given up while it waited. */
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

/** Returns whether so many connections are being established that everything else should give way. */
export function isConnectStorm(): boolean {
  return connectQueue.isStorm;
}
