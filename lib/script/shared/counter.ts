/**
 * A number that all users share.
 *
 * @module
 */

import type { SharedTable } from "./shared_table.ts";

/** A whole number that all users share, over all workers; 0 at first. Exact up to ±(2^53 − 1). */
export class SharedCounter {
  /** The name the workers agree by. */
  readonly name: string;
  readonly #table: SharedTable;
  readonly #slot: number;

  /** Made by `shared.counter()`. */
  constructor(name: string, table: SharedTable) {
    this.name = name;
    this.#table = table;
    this.#slot = table.slot(`counter ${name}`);
  }

  /** The present value. */
  get value(): number {
    return this.#table.read(this.#slot);
  }

  /**
   * Adds to the value. No change of another user is lost, and none comes between: every call that adds 1 returns a number
   * of its own.
   *
   * @param by What is added, a whole number; less than 0 takes away. @default 1
   * @returns The value after this change
   * @throws {RangeError} if it is no whole number
   */
  add(by = 1): number {
    if (!Number.isSafeInteger(by)) {
      throw new RangeError(`Cannot add ${Deno.inspect(by)} to counter "${this.name}": expected a whole number`);
    }
    return this.#table.add(this.#slot, by) + by;
  }
}
