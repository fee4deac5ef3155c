/**
 * A run on several machines, from the wait for its agents to its result.
 *
 * @module
 */

import type { RunOptions } from "../../engine/options/options.ts";
import type { FleetFactory } from "../../engine/run/fleet/fleet.ts";
import type { SessionRunner } from "../../engine/run/run_session.ts";
import type { RunResult, RunState } from "../../stats/run_model.ts";
import type { Coordinator } from "./coordinator.ts";

/** The wait for agents was ended by the user. */
export class WaitEndedError extends Error {
  override readonly name = "WaitEndedError";

  /** Says so. */
  constructor() {
    super("Stopped while waiting for agents");
  }
}

/** Waits for agents, then runs users on them. */
export class MachinesRunner implements SessionRunner {
  readonly #open: () => Promise<Coordinator>;
  readonly #locustfile: string | null;
  readonly #runner: SessionRunner;
  readonly #waitEnd = new AbortController();
  #coordinator: Coordinator | null = null;
  #isWaiting = true;

  /**
   * Creates the runner of a run; starts nothing.
   *
   * @param open Connects to the NATS server
   * @param createRunner Makes a runner of the same options whose workers are on the agents
   */
  constructor(
    open: () => Promise<Coordinator>,
    { locustfile }: RunOptions,
    createRunner: (createFleet: FleetFactory) => SessionRunner,
  ) {
    this.#open = open;
    this.#locustfile = locustfile;
    this.#runner = createRunner((options, events) => this.#coordinator!.createFleet(options, events));
  }

  /**
   * Runs it to its end.
   *
   * @throws {UsageError} if there is no NATS server, or too few agents join
   * @throws {WaitEndedError} if it is stopped before they have joined
   * @throws What a run on one machine throws
   */
  async run(): Promise<RunResult> {
    const coordinator = this.#coordinator = await this.#open();
    try {
      await coordinator.gather(this.#locustfile, this.#waitEnd.signal);
      if (this.#waitEnd.signal.aborted) throw new WaitEndedError();
      this.#isWaiting = false;
      return await this.#runner.run();
    } finally {
      await coordinator.close();
    }
  }

  /** The current state. */
  get state(): RunState {
    return this.#runner.state;
  }

  /** Lets running iterations end; gives up the wait for agents, and soon that for a NATS server that is away. */
  stop(reason: string): void {
    if (this.#isWaiting) return this.#waitEnd.abort();
    this.#runner.stop(reason);
    this.#coordinator?.hurry(false);
  }

  /** Ends everything at once. */
  interrupt(): void {
    if (this.#isWaiting) return this.#waitEnd.abort();
    this.#runner.interrupt();
    this.#coordinator?.hurry(true);
  }

  /** Adds or removes users. */
  addUsers(users: number): void {
    this.#runner.addUsers(users);
  }

  /** Sets how many users run. */
  setUsers(count: number): void {
    this.#runner.setUsers(count);
  }

  /** Sets the arrival rate; returns whether there is one. */
  setArrivalRate(perSecond: number): boolean {
    return this.#runner.setArrivalRate(perSecond);
  }

  /** Pauses the load, or lets it go on. */
  setPaused(isPaused: boolean): void {
    this.#runner.setPaused(isPaused);
  }
}
