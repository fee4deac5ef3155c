/**
 * Messages to every worker.
 *
 * @module
 */

import { errorMessage, userStack } from "../../core/error_site.ts";
import { log } from "../log.ts";
import { decodeRecord, encodeRecord } from "./json_record.ts";
import type { RemoteShare } from "./remote.ts";
import { type RingCursor, SharedRing } from "./ring.ts";
import type { SharedTable } from "./shared_table.ts";

/** Most listener failures logged per worker, as for hooks. */
const MAX_LOGGED_FAILURES = 5;

interface Registration<T> {
  readonly listener: (message: T) => unknown;
  /** Number of the first message it receives. */
  readonly from: number;
}

/**
 * Sends messages to every worker of all machines, including the sender's own. Each listener receives each message sent after it started
 * listening exactly once; the order is the same for all.
 *
 * Messages are encoded as JSON, as in a queue. They are kept in 16 MiB of shared memory: a `BroadcastChannel` silently
 * drops messages when a few hundred are sent at once.
 */
export class SharedBroadcast<T> {
  /** The name. */
  readonly name: string;
  readonly #ring: SharedRing;
  readonly #remote: RemoteShare | null;
  readonly #registrations = new Set<Registration<T>>();
  #cursor: RingCursor = { next: 0, position: 0 };
  #isWatching = false;
  #failures = 0;

  /**
   * Made by `shared.broadcast()`.
   *
   * @param remote Way to all machines in a run on several. @default there is only this machine
   */
  constructor(name: string, table: SharedTable, remote: RemoteShare | null = null) {
    this.name = name;
    this.#remote = remote;
    this.#ring = new SharedRing(table.region(`broadcast ${name}`));
  }

  /**
   * Sends a message to all listeners; they are called after this returns.
   *
   * @throws {TypeError} if JSON cannot represent it: `undefined`, a function, a symbol, a bigint, a cycle
   * @throws {RangeError} if it is longer than 16 MiB; in a run on several machines also if 16 MiB are on their way
   */
  send(message: T): void {
    const action = `send to broadcast "${this.name}"`;
    const record = encodeRecord(message, action);
    const { maxRecordBytes } = this.#ring;
    if (this.#remote === null ? !this.#ring.pushOver(record) : record.length > maxRecordBytes) {
      throw new RangeError(
        `Cannot ${action}: the message has ${record.length} bytes, expected at most ${maxRecordBytes}`,
      );
    }
    if (this.#remote !== null) return this.#sendToAll(this.#remote, record);
    this.#ring.ring();
    // In a program without workers nothing else wakes up the listeners.
    if (this.#registrations.size > 0) queueMicrotask(() => this.#deliver());
  }

  /**
   * Calls a function with each message sent from now on. If it throws or rejects, the error is logged (at most five times
   * per worker) and has no other effect. A worker that falls 16 MiB behind because it does not yield misses the oldest
   * messages; the log says how many.
   *
   * Call it at the top of the locustfile to receive every message on every worker.
   *
   * @returns A function that removes the listener
   */
  listen(listener: (message: T) => unknown): () => void {
    const { end } = this.#ring;
    if (this.#registrations.size === 0) this.#cursor = end;
    const registration: Registration<T> = { listener, from: end.next };
    this.#registrations.add(registration);
    void this.#watch();
    return () => void this.#registrations.delete(registration);
  }

  /** The coordinator passes it on to all machines, this one included. */
  #sendToAll(remote: RemoteShare, record: Uint8Array): void {
    remote.ask({ kind: "send", name: this.name, record }).answer.catch((error) => log.error(errorMessage(error)));
  }

  async #watch(): Promise<void> {
    if (this.#isWatching) return;
    this.#isWatching = true;
    while (this.#registrations.size > 0) {
      const bell = this.#ring.bell; // read before the messages, so that one sent meanwhile ends the wait
      this.#deliver();
      if (this.#registrations.size > 0) await this.#ring.rung(bell);
    }
    this.#isWatching = false;
  }

  #deliver(): void {
    while (this.#registrations.size > 0) {
      const found = this.#ring.read(this.#cursor);
      if (found === null) return;
      if (found.missed > 0) log.warning(`Missed ${found.missed} messages of broadcast "${this.name}": too far behind`);
      this.#cursor = found.after;
      const number = found.after.next - 1;
      for (const registration of this.#registrations) {
        if (number >= registration.from) this.#call(registration.listener, decodeRecord(found.record) as T);
      }
    }
  }

  #call(listener: (message: T) => unknown, message: T): void {
    try {
      const result = listener(message);
      if (result instanceof Promise) result.catch((error) => this.#report(error));
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    if (++this.#failures > MAX_LOGGED_FAILURES) return;
    log.error(`A listener of broadcast "${this.name}" threw: ${userStack(error)}`);
  }
}
