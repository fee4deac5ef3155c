/**
 * Why a run has no result or a partial one.
 *
 * @module
 */

import type { RunResult } from "../../stats/run_model.ts";
import type { Audience } from "./audience.ts";
import type { RunLog } from "./run_log.ts";
import type { RunStats } from "./run_stats.ts";

/** The error that made a run fail, if the options or the locustfile caused it. */
export class RunFailure {
  /** The first of them; `null` while there is none. */
  error: Error | null = null;

  /**
   * Goes on after a load that it ended, if there are results to keep.
   *
   * @throws {Error} the failure, if nothing was measured
   */
  settle(stats: RunStats, log: RunLog): void {
    if (this.error === null) return;
    if (stats.allRequests === 0) throw this.error;
    log.problem(this.error.message);
  }

  /** Shows observers a run without results. */
  async tell(audience: Audience, makeResult: () => RunResult, error: unknown): Promise<void> {
    this.error ??= error instanceof Error ? error : new Error(String(error));
    const result = makeResult();
    const problems = [...result.problems, this.error.message];
    await audience.tellEach((observer) => observer.onFailure?.({ ...result, problems }));
  }
}
