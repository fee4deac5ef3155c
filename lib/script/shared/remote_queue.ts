/**
 * A queue that the coordinator of a run on several machines keeps.
 *
 * @module
 */

import { MAX_TIMER_MS, type Timer } from "../../core/clock.ts";
import { endWithRun } from "../waits.ts";
import type { RemoteShare } from "./remote.ts";

/** A worker's way to one such queue. */
export class RemoteQueue {
  readonly #name: string;
  readonly #share: RemoteShare;

  /** @param name Name of the queue */
  constructor(name: string, share: RemoteShare) {
    this.#name = name;
    this.#share = share;
  }

  /**
   * Appends a record.
   *
   * @throws {RangeError} if the queue is full
   */
  async push(record: Uint8Array): Promise<void> {
    await this.#share.ask({ kind: "push", name: this.#name, record }).answer;
  }

  /** Returns the number of records. */
  async size(): Promise<number> {
    return await this.#share.ask({ kind: "size", name: this.#name }).answer as number;
  }

  /**
   * Takes the oldest record, waiting for it.
   *
   * At the timeout, the coordinator decides: a record that it has sent already is still taken. A take that the end of the
   * run interrupts puts such a record back.
   *
   * @param timeoutMs Longest wait, 0 for none; `null` until the run ends
   * @returns The record, `null` if there was none in time
   * @throws {InterruptedError} if the run ends first
   */
  take(timeoutMs: number | null): Promise<Uint8Array | null> {
    const [name, share] = [this.#name, this.#share];
    const { key, answer } = share.ask({ kind: "take", name, waits: timeoutMs !== 0 });
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array | null>();
    const cancel = () => void share.ask({ kind: "cancel", name, take: key }).answer.catch(reject);
    let timer: Timer | undefined = undefined;
    let isInterrupted = false;
    const takeOff = endWithRun((error) => {
      isInterrupted = true;
      clearTimeout(timer);
      reject(error);
      cancel();
    }, timeoutMs !== null);
    const settle = (record: Uint8Array | null) => {
      clearTimeout(timer);
      takeOff();
      if (!isInterrupted) resolve(record);
      else if (record !== null) void share.ask({ kind: "untake", name, record }).answer.catch(reject);
    };
    answer.then((record) => settle(record as Uint8Array | null), (error) => {
      clearTimeout(timer);
      takeOff();
      reject(error);
    });
    if (timeoutMs !== null && timeoutMs > 0) timer = setTimeout(cancel, Math.min(timeoutMs, MAX_TIMER_MS));
    return promise;
  }
}
