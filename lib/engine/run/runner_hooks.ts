/**
 * Who watches a run.
 *
 * @module
 */

import type { LogLevel } from "../../core/log_level.ts";
import type { RunObserver } from "../../stats/run_model.ts";

/** The observers of a run, and the sink of its log. */
export interface RunnerHooks {
  /** Receive the run's start, state and result. @default none */
  readonly observers?: readonly RunObserver[];
  /** Takes log lines at the level asked for and above. @default nothing is written */
  readonly log?: (level: LogLevel, text: string) => void;
  /** Takes what the locustfile's `console` prints, line breaks included. @default stdout, or stderr for errors */
  readonly print?: (text: string, isError: boolean) => void;
  /** Given the most users that the plan may run at once, before a hook is called; what it throws ends the run. */
  readonly checkUsers?: (users: number) => void;
}

/** Writes to the process's own streams. */
export function printThrough(text: string, isError: boolean): void {
  const bytes = new TextEncoder().encode(text);
  const stream = isError ? Deno.stderr : Deno.stdout;
  for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
}
