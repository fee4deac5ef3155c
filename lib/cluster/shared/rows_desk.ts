/**
 * Which machine has which rows, at the coordinator.
 *
 * @module
 */

import { within } from "../wire/within.ts";
import type { LeaseAnswer, LeaseAsk, RowRange } from "../../script/shared/lease_table.ts";

/** How long a machine may take to give rows back before the others go on without these, in milliseconds. */
const RECALL_MS = 2000;
/** Leases that a machine takes, on average, of what is left of the first pass. */
const SHARES = 4;

/** A machine that has rows, or asks for some. */
export interface RowsMember {
  readonly name: string;
  /** Takes back what it does not need; never rejects, and gives nothing of a machine that is lost. */
  recall(rows: string): Promise<readonly RowRange[]>;
}

interface Asking {
  readonly member: RowsMember;
  readonly ask: LeaseAsk;
  readonly answer: (answer: LeaseAnswer) => void;
}

/**
 * One sequence of rows. In the first pass each row is leased once: if all are leased and a machine has none left, the
 * others give back what they have not used. Later passes are leased on without that, as their rows are taken again anyway.
 */
export class RowsDesk {
  readonly #name: string;
  readonly #length: number;
  readonly #isRepeated: boolean;
  readonly #machines: () => number;
  readonly #recallMs: number;
  /** Rows below this have been leased. */
  #next = 0;
  /** Rows of the first pass that came back. */
  #free: RowRange[] = [];
  /** Whether every row of the first pass has been taken, or is lost. */
  #isPassed = false;
  /** Those that have leases, and how many rows they may have left at most. */
  readonly #holders = new Map<RowsMember, number>();
  #waiting: Asking[] = [];
  #isRecalling = false;
  /** Those that have not answered a recall: nobody waits for them a second time. */
  readonly #asked = new Set<RowsMember>();

  /**
   * @param machines Number of machines that share the rows
   * @param recallMs How long a machine may take to give rows back, in milliseconds. @default {2000}
   */
  constructor({ name, length, isRepeated }: LeaseAsk, machines: () => number, recallMs: number = RECALL_MS) {
    this.#recallMs = recallMs;
    this.#name = name;
    this.#length = length;
    this.#isRepeated = isRepeated;
    this.#machines = machines;
  }

  /** Number of rows in a pass. */
  get length(): number {
    return this.#length;
  }

  /** Leases rows to a machine. */
  lease(member: RowsMember, ask: LeaseAsk, answer: (answer: LeaseAnswer) => void): void {
    this.#holders.set(member, ask.left);
    const range = this.#take(ask.most);
    if (range !== null) return this.#give(member, range, answer);
    if (this.#isPassed) return answer("over");
    if (!ask.isUrgent) return answer("later");
    this.#waiting.push({ member, ask, answer });
    void this.#recallAll();
  }

  /** Forgets a machine; returns how many rows nobody will take any more, at most. */
  lose(member: RowsMember): number {
    const left = this.#holders.get(member) ?? 0;
    this.#holders.delete(member);
    this.#asked.delete(member);
    this.#waiting = this.#waiting.filter((one) => one.member !== member);
    return left;
  }

  #give(member: RowsMember, range: RowRange, answer: (answer: LeaseAnswer) => void): void {
    this.#holders.set(member, (this.#holders.get(member) ?? 0) + range.to - range.from);
    answer(range);
  }

  /** Returns rows that nobody has, or `null`. */
  #take(most: number): RowRange | null {
    const first = this.#free[0];
    if (first !== undefined) {
      const free = this.#free.reduce((sum, { from, to }) => sum + to - from, 0);
      const to = Math.min(first.to, first.from + this.#fair(most, free));
      if (to === first.to) this.#free.shift();
      else this.#free[0] = { from: to, to: first.to };
      return { from: first.from, to };
    }
    if (this.#next >= this.#length && !(this.#isPassed && this.#isRepeated)) return null;
    const count = this.#isPassed ? most : this.#fair(most, this.#length - this.#next);
    const from = this.#next;
    this.#next += count;
    return { from, to: this.#next };
  }

  /** What is left of the first pass is dealt in ever smaller leases. */
  #fair(most: number, left: number): number {
    return Math.max(1, Math.min(most, Math.floor(left / (SHARES * this.#machines()))));
  }

  /** Asks all for what they do not need, and deals that to those that wait. */
  async #recallAll(): Promise<void> {
    if (this.#isRecalling) return;
    this.#isRecalling = true;
    while (this.#waiting.length > 0) {
      const recalls = [...this.#holders.keys()].filter((member) => !this.#asked.has(member)).map((member) =>
        this.#recall(member)
      );
      await within(Promise.all(recalls), this.#recallMs); // what comes later is free then
      if (this.#free.length === 0) this.#isPassed = true;
      for (const { member, ask, answer } of this.#waiting.splice(0)) {
        const range = this.#take(ask.most);
        if (range !== null) this.#give(member, range, answer);
        else if (this.#isPassed) answer("over");
        else this.#waiting.push({ member, ask, answer });
      }
    }
    this.#isRecalling = false;
  }

  async #recall(member: RowsMember): Promise<void> {
    this.#asked.add(member);
    const ranges = await member.recall(this.#name);
    this.#asked.delete(member);
    const count = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
    const left = this.#holders.get(member);
    if (left !== undefined) this.#holders.set(member, Math.max(0, left - count));
    this.#free.push(...ranges);
  }
}
