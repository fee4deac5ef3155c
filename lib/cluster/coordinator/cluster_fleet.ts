/**
 * The workers of a run on several machines.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import { WorkerError } from "../../core/errors.ts";
import type { ClassStart, PlanMessage, ScriptInfo, StartMessage, StartState } from "../../engine/messages.ts";
import type { RunOptions } from "../../engine/options/options.ts";
import type { PackedData } from "../../engine/packed_data.ts";
import type { Fleet, FleetEvents } from "../../engine/run/fleet/fleet.ts";
import { START_LEAD_MS } from "../../engine/run/fleet/run_times.ts";
import { Saturation } from "../../engine/run/fleet/saturation.ts";
import { WorkerPool } from "../../engine/run/fleet/worker_pool.ts";
import type { StopEvent } from "../../script/events.ts";
import type { CounterValue, WorkerState } from "../../stats/run_model.ts";
import type { ClusterShare } from "../shared/cluster_share.ts";
import { type AgentHandle, failureOf, lossOf } from "./agent_handle.ts";
import type { Bundle } from "../files/bundle.ts";
import { fitWorkers, splitWhole, usersOfMachines } from "./machine_shares.ts";
import { portable } from "./portable.ts";
import type { AgentState, FromAgent } from "../wire/protocol.ts";

/** Round trips that the start instant lies ahead: an order and its acknowledgement may each be lost once. */
const LEAD_ROUND_TRIPS = 3;
/** Additional time that agents have to hand the order to their workers, in milliseconds. */
const AGENT_LEAD_MS = 100;

/** What a run on several machines is made of. */
export interface ClusterParts {
  readonly options: RunOptions;
  readonly events: FleetEvents;
  /** Agents that have joined, at least one. */
  readonly agents: readonly AgentHandle[];
  /** The locustfile and what it imports; `null` without a locustfile. */
  readonly bundle: Bundle | null;
  /** Returns what shows agents that this program has their secret; `null` without one. */
  readonly prove: (options: RunOptions) => string | null;
  /** What all machines share. */
  readonly share: ClusterShare;
  /** Workers on each machine; `null` for one per core of the machine. */
  readonly workersEach: number | null;
}

/** The locustfile's hooks run here, its users on the agents. */
export class ClusterFleet implements Fleet {
  readonly #parts: ClusterParts;
  /** Has only the worker for hooks. */
  readonly #local: WorkerPool;
  readonly #agents: readonly AgentHandle[];
  /** Workers of each agent. */
  #workers: number[];
  readonly saturation: Saturation = new Saturation();
  /** Exit code that the script asked for on an agent. */
  #exitCode: number | null = null;
  #resolveAllEnded: () => void = () => {};
  readonly allEnded: Promise<void> = new Promise((resolve) => this.#resolveAllEnded = resolve);

  /** Sends the locustfile to all agents, which import it at once. */
  constructor(parts: ClusterParts) {
    const { events, agents, workersEach } = parts;
    const seed = parts.options.seed ?? crypto.getRandomValues(new Uint32Array(1))[0]!; // the same on all machines
    const options = { ...parts.options, seed };
    this.#parts = { ...parts, options };
    this.#agents = agents;
    this.#workers = agents.map(({ cores }) => workersEach ?? cores);
    this.#local = new WorkerPool({ ...options, workers: 0 }, events, { hasScript: true, share: parts.share });
    for (const agent of agents) {
      agent.events = { onNews: (from, news) => this.#take(from, news), onLost: (from) => this.#onLost(from) };
    }
  }

  get requestedWorkers(): number {
    return sum(this.#workers);
  }

  get size(): number {
    return sum(this.#workers);
  }

  get reporters(): number {
    return this.#active.length;
  }

  get startLeadMs(): number {
    const slowest = Math.max(...this.#active.map(({ roundTripMs }) => roundTripMs));
    return START_LEAD_MS + AGENT_LEAD_MS + (Number.isFinite(slowest) ? LEAD_ROUND_TRIPS * slowest : 0);
  }

  get users(): number {
    return sum(this.#agents.map(({ isLost, state }) => isLost ? 0 : state?.users ?? 0));
  }

  get mostUsers(): number {
    return this.#sum((state) => state.mostUsers);
  }

  get iterations(): number {
    return this.#sum((state) => state.iterations);
  }

  get interruptedIterations(): number {
    return this.#sum((state) => state.interruptedIterations);
  }

  get states(): WorkerState[] {
    return this.#agents.flatMap(({ name, state }) =>
      (state?.workers ?? []).map((one) => ({ ...one, worker: `${name}: ${one.worker}` }))
    );
  }

  get taskSeed(): number | null {
    return this.#local.taskSeed;
  }

  get exitCode(): number | null {
    return this.#local.exitCode ?? this.#exitCode;
  }

  get counters(): readonly CounterValue[] {
    return this.#parts.share.counters;
  }

  get hasSucceeded(): boolean {
    return this.#agents.some(({ state }) => state?.hasSucceeded);
  }

  get starts(): readonly StartState[] {
    return this.#agents.flatMap(({ state }) => state?.starts ?? []);
  }

  get classStarts(): readonly ClassStart[] {
    return this.#agents.flatMap(({ state }) => state?.classStarts ?? []);
  }

  get endedAtMs(): number {
    return Math.max(...this.#active.map(({ ended }) => ended?.atMs ?? nowMs()));
  }

  get isLimitReached(): boolean {
    return this.#active.some(({ ended }) => ended?.isLimitReached);
  }

  async loaded(): Promise<ScriptInfo> {
    const { options, bundle, prove } = this.#parts;
    const proof = prove(options);
    const load = (agent: AgentHandle, index: number) =>
      agent.ask({ type: "load", options, workers: this.#workers[index]!, bundle, proof });
    const script = await this.#local.loaded(); // an error of the locustfile is shown as one of this machine
    await Promise.all(this.#agents.map(load));
    return script;
  }

  async resizeTo(workers: number): Promise<void> {
    const wanted = fitWorkers(this.#workers, workers);
    const changed = this.#agents.filter((_, index) => wanted[index] !== this.#workers[index] && wanted[index]! > 0);
    this.#workers = wanted;
    await Promise.all(changed.map((agent) => agent.ask({ type: "resize", workers: this.#workersOf(agent) })));
  }

  setup(): Promise<PackedData> {
    return this.#local.setup();
  }

  teardown(event: StopEvent): Promise<void> {
    return this.#local.teardown(event);
  }

  control(): Promise<void> {
    return this.#local.control();
  }

  giveUpControl(): boolean {
    return this.#local.giveUpControl();
  }

  async prepare(data: PackedData, classes: readonly number[]): Promise<void> {
    const packed = portable(data);
    await Promise.all(this.#active.map((agent) => agent.ask({ type: "prepare", data: packed, classes })));
  }

  start(start: Omit<StartMessage, "type" | "workers">): void {
    const active = this.#active;
    const counts = active.map((agent) => this.#workersOf(agent));
    const users = usersOfMachines(counts, start.scenarios);
    const weights = users.includes(0) ? counts : users; // `control` may give each of them users later
    const { iterations, maxRequestsPerSecond } = this.#parts.options;
    const iterationsOf = iterations === null ? null : splitWhole(iterations, weights);
    let first = 0;
    for (const [index, agent] of active.entries()) {
      const { offsetMs } = agent;
      const part = {
        first,
        iterations: iterationsOf?.[index] ?? null,
        maxRequestsPerSecond: maxRequestsPerSecond === null
          ? null
          : maxRequestsPerSecond * weights[index]! / sum(weights),
      };
      first += counts[index]!;
      agent.send({
        type: "start",
        start: {
          startMs: start.startMs + offsetMs,
          endMs: start.endMs + offsetMs,
          scenarios: start.scenarios.map((one) => ({ ...one, plan: onClockOf(agent, one.plan) })),
          workers: this.size,
          part,
        },
      });
    }
  }

  setPaused(isPaused: boolean): void {
    for (const agent of this.#active) agent.send({ type: "pause", isPaused });
  }

  follow(plan: PlanMessage): void {
    for (const agent of this.#active) agent.send({ type: "follow", plan: onClockOf(agent, plan) });
  }

  stop(): void {
    for (const agent of this.#active) agent.send({ type: "stop" });
    this.#local.stop();
  }

  interrupt(): void {
    for (const agent of this.#active) agent.send({ type: "interrupt" });
  }

  abandon(): void {
    for (const agent of this.#active) agent.send({ type: "abandon" });
  }

  terminate(): void {
    this.#parts.share.close();
    this.#local.terminate(); // the coordinator ends the agents' part
  }

  /** Agents that run users. */
  get #active(): AgentHandle[] {
    return this.#agents.filter((_, index) => this.#workers[index]! > 0);
  }

  #workersOf(agent: AgentHandle): number {
    return this.#workers[this.#agents.indexOf(agent)]!;
  }

  #sum(figure: (state: AgentState) => number): number {
    return sum(this.#agents.map(({ state }) => state === null ? 0 : figure(state)));
  }

  #take(agent: AgentHandle, news: Exclude<FromAgent, { type: "done" }>): void {
    const { events } = this.#parts;
    switch (news.type) {
      case "report":
        for (const { delta, isWarmUp } of news.deltas) events.onDelta(delta, agent.name, isWarmUp);
        for (const { worker, busyShare, lagMs } of news.state.workers) {
          const use = { cpuShare: busyShare, waitShare: 0, stoppedShare: 0, lagMs };
          this.saturation.add(`${agent.name}: ${worker}`, use, nowMs());
        }
        return;
      case "ended":
        return this.#noteEnd(agent);
      case "failed": {
        const error = failureOf(news, agent.name);
        return error instanceof WorkerError ? events.onDeath(error, false) : events.onFailure(error);
      }
      case "shutdown":
        this.#exitCode ??= news.exitCode;
        return events.onShutdown(news.reason);
      case "death":
        return events.onDeath(new WorkerError(`${agent.name}: ${news.message}`), news.isThrown);
      case "log":
        return events.onLog(news.level, `${agent.name}: ${news.text}`);
      case "print":
        return events.onPrint(news.text, news.isError);
    }
  }

  #onLost(agent: AgentHandle): void {
    this.#parts.share.lose(agent);
    if (this.#workersOf(agent) === 0 || agent.ended !== null) return;
    this.#parts.events.onDeath(lossOf(agent), false);
    this.#noteEnd(agent);
  }

  #noteEnd(agent: AgentHandle): void {
    this.#parts.events.onEnded(agent.name);
    if (this.#active.every(({ isLost, ended }) => isLost || ended !== null)) this.#resolveAllEnded();
  }
}

function onClockOf({ offsetMs }: AgentHandle, plan: PlanMessage): PlanMessage {
  return { ...plan, startMs: plan.startMs + offsetMs };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
