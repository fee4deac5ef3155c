/**
 * Test data that all users share.
 *
 * @module
 */

import { nowMs } from "../../../core/clock.ts";
import type { LeaseAsk } from "../lease_table.ts";
import type { RemoteShare } from "../remote.ts";
import type { SharedTable } from "../shared_table.ts";
import { orderKey, shuffledIndex } from "./permutation.ts";
import { RowFile } from "./row_file.ts";
import type { RowsOptions } from "./rows_options.ts";

/** How long a row may take to come from the coordinator, in milliseconds. */
const MAX_WAIT_MS = 30_000;
/** How often a thread that waits for a row shows that it is alive, in milliseconds. */
const BEAT_EVERY_MS = 1000;

/** Where rows come from in a run on several machines. */
export interface RemoteRows {
  readonly share: RemoteShare;
  /** Shows that this thread is alive while it does not yield. */
  readonly beat: () => void;
}

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
  readonly #remote: RemoteRows | null;

  /**
   * Made by `shared.rows()`.
   *
   * @param remote Where rows come from in a run on several machines. @default this machine
   *
   * @throws {TypeError} if there are no rows, or another worker has different ones
   */
  constructor(
    name: string,
    rows: RowFile | readonly unknown[],
    table: SharedTable,
    options: RowsOptions = {},
    remote: RemoteRows | null = null,
  ) {
    if (rows.length === 0) {
      throw new TypeError(`Cannot share rows "${name}": the source has no rows, expected at least one`);
    }
    this.name = name;
    this.#rows = rows;
    this.#table = table;
    this.#slot = table.slot(`rows ${name}`);
    this.#isRepeated = options.repeat ?? true;
    this.#remote = remote;
    this.#seed = options.order === "random" ? options.seed ?? 1 : null;
    // Identifies the source: an array by its length, a file by its slot.
    const source = rows instanceof RowFile ? -1 - rows.slot : rows.length;
    const agreed = table.agree(this.#slot, source);
    if (agreed === source) {
      this.#ask(remote?.share.leases.begin(this.#slot) ?? null); // so that the first row need not be waited for
      return;
    }
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
   * Takes the next row. After the last one, it starts again, or returns `undefined` if `repeat` is `false`.
   *
   * On one machine it never waits. In a run on several machines, rows come from the coordinator in ranges, fetched ahead;
   * the thread waits if none is there.
   *
   * @throws {Error} if the coordinator does not answer within 30 s
   */
  next(): T {
    const taken = this.#remote === null ? this.#table.add(this.#slot, 1) : this.#takeLeased(this.#remote);
    const { length } = this.#rows;
    if (taken === null || (!this.#isRepeated && taken >= length)) return undefined as T;
    const index = taken % length;
    if (this.#seed === null) return this.#rows.at(index) as T;
    return this.#rows.at(shuffledIndex(index, length, orderKey(this.#seed, Math.floor(taken / length)))) as T;
  }

  #ask(ask: Pick<LeaseAsk, "isUrgent" | "most" | "left"> | null): void {
    if (ask === null) return;
    const { name, length } = this;
    const [slot, isRepeated] = [this.#slot, this.#isRepeated];
    this.#remote?.share.askForRows({ kind: "lease", name, slot, length, isRepeated, ...ask });
  }

  /** Returns the number of the next row that this machine has leased, `null` for none any more. */
  #takeLeased({ share, beat }: RemoteRows): number | null {
    const [slot, { leases }, deadlineMs] = [this.#slot, share, nowMs() + MAX_WAIT_MS];
    for (;;) {
      const bell = leases.bell(slot);
      const { row, ask } = leases.take(slot);
      this.#ask(ask);
      if (row !== null) return row;
      if (leases.isOver(slot)) return null;
      if (nowMs() > deadlineMs) {
        throw new Error(`Cannot take a row of "${this.name}": the coordinator has not answered within 30 s`);
      }
      leases.wait(slot, bell, BEAT_EVERY_MS);
      beat();
    }
  }
}
