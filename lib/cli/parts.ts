/**
 * What the command is put together from.
 *
 * @module
 */

import type { ScriptInfo } from "../engine/messages.ts";
import type { RunOptions } from "../engine/options/options.ts";
import type { RunnerHooks, ShownRunHooks } from "../engine/run/runner_hooks.ts";
import type { SessionRunner } from "../engine/run/run_session.ts";
import type { Baseline } from "../report/compare/baseline.ts";
import type { LiveScreen } from "../report/reporter.ts";
import type { SampleSink } from "../stats/samples/sample_chunk.ts";
import type { RunObserver } from "../stats/run_model.ts";
import type { TypeCheck } from "./commands/type_check.ts";
import type { ReportFlags } from "./flags/flags.ts";
import type { ProcessState } from "./process.ts";

/** Parts of the command that tests replace. */
export interface AppParts {
  /** Creates the runner. */
  createRunner(options: RunOptions, hooks: ShownRunHooks & Pick<RunnerHooks, "createFleet">): SessionRunner;
  /** Returns the contents of a locustfile without running it. */
  inspectScript(options: RunOptions, onLog: (text: string) => void): Promise<ScriptInfo>;
  /** Checks the types of a locustfile. */
  checkTypes(path: string): Promise<TypeCheck>;
  /**
   * Creates the reporters.
   *
   * @throws {UsageError} if a report cannot be written
   */
  createReporters(process: ProcessState, reports: ReportFlags): Promise<Reporters>;
}

/** The reporters of a run. */
export interface Reporters {
  /** Observers of the run. */
  readonly observers: readonly RunObserver[];
  /** The earlier runs that this one is compared with, if there are any. */
  readonly baseline?: Baseline;
  /** Writes single requests, if they are to be written. */
  readonly samples?: SampleSink;
  /** The live table, if there is one. */
  readonly screen?: LiveScreen;
}
