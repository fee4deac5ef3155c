/**
 * Watches how full the memory of a worker's script is.
 *
 * @module
 */

import { getHeapStatistics } from "node:v8";
import { formatBytes, formatPercent } from "../../../core/units.ts";

/** Share of V8's limit from which a warning is logged. */
const FILLING_RATIO = 0.85;
/** Share from which the worker ends itself: at the limit V8 ends the whole program, results and all. */
const FULL_RATIO = 0.95;
/** Size of the young generation, which V8's limit includes, in bytes: three semi-spaces of 32 MiB. */
const YOUNG_BYTES = 96 * 1024 * 1024;

/** The heap of one thread. */
export interface HeapUse {
  readonly usedBytes: number;
  readonly limitBytes: number;
}

/** What to do about a heap. */
export type HeapFinding =
  /** Log it. */
  | { readonly kind: "filling"; readonly text: string }
  /** End the worker. */
  | { readonly kind: "full"; readonly text: string };

/** Tells when a heap is nearly full; each state once. */
export class HeapWatch {
  readonly #read: () => HeapUse;
  readonly #firstBytes: number;
  #isNamed = false;
  #isFull = false;

  /** @param read Reads the heap. @default this thread's, which costs 10 µs */
  constructor(read: () => HeapUse = readHeap) {
    this.#read = read;
    this.#firstBytes = read().usedBytes;
  }

  /**
   * Looks at the heap.
   *
   * @param users Users running
   * @param iterations Iterations finished
   */
  check(users: number, iterations: number): HeapFinding | null {
    const { usedBytes, limitBytes } = this.#read();
    const ratio = usedBytes / limitBytes;
    if (this.#isFull || ratio < FILLING_RATIO || (this.#isNamed && ratio < FULL_RATIO)) return null;
    const facts = [
      `${formatBytes(usedBytes)} of ${formatBytes(limitBytes)}`,
      `${users} ${users === 1 ? "user" : "users"}`,
    ];
    const grown = usedBytes - this.#firstBytes;
    if (iterations > 0 && grown > 0) {
      facts.push(`grown by ${formatBytes(Math.round(grown / iterations))} per iteration`);
    }
    const text = `its heap is ${formatPercent(ratio)} full: ${facts.join(", ")}`;
    this.#isNamed = true;
    this.#isFull = ratio >= FULL_RATIO;
    return { kind: this.#isFull ? "full" : "filling", text };
  }
}

function readHeap(): HeapUse {
  const { used_heap_size: usedBytes, heap_size_limit } = getHeapStatistics();
  return { usedBytes, limitBytes: Math.max(heap_size_limit - YOUNG_BYTES, heap_size_limit / 2) };
}
