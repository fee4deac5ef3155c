/**
 * Who watches a run.
 *
 * @module
 */

import type { LogLevel } from "../../core/log_level.ts";
import type { RunObserver } from "../../stats/run_model.ts";

/** Who watches a run, and where its log goes. */
export interface RunnerHooks {
  /** Shown the run's start, state and result. @default nobody */
  readonly observers?: readonly RunObserver[];
  /** Takes log lines at the level asked for and above. @default nothing is written */
  readonly log?: (level: LogLevel, text: string) => void;
  /** Given the most users that the plan may run at once, before a hook is called; what it throws ends the run. */
  readonly checkUsers?: (users: number) => void;
}
