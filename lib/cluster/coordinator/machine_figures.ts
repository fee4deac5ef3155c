/**
 * The sums over the machines of a run.
 *
 * @module
 */

import type { ClassStart, StartState } from "../../engine/messages.ts";
import type { MachineState, WorkerState } from "../../stats/run_model.ts";
import type { AgentState } from "../wire/protocol.ts";
import type { AgentHandle } from "./agent_handle.ts";
import { machineState, machineWarning } from "./machine_states.ts";

/** The figures of a fleet that are sums over its agents. */
export abstract class MachineFigures {
  protected readonly agents: readonly AgentHandle[];
  /** Workers of each agent. */
  protected readonly workers: readonly number[];
  /** Most users that ran at once before the last loss. */
  #mostUsersBefore = 0;

  /**
   * @param agents At least one
   * @param workers Workers of each; changes until the load begins
   */
  constructor(agents: readonly AgentHandle[], workers: readonly number[]) {
    this.agents = agents;
    this.workers = workers;
  }

  /** Users running now. */
  get users(): number {
    return this.#sum((state, isLost) => isLost ? 0 : state.users);
  }

  /** Most users that ran at once. */
  get mostUsers(): number {
    return Math.max(this.#mostUsersBefore, this.#mostUsersNow);
  }

  /** Iterations that ran to their end. */
  get iterations(): number {
    return this.#sum((state) => state.iterations);
  }

  /** Iterations cut off. */
  get interruptedIterations(): number {
    return this.#sum((state) => state.interruptedIterations);
  }

  /** How busy each worker is; without those of lost agents. */
  get states(): WorkerState[] {
    return this.agents.flatMap(({ name, isLost, state }) =>
      (isLost ? [] : state?.workers ?? []).map((one) => ({ ...one, worker: `${name}: ${one.worker}` }))
    );
  }

  /** The machines, whether they run users or not. */
  get machines(): MachineState[] {
    return this.agents.map((agent, index) => machineState(agent, this.workers[index]!));
  }

  /** What the user should know of those that run users. */
  get warnings(): string[] {
    return this.active.map(machineWarning).filter((text) => text !== null);
  }

  /** Whether an iteration has ended without an error. */
  get hasSucceeded(): boolean {
    return this.agents.some(({ state }) => state?.hasSucceeded);
  }

  /** Users that have not got past `onStart`. */
  get starts(): readonly StartState[] {
    return this.agents.flatMap(({ state }) => state?.starts ?? []);
  }

  /** How each class gets through `onStart`. */
  get classStarts(): readonly ClassStart[] {
    return this.agents.flatMap(({ state }) => state?.classStarts ?? []);
  }

  /** Agents that are to run users, those included that are lost since the load began. */
  protected get active(): AgentHandle[] {
    return this.agents.filter((_, index) => this.workers[index]! > 0);
  }

  protected workersOf(agent: AgentHandle): number {
    return this.workers[this.agents.indexOf(agent)]!;
  }

  /** Keeps the most users before others take over those of a lost agent. */
  protected noteLoss(agent: AgentHandle): void {
    const withIt = this.#mostUsersNow + (agent.state?.mostUsers ?? 0);
    this.#mostUsersBefore = Math.max(this.#mostUsersBefore, withIt);
  }

  /** Most users that ran at once on the machines that are left. */
  get #mostUsersNow(): number {
    return this.#sum((state, isLost) => isLost ? 0 : state.mostUsers);
  }

  #sum(figure: (state: AgentState, isLost: boolean) => number): number {
    return this.agents.reduce((sum, { state, isLost }) => state === null ? sum : sum + figure(state, isLost), 0);
  }
}
