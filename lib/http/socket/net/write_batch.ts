/**
 * Writes the requests of one turn of the event loop together, after connections are established.
 *
 * @module
 */

import { setImmediate } from "node:timers";

/**
 * While many connections are being established, writes yield, except for these few every few milliseconds. Beside a load at
 * full speed, Deno establishes only a few hundred connections per second: 4,000 take 8 s, or 0.4 s without the load.
 */
const MAX_A_TURN_IN_STORM = 32;
const STORM_TURN_MS = 5;

/** Has a request to write. */
export interface Writer {
  /** Writes it, unless it is no longer needed. */
  write(): void;
}

/** Gathers writes. */
export interface Batch {
  /** Schedules a write: first come, first served. */
  add(writer: Writer): void;
}

/**
 * Defers the writes of a turn to its end, except for the first, which is written at once.
 *
 * A server that gets one request at a time sleeps and wakes for each, which costs both sides more than the request itself.
 * And a client that alternates reads and writes measures its own work for other users as latency. Reading everything
 * first, then writing, is also what wrk does.
 */
export class WriteBatch implements Batch {
  readonly #isStorm: () => boolean;
  #waiting: Writer[] = [];
  #isInTurn = false;

  /** @param isStorm Returns whether so many connections are being established that writes should yield to them */
  constructor(isStorm: () => boolean) {
    this.#isStorm = isStorm;
  }

  add(writer: Writer): void {
    if (this.#isInTurn || this.#beginTurn()) this.#waiting.push(writer);
    else writer.write();
  }

  /** Returns whether it is a turn of a storm, in which nothing is written at once. */
  #beginTurn(): boolean {
    this.#isInTurn = true;
    const isStorm = this.#isStorm();
    if (isStorm) setTimeout(this.#endTurn, STORM_TURN_MS); // unlike an immediate, a timer lets the event loop poll sockets
    else setImmediate(this.#endTurn);
    return isStorm;
  }

  readonly #endTurn = (): void => {
    this.#isInTurn = false;
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    if (!this.#isStorm()) {
      for (const writer of waiting) writer.write();
      return;
    }
    this.#beginTurn(); // later writes come after the waiting ones
    const served = waiting.splice(0, MAX_A_TURN_IN_STORM);
    this.#waiting = waiting;
    for (const writer of served) writer.write();
  };
}
