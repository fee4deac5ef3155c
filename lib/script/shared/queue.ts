/**
 * Values passed between users.
 *
 * @module
 */

import { MAX_TIMER_MS, type Timer } from "../../core/clock.ts";
import { formatDuration, parseDurationMs } from "../../core/units.ts";
import type { Duration } from "../../http/client/request_options.ts";
import { endWithRun } from "../waits.ts";
import { decodeRecord, encodeRecord } from "./json_record.ts";
import { OneMachineError, type RemoteShare } from "./remote.ts";
import { RemoteQueue } from "./remote_queue.ts";
import { SharedRing } from "./ring.ts";
import type { SharedTable } from "./shared_table.ts";

/** How {@linkcode SharedQueue.take} waits. */
export interface TakeOptions {
  /** Longest wait; 0 does not wait. @default until the run ends */
  readonly timeout?: Duration;
}

/**
 * A first-in, first-out queue that users on all workers share; each value is taken exactly once.
 *
 * Values are encoded as JSON: plain objects, arrays, strings, finite numbers, booleans and `null` stay the same; a `Date`
 * becomes a string, `NaN` becomes `null`, a `Map` becomes an empty object.
 *
 * A queue holds 16 MiB: the JSON of its values and 4 bytes for each. In a run on several machines, the coordinator keeps
 * it.
 */
export class SharedQueue<T> {
  /** The name. */
  readonly name: string;
  readonly #ring: SharedRing;
  readonly #remote: RemoteQueue | null;
  /** Waiting takers of this thread, oldest first. */
  readonly #takers = new Set<(value: T) => void>();
  #isWatching = false;

  /**
   * Made by `shared.queue()`.
   *
   * @param remote Way to the queue in a run on several machines. @default it is on this machine
   */
  constructor(name: string, table: SharedTable, remote: RemoteShare | null = null) {
    this.name = name;
    this.#remote = remote === null ? null : new RemoteQueue(name, remote);
    this.#ring = new SharedRing(table.region(`queue ${name}`));
  }

  /**
   * Number of values. Others may take them at any time: use {@linkcode SharedQueue.tryTake} to take one if there is one.
   *
   * @throws {UsageError} in a run on several machines, where `await size()` returns it
   */
  get length(): number {
    this.#checkOneMachine("length", "await queue.size()");
    return this.#ring.length;
  }

  /** Returns the number of values, also in a run on several machines. */
  async size(): Promise<number> {
    return this.#remote === null ? this.length : await this.#remote.size();
  }

  /**
   * Appends a value. On one machine this is done, or has thrown, when the call returns, and `await` is not needed; in a run
   * on several machines it is done when the promise is fulfilled.
   *
   * @throws {TypeError} if JSON cannot represent it: `undefined`, a function, a symbol, a bigint, a cycle
   * @throws {RangeError} if the queue is full
   */
  push(value: T): Promise<void> {
    const action = `push to queue "${this.name}"`;
    const record = encodeRecord(value, action);
    const { maxRecordBytes } = this.#ring;
    if (this.#remote !== null && record.length <= maxRecordBytes) return this.#remote.push(record);
    if (this.#remote !== null || !this.#ring.push(record)) {
      throw new RangeError(
        record.length > maxRecordBytes
          ? `Cannot ${action}: the value has ${record.length} bytes, expected at most ${maxRecordBytes}`
          : `Cannot ${action}: it is full with ${this.#ring.length} values, expected at most ${maxRecordBytes} bytes in all`,
      );
    }
    this.#serve();
    if (this.length > 0) this.#ring.ring();
    return Promise.resolve();
  }

  /**
   * Takes the oldest value, or returns `undefined` if the queue is empty; never waits.
   *
   * @throws {UsageError} in a run on several machines, where `await take({ timeout: 0 })` does so
   */
  tryTake(): T | undefined {
    this.#checkOneMachine("tryTake()", "await queue.take({ timeout: 0 })");
    const record = this.#ring.shift();
    return record === null ? undefined : decodeRecord(record) as T;
  }

  /**
   * Takes the oldest value; waits for a push if the queue is empty. Users of one worker are served in the order of their
   * calls. Waiting uses no CPU time.
   *
   * When the run starts no more iterations (at its end, or at the iteration limit), waiting calls are interrupted, since
   * nobody may be left to push; their iterations count as interrupted. From then on a `take` of an empty queue is
   * interrupted as well, except in `teardown` with a timeout. A user that the load plan ends keeps waiting until then:
   * use a timeout if that matters.
   *
   * @throws {InterruptedError} if the run ends first
   * @throws {DOMException} a `TimeoutError` if the timeout passes
   * @throws {RangeError} if the timeout cannot be parsed
   */
  take(options: TakeOptions = {}): Promise<T> {
    const timeoutMs = options.timeout === undefined ? null : parseDurationMs(options.timeout);
    if (this.#remote !== null) return this.#takeFrom(this.#remote, timeoutMs);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let timer: Timer | undefined = undefined;
    const settle = () => {
      this.#takers.delete(taker);
      clearTimeout(timer);
      takeOff();
    };
    const taker = (value: T) => {
      settle();
      resolve(value);
    };
    const takeOff = endWithRun((error) => {
      settle();
      reject(error);
    }, timeoutMs !== null);
    this.#takers.add(taker);
    this.#serve();
    if (!this.#takers.has(taker)) return promise;
    if (timeoutMs !== null) {
      timer = setTimeout(() => {
        settle();
        reject(this.#timeoutError(timeoutMs));
      }, Math.min(timeoutMs, MAX_TIMER_MS));
    }
    void this.#watch();
    return promise;
  }

  async #takeFrom(remote: RemoteQueue, timeoutMs: number | null): Promise<T> {
    const record = await remote.take(timeoutMs);
    if (record === null) throw this.#timeoutError(timeoutMs ?? 0);
    return decodeRecord(record) as T;
  }

  #checkOneMachine(member: string, instead: string): void {
    if (this.#remote !== null) throw new OneMachineError(`queue "${this.name}".${member}`, instead);
  }

  /** Gives available values to the takers of this thread. */
  #serve(): void {
    for (const taker of this.#takers) {
      const record = this.#ring.shift();
      if (record === null) return;
      taker(decodeRecord(record) as T);
    }
  }

  /**
   * Wakes up on every push of any thread while this thread has takers. There is one wait per thread, not per taker: an
   * abandoned wait cannot be cancelled, and would consume a wake-up meant for others.
   */
  async #watch(): Promise<void> {
    if (this.#isWatching) return;
    this.#isWatching = true;
    while (this.#takers.size > 0) {
      const bell = this.#ring.bell; // read before the queue, so that a push meanwhile ends the wait
      this.#serve();
      if (this.#takers.size > 0) await this.#ring.rung(bell);
    }
    this.#isWatching = false;
  }

  #timeoutError(timeoutMs: number): DOMException {
    const message = `Cannot take from queue "${this.name}": nothing was pushed within ${formatDuration(timeoutMs)}`;
    return new DOMException(message, "TimeoutError");
  }
}
