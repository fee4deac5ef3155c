/**
 * Rows that a machine has leased, in memory that its workers share.
 *
 * @module
 */

import { SharedLock } from "./lock.ts";
import { MAX_NAMES } from "./shared_table.ts";

/** Numbers of rows, from the first to before the last; rows are numbered over all passes. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** A worker needs rows, soon or (`isUrgent`) now. */
export interface LeaseAsk {
  readonly kind: "lease";
  readonly name: string;
  /** Where the rows go in this machine's table. */
  readonly slot: number;
  /** Number of rows in a pass. */
  readonly length: number;
  readonly isRepeated: boolean;
  readonly isUrgent: boolean;
  /** Rows wanted, 1 or more. */
  readonly most: number;
  /** Rows that this machine has left. */
  readonly left: number;
}

/** Rows; `later` for none unless it is urgent, `over` for none any more. */
export type LeaseAnswer = RowRange | "later" | "over";

/** A record: six 32-bit numbers, six 64-bit numbers, padding. */
const RECORD_BYTES = 80;
/** Indices of the 32-bit numbers. */
const [LOCK, BELL, WAITING, IS_ASKED, IS_OVER, IS_LATER] = [0, 1, 2, 3, 4, 5];
/** Indices of the 64-bit numbers. */
const [FROM, TO, SPARE_FROM, SPARE_TO, MOST, CAME_MS] = [3, 4, 5, 6, 7, 8];
/** Rows of the first lease. */
const FIRST_ROWS = 64;
/** Most rows of a lease. */
const MAX_ROWS = 65_536;
/** A lease that is used up in less than this, in milliseconds, is followed by one of twice the size. */
const SHORT_MS = 1000;

/** Returns memory for the leases of one machine. */
export function createLeaseMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(MAX_NAMES * RECORD_BYTES);
}

/** A view of a machine's leases. Each sequence of rows has the one in use and a spare one, fetched ahead. */
export class LeaseTable {
  readonly #memory: SharedArrayBuffer;
  readonly #views: { readonly lock: SharedLock; readonly ints: Int32Array; readonly floats: Float64Array }[] = [];

  /** @param memory Of {@linkcode createLeaseMemory} */
  constructor(memory: SharedArrayBuffer) {
    this.#memory = memory;
  }

  /**
   * Takes a row, and says what is to be asked for.
   *
   * @returns The row's number, or `null` if there is none; what to ask for, or `null`
   */
  take(
    slot: number,
  ): { readonly row: number | null; readonly ask: Pick<LeaseAsk, "isUrgent" | "most" | "left"> | null } {
    const { lock, ints, floats } = this.#at(slot);
    return lock.hold(() => {
      if (floats[FROM] === floats[TO]) useSpare(floats);
      const row = floats[FROM]! < floats[TO]! ? floats[FROM]!++ : null;
      const left = leftOf(floats);
      const most = floats[MOST] || FIRST_ROWS;
      const isUrgent = row === null;
      const hasSpare = floats[SPARE_FROM]! < floats[SPARE_TO]!;
      const isEnough = !isUrgent && (hasSpare || left > most / 2 || ints[IS_LATER] === 1);
      if (isEnough || ints[IS_OVER] === 1 || ints[IS_ASKED] === 1) return { row, ask: null };
      ints[IS_ASKED] = 1;
      return { row, ask: { isUrgent, most, left } };
    });
  }

  /** Says what is to be asked for before the first row is taken; `null` if another thread has asked. */
  begin(slot: number): Pick<LeaseAsk, "isUrgent" | "most" | "left"> | null {
    const { lock, ints, floats } = this.#at(slot);
    return lock.hold(() => {
      if (ints[IS_ASKED] === 1 || floats[MOST] !== 0) return null;
      ints[IS_ASKED] = 1;
      return { isUrgent: false, most: FIRST_ROWS, left: 0 };
    });
  }

  /** Whether no row will come any more. */
  isOver(slot: number): boolean {
    return Atomics.load(this.#at(slot).ints, IS_OVER) === 1;
  }

  /** Changes with each answer. */
  bell(slot: number): number {
    return Atomics.load(this.#at(slot).ints, BELL);
  }

  /** Blocks this thread until the bell differs from a value, but no longer than a time. */
  wait(slot: number, bell: number, timeoutMs: number): void {
    const { ints } = this.#at(slot);
    Atomics.add(ints, WAITING, 1);
    Atomics.wait(ints, BELL, bell, timeoutMs);
    Atomics.sub(ints, WAITING, 1);
  }

  /** Takes in an answer, on the main thread. */
  put(slot: number, answer: LeaseAnswer, nowMs: number): void {
    const { lock, ints, floats } = this.#at(slot);
    lock.hold(() => {
      ints[IS_ASKED] = 0;
      ints[IS_LATER] = answer === "later" ? 1 : 0;
      if (answer === "over") ints[IS_OVER] = 1;
      if (typeof answer === "string") return;
      const most = floats[MOST] || FIRST_ROWS;
      floats[MOST] = nowMs - floats[CAME_MS]! < SHORT_MS ? Math.min(MAX_ROWS, most * 2) : most;
      floats[CAME_MS] = nowMs;
      if (floats[FROM] === floats[TO]) useSpare(floats);
      const at = floats[FROM] === floats[TO] ? FROM : SPARE_FROM;
      floats[at] = answer.from;
      floats[at + 1] = answer.to;
    });
    Atomics.add(ints, BELL, 1);
    Atomics.notify(ints, BELL);
  }

  /** Takes back what no thread of this machine waits for. */
  recall(slot: number): RowRange[] {
    const { lock, ints, floats } = this.#at(slot);
    return lock.hold(() => {
      const given: RowRange[] = [];
      let kept = Atomics.load(ints, WAITING);
      for (const at of [FROM, SPARE_FROM]) {
        const [from, to] = [floats[at]!, floats[at + 1]!];
        const cut = Math.min(to, from + kept);
        kept -= cut - from;
        if (cut < to) given.push({ from: cut, to });
        floats[at + 1] = cut;
      }
      return given;
    });
  }

  #at(slot: number) {
    return this.#views[slot] ??= this.#view(slot * RECORD_BYTES);
  }

  #view(offset: number) {
    const ints = new Int32Array(this.#memory, offset, 6);
    return { lock: new SharedLock(ints, LOCK), ints, floats: new Float64Array(this.#memory, offset, RECORD_BYTES / 8) };
  }
}

function useSpare(floats: Float64Array): void {
  floats[FROM] = floats[SPARE_FROM]!;
  floats[TO] = floats[SPARE_TO]!;
  floats[SPARE_FROM] = floats[SPARE_TO] = 0;
}

function leftOf(floats: Float64Array): number {
  return floats[TO]! - floats[FROM]! + floats[SPARE_TO]! - floats[SPARE_FROM]!;
}
