/**
 * A number that all users share.
 *
 * @module
 */

import { OneMachineError, type RemoteShare } from "./remote.ts";
import type { SharedTable } from "./shared_table.ts";

/** Start of the names of their slots. */
const PREFIX = "counter ";

/** Returns the name and value of every counter of a run, in the order first used. */
export function counterValues(table: SharedTable): { readonly name: string; readonly value: number }[] {
  return table.entries().flatMap(({ name, value }) =>
    name.startsWith(PREFIX) ? [{ name: name.slice(PREFIX.length), value }] : []
  );
}

/** An integer that all users on all workers share; initially 0. Exact up to ±(2^53 − 1). */
export class SharedCounter {
  /** The name. */
  readonly name: string;
  readonly #table: SharedTable;
  readonly #slot: number;
  readonly #remote: RemoteShare | null;

  /**
   * Made by `shared.counter()`.
   *
   * @param remote Way to the counter in a run on several machines. @default it is on this machine
   */
  constructor(name: string, table: SharedTable, remote: RemoteShare | null = null) {
    this.name = name;
    this.#remote = remote;
    this.#table = table;
    this.#slot = table.slot(PREFIX + name);
  }

  /**
   * The current value.
   *
   * @throws {UsageError} in a run on several machines, where `await next(0)` returns it
   */
  get value(): number {
    if (this.#remote !== null) throw new OneMachineError(`counter "${this.name}".value`, "await counter.next(0)");
    return this.#table.read(this.#slot);
  }

  /**
   * Adds to the value, atomically over all workers of all machines: every call that adds 1 returns a different number.
   *
   * @param by The integer to add; may be negative, or 0 to read the value. @default 1
   * @returns The value after this change
   * @throws {RangeError} if `by` is not an integer
   */
  async next(by = 1): Promise<number> {
    if (this.#remote === null) return this.add(by);
    this.#check(by);
    return await this.#remote.ask({ kind: "count", name: this.name, by }).answer as number;
  }

  /**
   * Adds to the value, atomically over all workers of this machine. {@linkcode SharedCounter.next} does so in a run on
   * several machines, too.
   *
   * @param by The integer to add; may be negative. @default 1
   * @returns The value after this change
   * @throws {RangeError} if `by` is not an integer
   * @throws {UsageError} in a run on several machines
   */
  add(by = 1): number {
    if (this.#remote !== null) throw new OneMachineError(`counter "${this.name}".add()`, "await counter.next()");
    this.#check(by);
    return this.#table.add(this.#slot, by) + by;
  }

  #check(by: number): void {
    if (!Number.isSafeInteger(by)) {
      throw new RangeError(`Cannot add ${Deno.inspect(by)} to counter "${this.name}": expected a whole number`);
    }
  }
}
