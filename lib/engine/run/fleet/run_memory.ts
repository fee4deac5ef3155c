/**
 * What all workers of a run share beside messages.
 *
 * @module
 */

import { ENVIRONMENT_LOCK_BYTES } from "../../../http/environment.ts";
import { createCapClock } from "../../../load/rate_cap.ts";
import { counterValues } from "../../../script/shared/counter.ts";
import { createSharedMemory, SharedTable } from "../../../script/shared/shared_table.ts";
import type { CounterValue } from "../../../stats/run_model.ts";
import type { RunOptions } from "../../options/options.ts";
import type { LoadMessage } from "../../messages.ts";

/** The parts of a message that are the same for all workers. */
export type SharedParts = Pick<
  LoadMessage,
  "options" | "iterationCounter" | "capClock" | "environmentLock" | "seed" | "sharedMemory"
>;

/** The memory of one run, and the seed of its random choices. */
export class RunMemory {
  /** What each worker gets. */
  readonly parts: SharedParts;
  /** What workers share by name. */
  readonly table: SharedTable;

  /** Creates the memory; without a seed in the options, a random one is used. */
  constructor(options: RunOptions) {
    const sharedMemory = createSharedMemory();
    this.table = new SharedTable(sharedMemory);
    this.parts = {
      options,
      iterationCounter: new SharedArrayBuffer(4),
      capClock: createCapClock(),
      environmentLock: new SharedArrayBuffer(ENVIRONMENT_LOCK_BYTES),
      seed: options.seed ?? crypto.getRandomValues(new Uint32Array(1))[0]!,
      sharedMemory,
    };
  }

  /** Names and values of the shared counters, in the order first used. */
  get counters(): readonly CounterValue[] {
    return counterValues(this.table);
  }
}
