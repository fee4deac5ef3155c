/**
 * CPU time of the current thread.
 *
 * @module
 */

import { nowMs, threadCpuMs } from "../../../core/clock.ts";
import type { ThreadTime } from "../../messages.ts";

/** Linux's scheduler statistics of the calling thread: time on a core, and time ready but without one. */
const SCHEDULER_STATISTICS = "/proc/thread-self/schedstat";

/** Whether they may be read without a permission prompt; undefined before the first check. */
let isReadable: boolean | undefined;

/** Measures the time of this thread from one call to the next. */
export class ThreadLoad {
  #cpuMs: number | null = threadCpuMs();
  #waitMs: number | null = threadWaitMs();
  #atMs: number = nowMs();

  /** Returns how time was spent since the last call. Costs about 10 µs. */
  take(): ThreadTime {
    const [cpu, wait, at] = [threadCpuMs(), threadWaitMs(), nowMs()];
    const [cpuBefore, waitBefore, atBefore] = [this.#cpuMs, this.#waitMs, this.#atMs];
    this.#cpuMs = cpu;
    this.#waitMs = wait;
    this.#atMs = at;
    return {
      cpuShare: cpu === null || cpuBefore === null || at <= atBefore ? null : (cpu - cpuBefore) / (at - atBefore),
      waitShare: wait === null || waitBefore === null || at <= atBefore ? 0 : (wait - waitBefore) / (at - atBefore),
    };
  }
}

/**
 * Returns how long this thread has waited for a core so far, in milliseconds; `null` if the system does not report it, or
 * the permission is missing, which is not requested.
 */
export function threadWaitMs(): number | null {
  isReadable ??= Deno.permissions.querySync({ name: "read", path: SCHEDULER_STATISTICS }).state === "granted";
  if (!isReadable) return null;
  try {
    const [, waitNs] = Deno.readTextFileSync(SCHEDULER_STATISTICS).split(" ");
    return Number(waitNs) / 1e6;
  } catch {
    return null; // not on this system, or Deno wants every permission for it
  }
}
