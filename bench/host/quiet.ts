// Whether the machine was ours alone while something was measured. Neighbours of a virtual machine take its cores: the
// kernel counts the time that the host withheld as stolen, and what the host does not tell shows in a loop that takes
// longer than it did.

import type { Cpus } from "./proc.ts";

/** Share of a core's time that may be stolen. */
const MOST_STOLEN = 0.02;
/** How much longer the loop may take than its fastest run. */
const MOST_SLOWER = 0.1;
/** About 150 ms of shell. */
const LOOP = "for ((i = 0; i < 60000; i++)); do :; done";
const TICKS_PER_SECOND = 100;

/** Watches cores. */
export class QuietWatch {
  readonly #cores: readonly number[];
  #fastestMs = Infinity;

  constructor(...cpus: readonly Cpus[]) {
    this.#cores = [...new Set(cpus.flatMap((list) => list.split(",").map(Number)))];
  }

  /**
   * Runs something, and the loop before and after it.
   *
   * @returns Its result, and what disturbed it; `null` for nothing
   */
  async watch<Result>(
    body: () => Promise<Result>,
  ): Promise<{ readonly result: Result; readonly noise: string | null }> {
    const loopMs = [await this.#loopMs()];
    const [startMs, stolenBefore] = [performance.now(), this.#stolenSeconds()];
    const result = await body();
    const share = (this.#stolenSeconds() - stolenBefore) / ((performance.now() - startMs) / 1000);
    loopMs.push(await this.#loopMs());
    this.#fastestMs = Math.min(this.#fastestMs, ...loopMs);
    const slower = Math.max(...loopMs) / this.#fastestMs - 1;
    if (share > MOST_STOLEN) return { result, noise: `${percent(share)} of a core's time stolen` };
    if (slower > MOST_SLOWER) return { result, noise: `a loop took ${percent(slower)} longer than at best` };
    return { result, noise: null };
  }

  /** Returns the time of the loop on all cores at once; the slowest counts. */
  async #loopMs(): Promise<number> {
    const times = this.#cores.map(async (core) => {
      const startMs = performance.now();
      await new Deno.Command("taskset", { args: ["-c", String(core), "bash", "-c", LOOP] }).output();
      return performance.now() - startMs;
    });
    return Math.max(...await Promise.all(times));
  }

  /** Returns the time stolen from the core from which most was. */
  #stolenSeconds(): number {
    const stat = Deno.readTextFileSync("/proc/stat");
    const ticks = this.#cores.map((core) =>
      Number(new RegExp(`^cpu${core}(?: \\d+){7} (\\d+)`, "m").exec(stat)?.[1] ?? 0)
    );
    return Math.max(...ticks) / TICKS_PER_SECOND;
  }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
