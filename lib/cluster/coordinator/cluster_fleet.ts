/**
 * The workers of a run on several machines.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import { WorkerError } from "../../core/errors.ts";
import type { PlanMessage, ScriptInfo, StartMessage } from "../../engine/messages.ts";
import type { RunOptions } from "../../engine/options/options.ts";
import type { PackedData } from "../../engine/packed_data.ts";
import type { Fleet, FleetEvents } from "../../engine/run/fleet/fleet.ts";
import { START_LEAD_MS } from "../../engine/run/fleet/run_times.ts";
import { Saturation } from "../../engine/run/fleet/saturation.ts";
import { WorkerPool } from "../../engine/run/fleet/worker_pool.ts";
import type { StopEvent } from "../../script/events.ts";
import type { CounterValue } from "../../stats/run_model.ts";
import type { ClusterShare } from "../shared/cluster_share.ts";
import type { BundleHead } from "../files/bundle.ts";
import { type AgentHandle, failureOf } from "./agent_handle.ts";
import { BeforeLoad, type BeforeLoadParts } from "./before_load.ts";
import { MachineFigures } from "./machine_figures.ts";
import { heirsText, lossReason, lossText } from "./machine_states.ts";
import { portable } from "./portable.ts";
import { RunShares } from "./run_shares.ts";
import type { FromAgent } from "../wire/protocol.ts";

/** Round trips that the start instant lies ahead: an order and its acknowledgement may each be lost once. */
const LEAD_ROUND_TRIPS = 3;
/** Additional time that agents have to hand the order to their workers, in milliseconds. */
const AGENT_LEAD_MS = 100;

/** What a run on several machines is made of. */
export interface ClusterParts extends Omit<BeforeLoadParts, "events"> {
  readonly options: RunOptions;
  readonly events: FleetEvents;
  /** The locustfile and what it imports; `null` without a locustfile. */
  readonly bundle: BundleHead | null;
  /** Returns what shows agents that this program has their secret; `null` without one. */
  readonly prove: (options: RunOptions) => string | null;
  /** What all machines share. */
  readonly share: ClusterShare;
  /** Silence of this program after which agents end their load, in milliseconds. */
  readonly aloneAfterMs: number;
}

/** The locustfile's hooks run here, its users on the agents. */
export class ClusterFleet extends MachineFigures implements Fleet {
  readonly #parts: ClusterParts;
  readonly #before: BeforeLoad;
  /** Has only the worker for hooks. */
  readonly #local: WorkerPool;
  /** Agents that run users, in the order of their shares, once the load has begun. */
  #running: readonly AgentHandle[] = [];
  #shares: RunShares | null = null;
  #startMs = 0;
  readonly saturation: Saturation = new Saturation();
  /** Exit code that the script asked for on an agent. */
  #exitCode: number | null = null;
  #resolveAllEnded: () => void = () => {};
  readonly allEnded: Promise<void> = new Promise((resolve) => this.#resolveAllEnded = resolve);

  /** Sends the locustfile to all agents, which import it at once. */
  constructor(parts: ClusterParts) {
    const { events, agents } = parts;
    const before = new BeforeLoad(parts);
    super(agents, before.workers);
    this.#before = before;
    const seed = parts.options.seed ?? crypto.getRandomValues(new Uint32Array(1))[0]!; // the same on all machines
    const options = { ...parts.options, seed };
    this.#parts = { ...parts, options };
    this.#local = new WorkerPool({ ...options, workers: 0 }, events, { hasScript: true, share: parts.share });
    for (const agent of agents) {
      agent.events = {
        onNews: (from, news) => this.#take(from, news),
        onLost: (from, error) => this.#onLost(from, error),
      };
    }
  }

  get requestedWorkers(): number {
    return sum(this.workers);
  }

  get size(): number {
    return sum(this.workers);
  }

  get reporters(): number {
    return this.active.length;
  }

  get startLeadMs(): number {
    const slowest = Math.max(...this.active.map(({ roundTripMs }) => roundTripMs));
    return START_LEAD_MS + AGENT_LEAD_MS + (Number.isFinite(slowest) ? LEAD_ROUND_TRIPS * slowest : 0);
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

  get endedAtMs(): number {
    const ends = this.active.flatMap(({ ended, isLost }) => ended !== null ? [ended.atMs] : isLost ? [] : [nowMs()]);
    return ends.length === 0 ? nowMs() : Math.max(this.#startMs, ...ends);
  }

  get isLimitReached(): boolean {
    return this.active.some(({ ended }) => ended?.isLimitReached);
  }

  async loaded(): Promise<ScriptInfo> {
    const { options, bundle, prove, aloneAfterMs } = this.#parts;
    // An error of the locustfile is shown as one of this machine.
    const script = await this.#before.orLoss(this.#local.loaded());
    await this.#before.load({ options, bundle, proof: prove(options), aloneAfterMs });
    return script;
  }

  resizeTo(workers: number): Promise<void> {
    return this.#before.resizeTo(workers);
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
    await this.#before.prepare(portable(data), classes);
  }

  start(start: Omit<StartMessage, "type" | "workers">): void {
    const { iterations, maxRequestsPerSecond } = this.#parts.options;
    const running = this.#running = this.active;
    const workers = running.map((agent) => this.workersOf(agent));
    const shares = new RunShares({ workers, scenarios: start.scenarios, iterations, maxRequestsPerSecond });
    this.#shares = shares;
    this.#startMs = start.startMs;
    running.forEach((agent, index) => agent.start({ ...start, workers: shares.workers, part: shares.partOf(index) }));
  }

  setPaused(isPaused: boolean): void {
    for (const agent of this.active) agent.send({ type: "pause", isPaused });
  }

  follow(plan: PlanMessage): void {
    for (const agent of this.active) agent.follow(plan);
  }

  stop(): void {
    for (const agent of this.active) agent.send({ type: "stop" });
    this.#local.stop();
  }

  interrupt(): void {
    for (const agent of this.active) agent.send({ type: "interrupt" });
  }

  abandon(): void {
    for (const agent of this.active) agent.send({ type: "abandon" });
  }

  terminate(): void {
    this.#parts.share.close();
    this.#local.terminate(); // the coordinator ends the agents' part
  }

  #take(agent: AgentHandle, news: Exclude<FromAgent, { type: "done" | "left" }>): void {
    const { events } = this.#parts;
    switch (news.type) {
      case "report":
        for (const { delta, isWarmUp } of news.deltas) events.onDelta(delta, agent.name, isWarmUp);
        if (news.spans !== undefined) events.onSpans(news.spans);
        for (const { worker, busyShare, lagMs } of news.state.workers) {
          const use = { cpuShare: busyShare, waitShare: 0, stoppedShare: 0, lagMs };
          this.saturation.add(`${agent.name}: ${worker}`, use, nowMs());
        }
        return this.#settle();
      case "ended":
        this.#shares?.end(this.#running.indexOf(agent));
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
        return events.onLog(news.level, `${agent.name}: ${news.text}`, news.span);
      case "print":
        return events.onPrint(news.text, news.isError);
    }
  }

  #onLost(agent: AgentHandle, error: WorkerError): void {
    this.#parts.share.lose(agent);
    if (this.#shares === null) return this.#before.lose(agent, error);
    if (this.workersOf(agent) === 0 || agent.ended !== null) return;
    const { events, stopsOnLoss } = this.#parts;
    const reason = lossReason(agent);
    const others = this.#running.filter(({ isLost, ended }) => !isLost && ended === null);
    const goesOn = !stopsOnLoss && others.length > 0;
    const users = goesOn ? `. ${heirsText(others)}` : "";
    const whole = new WorkerError(`${error.message}; ${lossText(agent, this.#startMs)}${users}`);
    this.noteLoss(agent);
    if (goesOn) events.onLoss(whole);
    else events.onDeath(whole, false, reason);
    const ended = agent.state?.endedIterations ?? 0;
    const shares = this.#shares.lose(this.#running.indexOf(agent), ended);
    if (goesOn) this.#sendShares(shares);
    this.#noteEnd(agent);
  }

  /** Lets all agents end once the iterations of the run are done. */
  #settle(): void {
    const shares = this.#shares?.settle(this.#running.map(({ state }) => state?.endedIterations ?? 0)) ?? null;
    if (shares !== null) this.#sendShares(shares);
  }

  #sendShares(shares: ReturnType<RunShares["lose"]>): void {
    for (const [index, share] of shares) this.#running[index]!.send({ type: "share", share });
  }

  #noteEnd(agent: AgentHandle): void {
    this.#parts.events.onEnded(agent.name);
    if (this.active.every(({ isLost, ended }) => isLost || ended !== null)) this.#resolveAllEnded();
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
