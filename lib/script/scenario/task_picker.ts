/**
 * Picks a task for each iteration.
 *
 * @module
 */

import type { Task } from "./tasks.ts";

/** Picks tasks by weight. The sequence depends on the seed and the user's id only. */
export class TaskPicker {
  readonly #names: readonly string[];
  /** Sums of the weights up to each task. */
  readonly #sums: readonly number[];
  #state: number;

  /**
   * Creates a picker.
   *
   * @param tasks At least one with a weight above 0
   * @param seed Of the run, a 32-bit number
   * @param id The user's id
   */
  constructor(tasks: readonly Task[], seed: number, id: number) {
    const used = tasks.filter(({ weight }) => weight > 0);
    this.#names = used.map(({ name }) => name);
    let sum = 0;
    this.#sums = used.map(({ weight }) => sum += weight);
    this.#state = mixed(mixed(seed) ^ id);
  }

  /** Returns the name of the next task; allocates nothing. */
  next(): string {
    const last = this.#sums.length - 1;
    if (last === 0) return this.#names[0]!;
    const at = this.#random() * this.#sums[last]!;
    let index = 0;
    while (index < last && at >= this.#sums[index]!) index++;
    return this.#names[index]!;
  }

  /** Returns the next number in [0, 1): a Weyl sequence of 32 bits, mixed. */
  #random(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    return mixed(this.#state) / 2 ** 32;
  }
}

/** Returns a 32-bit hash: the finalizer of MurmurHash3. */
function mixed(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
