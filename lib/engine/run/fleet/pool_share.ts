/**
 * What users share over all machines, as one pool of workers sees it.
 *
 * @module
 */

import { nowMs } from "../../../core/clock.ts";
import type { ShareAnswer, ShareAsk } from "../../../script/shared/remote.ts";
import { createLeaseMemory, type LeaseAnswer, LeaseTable, type RowRange } from "../../../script/shared/lease_table.ts";
import { SharedRing } from "../../../script/shared/ring.ts";
import type { SharedTable } from "../../../script/shared/shared_table.ts";

/** Carries what workers ask to whoever keeps what all machines share; calls `answer` once, if ever. */
export type ShareRoad = (key: string, ask: ShareAsk, answer: (answer: ShareAnswer) => void) => void;

/** A way to what all machines share, and from there to the pool. */
export interface ShareLine {
  readonly road: ShareRoad;
  /** Sets the pool that is told what others do. */
  attach(pool: PoolShare): void;
}

/** The part of it that is in the memory of the pool's workers: leased rows and broadcasts. */
export class PoolShare {
  /** Memory of the leases. */
  readonly memory: SharedArrayBuffer = createLeaseMemory();
  readonly #leases = new LeaseTable(this.memory);
  readonly #table: SharedTable;
  readonly #road: ShareRoad;
  readonly #rings = new Map<string, SharedRing>();

  /** @param table The memory that the workers share by name */
  constructor(table: SharedTable, line: ShareLine) {
    this.#table = table;
    this.#road = line.road;
    line.attach(this);
  }

  /** Takes what a worker asks; rows go to the memory of all, other answers to the worker. */
  carry(key: string, ask: ShareAsk, answer: (answer: ShareAnswer) => void): void {
    this.#road(
      key,
      ask,
      ask.kind !== "lease" ? answer : (leased) => {
        const given = "value" in leased ? leased.value as LeaseAnswer : "over";
        this.#leases.put(ask.slot, given, nowMs());
      },
    );
  }

  /** Gives a message of a broadcast to all workers. */
  deliver(name: string, record: Uint8Array): void {
    let ring = this.#rings.get(name);
    if (ring === undefined) this.#rings.set(name, ring = new SharedRing(this.#table.region(`broadcast ${name}`)));
    ring.pushOver(record);
    ring.ring();
  }

  /** Takes back rows that no worker waits for. */
  recall(name: string): RowRange[] {
    return this.#leases.recall(this.#table.slot(`rows ${name}`));
  }
}
