/**
 * The agents of a run until its load begins.
 *
 * @module
 */

import { WorkerError } from "../../core/errors.ts";
import type { PackedData } from "../../engine/packed_data.ts";
import type { FleetEvents } from "../../engine/run/fleet/fleet.ts";
import type { ToAgent } from "../wire/protocol.ts";
import type { AgentHandle } from "./agent_handle.ts";
import { fitWorkers } from "./machine_shares.ts";
import { lossReason } from "./machine_states.ts";

/** What the wait for the load is made of. */
export interface BeforeLoadParts {
  /** Agents that have joined, at least one. */
  readonly agents: readonly AgentHandle[];
  /** Workers on each machine; `null` for one per core of the machine. */
  readonly workersEach: number | null;
  /** Fewest agents that the load may begin with, 1 or more. */
  readonly leastAgents: number;
  /** Whether the run stops when an agent is lost; otherwise the others go on without it. */
  readonly stopsOnLoss: boolean;
  readonly events: Pick<FleetEvents, "onDeath" | "onLoss">;
}

/** An order that all agents get, without the workers of each. */
export type LoadOrder = Omit<Extract<ToAgent, { type: "load" }>, "type" | "id" | "workers">;

/**
 * Brings all agents to where their load can begin. One that is lost on the way leaves its workers to the others, unless
 * too few are left or the run is to stop.
 */
export class BeforeLoad {
  readonly #parts: BeforeLoadParts;
  /** Workers that each agent can run; 0 once it is lost. */
  readonly #offered: number[];
  /** Workers of each agent, in the order of the agents; 0 for those that run no users. */
  readonly workers: number[];
  #wanted = Infinity;
  #losses = 0;
  /** Whether the import, which reports a fatal loss by throwing it, is not over. */
  #isImporting = true;
  #isReady = false;
  /** Rejects with the loss that ends the run. */
  readonly #over = Promise.withResolvers<never>();
  #fatal: WorkerError | null = null;

  /** Asks nothing yet. */
  constructor(parts: BeforeLoadParts) {
    this.#parts = parts;
    this.#offered = parts.agents.map(({ cores }) => parts.workersEach ?? cores);
    this.workers = [...this.#offered];
    this.#over.promise.catch(() => {}); // those that wait hear of it; maybe nobody does
  }

  /**
   * Has all agents import the locustfile.
   *
   * @throws {ScriptError | UsageError} as an agent says
   * @throws {WorkerError} if a worker of an agent dies, or the run cannot go on without those that are lost
   */
  async load(order: LoadOrder): Promise<void> {
    await this.#askAll(this.#active, (agent) => agent.ask({ type: "load", ...order, workers: this.#workersOf(agent) }));
  }

  /** Waits for a promise; rejects with the loss that ends the run. */
  orLoss<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.#over.promise]);
  }

  /**
   * Sets how many workers there are over all agents.
   *
   * @throws as {@linkcode BeforeLoad.load} does
   */
  async resizeTo(workers: number): Promise<void> {
    this.#wanted = workers;
    await this.#fit();
    this.#isImporting = false;
  }

  /**
   * Has all agents do what takes time before the load. If the run cannot go on without those that are lost, it returns,
   * and the run has been told to stop.
   *
   * @throws {ScriptError | UsageError} as an agent says
   * @throws {WorkerError} if a worker of an agent dies
   */
  async prepare(data: PackedData, classes: readonly number[]): Promise<void> {
    const ready = new Set<AgentHandle>();
    try {
      for (;;) {
        // Those that are ready keep their workers.
        if (ready.size === 0 || this.#active.length === 0) await this.#fit();
        const rest = this.#active.filter((agent) => !ready.has(agent));
        if (rest.length === 0) break;
        await this.#askAll(rest, (agent) => agent.ask({ type: "prepare", data, classes }));
        for (const agent of rest) ready.add(agent);
      }
      this.#isReady = true;
    } catch (error) {
      if (error !== this.#fatal) throw error;
    }
  }

  /** Goes on without an agent, or ends the run. */
  lose(agent: AgentHandle, error: WorkerError): void {
    const { agents, stopsOnLoss, leastAgents, events } = this.#parts;
    const index = agents.indexOf(agent);
    const hadUsers = this.workers[index]! > 0;
    this.#offered[index] = this.workers[index] = 0;
    this.#losses++;
    if (!hadUsers || this.#fatal !== null) return;
    const left = this.#offered.filter((workers) => workers > 0).length;
    const isStranded = left === 0 || (this.#isReady && this.#active.length === 0);
    if (!stopsOnLoss && left >= leastAgents && !isStranded) {
      const others = left === 1 ? "the other machine runs" : `the other ${left} machines run`;
      return events.onLoss(new WorkerError(`${error.message}; ${others} the whole load`));
    }
    const tooFew = !stopsOnLoss && left > 0 && left < leastAgents
      ? `; ${left === 1 ? "1 agent is" : `${left} agents are`} left, expected at least ${leastAgents}`
      : "";
    const fatal = this.#fatal = new WorkerError(`${error.message}${tooFew}`);
    this.#over.reject(fatal);
    events.onDeath(fatal, this.#isImporting, `${lossReason(agent)} before the load`);
  }

  /** Gives each agent its workers. */
  async #fit(): Promise<void> {
    const { agents } = this.#parts;
    for (let losses = NaN; losses !== this.#losses;) {
      losses = this.#losses;
      const wanted = fitWorkers(this.#offered, this.#wanted);
      const changed = agents.filter((_, index) => wanted[index] !== this.workers[index] && wanted[index]! > 0);
      this.workers.splice(0, wanted.length, ...wanted);
      await this.#askAll(changed, (agent) => agent.ask({ type: "resize", workers: this.#workersOf(agent) }));
    }
  }

  /** Asks agents and waits for those that are not lost meanwhile. */
  async #askAll(agents: readonly AgentHandle[], ask: (agent: AgentHandle) => Promise<unknown>): Promise<void> {
    const answers = agents.map(async (agent) => {
      try {
        await ask(agent);
      } catch (error) {
        if (!agent.isLost) throw error; // what a loss means is for `lose` to say
      }
    });
    await this.orLoss(Promise.all(answers));
    if (this.#fatal !== null) throw this.#fatal;
  }

  /** Agents that are to run users. */
  get #active(): AgentHandle[] {
    return this.#parts.agents.filter((_, index) => this.workers[index]! > 0);
  }

  #workersOf(agent: AgentHandle): number {
    return this.workers[this.#parts.agents.indexOf(agent)]!;
  }
}
