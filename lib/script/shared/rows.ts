/**
 * Test data handed out once over all users and workers.
 *
 * @module
 */

import type { SharedTable } from "./shared_table.ts";

/** Rows of test data of which each is handed out once, over all users and workers, before any is handed out twice. */
export class SharedRows<T> {
  /** The name the workers agree by. */
  readonly name: string;
  readonly #rows: readonly T[];
  readonly #table: SharedTable;
  readonly #slot: number;

  /**
   * Made by `shared.rows()`.
   *
   * @throws {TypeError} if there are no rows, or not as many as in another worker
   */
  constructor(name: string, rows: readonly T[], table: SharedTable) {
    if (rows.length === 0) throw new TypeError(`Cannot share rows "${name}": there are none, expected at least one`);
    this.name = name;
    this.#rows = rows;
    this.#table = table;
    this.#slot = table.slot(`rows ${name}`);
    const agreed = table.agree(this.#slot, rows.length);
    if (agreed !== rows.length) {
      throw new TypeError(
        `Cannot share rows "${name}": ${rows.length} here but ${agreed} where the name was used first, expected the ` +
          "same rows in every worker",
      );
    }
  }

  /** Number of rows. */
  get length(): number {
    return this.#rows.length;
  }

  /** Returns the next row that nobody has had; after the last one begins with the first again. Never waits. */
  next(): T {
    return this.#rows[this.#table.add(this.#slot, 1) % this.#rows.length]!;
  }
}
