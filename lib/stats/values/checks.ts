/**
 * Checks: yes-or-no questions of a script, counted by name.
 *
 * @module
 */

import { OTHER } from "../errors/error_counts.ts";

/** Most checks kept apart; those after them are counted as {@linkcode OTHER}. */
export const MAX_CHECKS = 200;

/** What changed in one check since the last delta; plain data. */
export interface CheckDelta {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
}

/** The figures of one check. */
export interface CheckSummary {
  /** The name that the script gave it. */
  readonly name: string;
  /** How often it was made, 1 or more. */
  readonly count: number;
  /** How often it passed. */
  readonly passed: number;
  /** How often it failed. */
  readonly failed: number;
  /** `passed / count`, 0–1. */
  readonly passRatio: number;
}

interface Count {
  passed: number;
  failed: number;
}

/** Counts of checks, of one worker or of all. */
export class CheckCounts {
  readonly #counts = new Map<string, Count>();

  /** Counts one check; allocates nothing for a known name. */
  add(name: string, isPassed: boolean): void {
    const count = this.#counts.get(name) ?? this.#make(name);
    if (isPassed) count.passed++;
    else count.failed++;
  }

  /** Returns what changed since the last call. */
  takeDelta(): CheckDelta[] {
    const deltas: CheckDelta[] = [];
    for (const [name, count] of this.#counts) {
      const { passed, failed } = count;
      if (passed + failed === 0) continue;
      deltas.push({ name, passed, failed });
      count.passed = count.failed = 0;
    }
    return deltas;
  }

  /** Adds what another counted. */
  addDelta({ name, passed, failed }: CheckDelta): void {
    const count = this.#counts.get(name) ?? this.#make(name);
    count.passed += passed;
    count.failed += failed;
  }

  /** Returns every check, in the order first seen. */
  summarize(): CheckSummary[] {
    return [...this.#counts].map(([name, { passed, failed }]) => {
      const count = passed + failed;
      return { name, count, passed, failed, passRatio: count === 0 ? 0 : passed / count };
    });
  }

  #make(name: string): Count {
    const isFull = this.#counts.size >= MAX_CHECKS && name !== OTHER;
    if (isFull) return this.#counts.get(OTHER) ?? this.#make(OTHER);
    const count = { passed: 0, failed: 0 };
    this.#counts.set(name, count);
    return count;
  }
}
