/**
 * The runs of a program, one after the other, and how to control the current one: by keys, signals or the
 * page.
 *
 * @module
 */

import type { RunResult, RunState } from "../../stats/run_model.ts";
import type { RunOptions } from "../options/options.ts";
import type { ShownRunHooks } from "./runner_hooks.ts";

/** The controls of a run. */
export interface RunControls {
  /** The current state. */
  readonly state: RunState;
  /** Lets running iterations end and starts no others. */
  stop(reason: string): void;
  /** Ends everything at once. */
  interrupt(): void;
  /** Adds or removes users. */
  addUsers(users: number): void;
  /** Sets how many users run. */
  setUsers(count: number): void;
  /** Sets the arrival rate; returns whether there is one. */
  setArrivalRate(perSecond: number): boolean;
  /** Pauses the load, or lets it go on. */
  setPaused(isPaused: boolean): void;
}

/** A runner, as far as a session needs it. */
export interface SessionRunner extends RunControls {
  run(): Promise<RunResult>;
}

/** Starts runs and holds the current one. */
export class RunSession {
  readonly #createRunner: (options: RunOptions, hooks: ShownRunHooks) => SessionRunner;
  #runner: SessionRunner | null = null;
  #isEnding = false;

  /** @param createRunner Makes the runner of a run */
  constructor(createRunner: (options: RunOptions, hooks: ShownRunHooks) => SessionRunner) {
    this.#createRunner = createRunner;
  }

  /** The current run; `null` between runs. */
  get controls(): RunControls | null {
    return this.#runner;
  }

  /**
   * Runs a test to its end.
   *
   * @throws {TypeError} if one is running
   * @throws What the runner throws
   */
  async run(options: RunOptions, hooks: ShownRunHooks): Promise<RunResult> {
    if (this.#runner !== null) throw new TypeError("Cannot start: a run is under way");
    const runner = this.#runner = this.#createRunner(options, hooks);
    this.#isEnding = false;
    try {
      return await runner.run();
    } finally {
      this.#runner = null;
    }
  }

  /** Ends the current run: gracefully at the first call, at once at any later one. */
  end(reason: string): void {
    if (this.#isEnding) this.#runner?.interrupt();
    else this.#runner?.stop(reason);
    this.#isEnding = true;
  }
}
