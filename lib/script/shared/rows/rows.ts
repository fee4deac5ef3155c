/**
 * Test data that all users share.
 *
 * @module
 */

import type { SharedTable } from "../shared_table.ts";
import { orderKey, shuffledIndex } from "./permutation.ts";
import { RowFile } from "./row_file.ts";
import type { RowsOptions } from "./rows_options.ts";

/** Rows of test data. Over all users and workers, each row is taken once before any is taken again. */
export class SharedRows<T> {
  /** The name. */
  readonly name: string;
  readonly #rows: RowFile | readonly unknown[];
  readonly #table: SharedTable;
  readonly #slot: number;
  readonly #isRepeated: boolean;
  /** Seed of the random order, or `null`. */
  readonly #seed: number | null;

  /**
   * Made by `shared.rows()`.
   *
   * @throws {TypeError} if there are no rows, or another worker has different ones
   */
  constructor(name: string, rows: RowFile | readonly unknown[], table: SharedTable, options: RowsOptions = {}) {
    if (rows.length === 0) {
      throw new TypeError(`Cannot share rows "${name}": the source has no rows, expected at least one`);
    }
    this.name = name;
    this.#rows = rows;
    this.#table = table;
    this.#slot = table.slot(`rows ${name}`);
    this.#isRepeated = options.repeat ?? true;
    this.#seed = options.order === "random" ? options.seed ?? 1 : null;
    // Identifies the source: an array by its length, a file by its slot.
    const source = rows instanceof RowFile ? -1 - rows.slot : rows.length;
    const agreed = table.agree(this.#slot, source);
    if (agreed === source) return;
    const difference = agreed > 0 && source > 0
      ? `${source} here but ${agreed} where the name was used first`
      : "another source than where the name was used first";
    throw new TypeError(`Cannot share rows "${name}": ${difference}, expected the same rows in every worker`);
  }

  /** Number of rows. */
  get length(): number {
    return this.#rows.length;
  }

  /**
   * Takes the next row. After the last one, it starts again, or returns `undefined` if `repeat` is `false`. Never waits.
   */
  next(): T {
    const taken = this.#table.add(this.#slot, 1);
    const { length } = this.#rows;
    if (!this.#isRepeated && taken >= length) return undefined as T;
    const index = taken % length;
    if (this.#seed === null) return this.#rows.at(index) as T;
    return this.#rows.at(shuffledIndex(index, length, orderKey(this.#seed, Math.floor(taken / length)))) as T;
  }
}
