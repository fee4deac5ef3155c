/**
 * What the workers of an agent have measured, merged.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import type { StatsDelta } from "../../stats/recorder.ts";
import { Totals } from "../../stats/totals.ts";
import type { FromAgent } from "../wire/protocol.ts";
import { isEmpty } from "./empty_delta.ts";

/** Sums over the workers of one machine: since the last report, and since the start. */
export class AgentSums {
  readonly #warmUp = new Totals();
  readonly #load = new Totals();
  /** All that was measured, without the warm-up. */
  readonly all: Totals = new Totals();
  /** End of what each worker has reported, on `nowMs`' clock. */
  readonly #reachedMs = new Map<string, number>();
  /** Whether no worker has reported of the time after the warm-up. */
  isWarmingUp = false;

  /** Adds a worker's delta. */
  add(delta: StatsDelta, worker: string, isWarmUp: boolean): void {
    this.#reachedMs.set(worker, delta.toMs);
    if (isWarmUp) return this.#warmUp.add(delta);
    this.#load.add(delta);
    this.all.add(delta);
    this.isWarmingUp = false;
  }

  /** Returns what was added since the last call; one delta at least, as it also tells how far the workers are. */
  take(): Extract<FromAgent, { type: "report" }>["deltas"] {
    const reached = [...this.#reachedMs.values()];
    const toMs = reached.length === 0 ? nowMs() : reached.reduce((sum, ms) => sum + ms, 0) / reached.length;
    const deltas = [
      { delta: this.#warmUp.takeDelta(toMs), isWarmUp: true },
      { delta: this.#load.takeDelta(toMs), isWarmUp: false },
    ];
    return deltas.filter(({ delta, isWarmUp }) => isWarmUp === this.isWarmingUp || !isEmpty(delta));
  }
}
