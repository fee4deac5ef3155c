/**
 * When requests are written: those of one turn of the event loop together, and after those that connect.
 *
 * @module
 */

import { setImmediate } from "node:timers";

/**
 * While many connections are being established, writes give way, but for these few every few milliseconds. Beside a load
 * at full speed Deno makes connections so slowly, a few hundred a second, that 4,000 take 8 s; by themselves, 0.4 s.
 */
const MAX_A_TURN_IN_STORM = 32;
const STORM_TURN_MS = 5;

/** Something that has a request to write. */
export interface Writer {
  /** Writes it, unless that has become needless. */
  write(): void;
}

/** Gathers what is to be written. */
export interface Batch {
  /** Has something written soon: first come, first served. */
  add(writer: Writer): void;
}

/**
 * Keeps writes of one turn for its end, but for the first, which goes at once.
 *
 * A server that gets one request at a time goes to sleep and is woken for each, which costs both sides more than the
 * request itself; and a client that reads and writes in turns measures its own work on other users' answers as their
 * latency. Reading all that is there first, then writing, is also what wrk does.
 */
export class WriteBatch implements Batch {
  readonly #isStorm: () => boolean;
  #waiting: Writer[] = [];
  #isInTurn = false;

  /** @param isStorm Whether so many connections are being established that writes should give way to them */
  constructor(isStorm: () => boolean) {
    this.#isStorm = isStorm;
  }

  add(writer: Writer): void {
    if (this.#isInTurn || this.#beginTurn()) this.#waiting.push(writer);
    else writer.write();
  }

  /** Returns whether it is a turn of a storm, in which nothing goes at once. */
  #beginTurn(): boolean {
    this.#isInTurn = true;
    const isStorm = this.#isStorm();
    if (isStorm) setTimeout(this.#endTurn, STORM_TURN_MS); // unlike an immediate, it lets the event loop look at sockets
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
    this.#beginTurn(); // what is added from now on comes after those left waiting
    const served = waiting.splice(0, MAX_A_TURN_IN_STORM);
    this.#waiting = waiting;
    for (const writer of served) writer.write();
  };
}
