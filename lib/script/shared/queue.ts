/**
 * Values that users hand to one another.
 *
 * @module
 */

import { MAX_TIMER_MS, type Timer } from "../../core/clock.ts";
import { formatDuration, parseDurationMs } from "../../core/units.ts";
import type { Duration } from "../../http/client/request_options.ts";
import { endWithRun } from "../waits.ts";
import { decodeRecord, encodeRecord } from "./json_record.ts";
import { SharedRing } from "./ring.ts";
import type { SharedTable } from "./shared_table.ts";

/** How {@linkcode SharedQueue.take} waits. */
export interface TakeOptions {
  /** Longest wait; 0 looks once. @default no limit but the end of the run */
  readonly timeout?: Duration;
}

/**
 * Values that users hand to one another over all workers, first in, first out; each is handed out exactly once.
 *
 * They travel as JSON: plain objects, arrays, texts, finite numbers, booleans and `null` arrive as they were; what JSON
 * drops or changes (a `Date` becomes a text, `NaN` becomes `null`, a `Map` is empty) arrives so.
 *
 * A queue holds 16 MiB, with 4 bytes for each value beside its JSON.
 */
export class SharedQueue<T> {
  /** The name the workers agree by. */
  readonly name: string;
  readonly #ring: SharedRing;
  /** Who waits on this thread, the first come first. */
  readonly #takers = new Set<(value: T) => void>();
  #isWatching = false;

  /** Made by `shared.queue()`. */
  constructor(name: string, table: SharedTable) {
    this.name = name;
    this.#ring = new SharedRing(table.region(`queue ${name}`));
  }

  /** Values in it. Others may take them meanwhile: to take one if there is one, use {@linkcode SharedQueue.tryTake}. */
  get length(): number {
    return this.#ring.length;
  }

  /**
   * Puts a value at the end; never waits.
   *
   * @throws {TypeError} if JSON cannot carry it: `undefined`, a function, a symbol, a bigint, a cycle
   * @throws {RangeError} if there is no room
   */
  push(value: T): void {
    const action = `push to queue "${this.name}"`;
    const record = encodeRecord(value, action);
    if (!this.#ring.push(record)) {
      const { maxRecordBytes } = this.#ring;
      throw new RangeError(
        record.length > maxRecordBytes
          ? `Cannot ${action}: the value has ${record.length} bytes, expected at most ${maxRecordBytes}`
          : `Cannot ${action}: it is full with ${this.length} values, expected at most ${maxRecordBytes} bytes in all`,
      );
    }
    this.#serve();
    if (this.length > 0) this.#ring.ring();
  }

  /** Takes the oldest value, or returns `undefined` where there is none; never waits. */
  tryTake(): T | undefined {
    const record = this.#ring.shift();
    return record === null ? undefined : decodeRecord(record) as T;
  }

  /**
   * Takes the oldest value; where there is none, waits until somebody pushes one. Users of one worker are served in the
   * order they came. Waiting costs nothing.
   *
   * When the run starts no more iterations (at its end, or once the limit on iterations is reached), those that wait
   * are cut off, as nobody may be left to push: their iterations count as interrupted. From then on a `take` of an empty
   * queue ends so, too, except in `teardown` with a timeout, which is waited for. A user whom a plan ends while it waits
   * goes on waiting till then, so give a timeout where that matters.
   *
   * @throws {InterruptedError} if the run ends meanwhile
   * @throws {DOMException} a `TimeoutError` if the timeout passes
   * @throws {RangeError} if the timeout cannot be parsed
   */
  take(options: TakeOptions = {}): Promise<T> {
    const timeoutMs = options.timeout === undefined ? null : parseDurationMs(options.timeout);
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

  /** Hands out what there is to those who wait on this thread. */
  #serve(): void {
    for (const taker of this.#takers) {
      const record = this.#ring.shift();
      if (record === null) return;
      taker(decodeRecord(record) as T);
    }
  }

  /**
   * Wakes up with every push of any thread while somebody waits on this one. A thread waits once, whoever waits on it:
   * a wait that is given up can't be taken back, and would swallow a wake-up meant for others.
   */
  async #watch(): Promise<void> {
    if (this.#isWatching) return;
    this.#isWatching = true;
    while (this.#takers.size > 0) {
      const bell = this.#ring.bell; // before looking, so that a push after it is not slept through
      this.#serve();
      if (this.#takers.size > 0) await this.#ring.rung(bell);
    }
    this.#isWatching = false;
  }

  #timeoutError(timeoutMs: number): DOMException {
    const text = `Cannot take from queue "${this.name}": none pushed within ${formatDuration(timeoutMs)}`;
    return new DOMException(text, "TimeoutError");
  }
}
