/**
 * A number that all users share.
 *
 * @module
 */

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

  /** Made by `shared.counter()`. */
  constructor(name: string, table: SharedTable) {
    this.name = name;
    this.#table = table;
    this.#slot = table.slot(PREFIX + name);
  }

  /** The current value. */
  get value(): number {
    return this.#table.read(this.#slot);
  }

  /**
   * Adds to the value, atomically over all workers: every call that adds 1 returns a different number.
   *
   * @param by The integer to add; may be negative. @default 1
   * @returns The value after this change
   * @throws {RangeError} if `by` is not an integer
   */
  add(by = 1): number {
    if (!Number.isSafeInteger(by)) {
      throw new RangeError(`Cannot add ${Deno.inspect(by)} to counter "${this.name}": expected a whole number`);
    }
    return this.#table.add(this.#slot, by) + by;
  }
}
