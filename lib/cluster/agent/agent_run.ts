/**
 * An agent's part of one run.
 *
 * @module
 */

import { nowMs, type Timer } from "../../core/clock.ts";
import { ScriptError, UsageError } from "../../core/errors.ts";
import { pathToFileURL } from "node:url";
import type { FleetEvents } from "../../engine/run/fleet/fleet.ts";
import { WorkerPool } from "../../engine/run/fleet/worker_pool.ts";
import { Totals } from "../../stats/totals.ts";
import { unpackBundle } from "../files/bundle.ts";
import { AgentShare } from "../shared/agent_share.ts";
import { Link, type Network } from "../wire/link.ts";
import { isProof } from "../wire/proof.ts";
import { ALONE_AFTER_MS, type FromAgent, REPORT_EVERY_MS, subjectsOf, type ToAgent } from "../wire/protocol.ts";

/** How often an agent checks whether its coordinator is there, in milliseconds. */
const CHECK_EVERY_MS = 500;
/** How long an agent that leaves waits for its last words to be acknowledged, in milliseconds. */
const LAST_WORDS_MS = 2000;

type Load = Extract<ToAgent, { type: "load" }>;

/** Does what the coordinator of a run orders, and reports what its workers measure. */
export class AgentRun {
  readonly #link: Link<FromAgent, ToAgent>;
  readonly #share: AgentShare;
  readonly #unserve: () => void;
  readonly #watch: Timer;
  readonly #log: (text: string) => void;
  readonly #run: string;
  readonly #secret: string | undefined;
  #pool: WorkerPool | null = null;
  #folder: string | null = null;
  #reports: Timer | undefined = undefined;
  /** What the workers have reported since the last report: of the warm-up, and of the time after it. */
  readonly #sums = { warmUp: new Totals(), load: new Totals() };
  readonly #reachedMs = new Map<string, number>();
  #isWarmingUp = false;
  #heardMs = nowMs();
  #isOver = false;
  #resolveEnded: () => void = () => {};
  /** Fulfilled when this agent has no more to do with the run. */
  readonly ended: Promise<void> = new Promise((resolve) => this.#resolveEnded = resolve);

  /**
   * Starts to listen to the coordinator.
   *
   * @param agent The agent's id
   * @param log Receives what the agent's own log is to have
   * @param secret What the coordinator must have, too. @default nothing
   */
  constructor(network: Network, run: string, agent: string, log: (text: string) => void, secret?: string) {
    const subjects = subjectsOf(run);
    this.#run = run;
    this.#secret = secret;
    this.#log = log;
    this.#link = new Link(network, subjects.fromAgent(agent), subjects.toAgent(agent), (order) => this.#take(order));
    this.#share = new AgentShare(network, subjects, agent);
    this.#unserve = network.serve(subjects.ping(agent), () => {
      this.#heardMs = nowMs();
      return new Uint8Array(new Float64Array([nowMs()]).buffer);
    });
    this.#watch = setInterval(() => this.#checkAlone(), CHECK_EVERY_MS);
  }

  /** Leaves the run on an order to the agent itself: the results of the run are not whole then. */
  async leave(reason: string): Promise<void> {
    this.#report();
    this.#link.send({ type: "death", message: reason, isThrown: false });
    await Promise.race([this.#link.flush(), new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS))]);
    this.close();
  }

  /** Ends everything of this run here. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#watch);
    clearInterval(this.#reports);
    this.#pool?.terminate();
    this.#unserve();
    this.#link.close();
    this.#share.close();
    if (this.#folder !== null) removeFolder(this.#folder);
    this.#resolveEnded();
  }

  #take(order: ToAgent): void {
    this.#heardMs = nowMs();
    const pool = this.#pool;
    switch (order.type) {
      case "load":
        return void this.#answer(order.id, this.#load(order));
      case "resize":
        return void this.#answer(order.id, pool!.resizeTo(order.workers));
      case "prepare":
        return void this.#answer(order.id, pool!.prepare(order.data, order.classes));
      case "start":
        pool!.start(order.start);
        this.#reports = setInterval(() => this.#report(), REPORT_EVERY_MS);
        return void pool!.allEnded.then(() => this.#end());
      case "follow":
        return pool?.follow(order.plan);
      case "pause":
        return pool?.setPaused(order.isPaused);
      case "stop":
        return pool?.stop();
      case "interrupt":
        return pool?.interrupt();
      case "abandon":
        return pool?.abandon();
      case "end":
        return this.close();
    }
  }

  async #load({ options, workers, bundle, proof }: Load) {
    if (this.#secret !== undefined && !isProof(proof, this.#secret, this.#run, options, bundle)) {
      this.#log("Cannot take part in a run: its coordinator does not have this agent's secret");
      throw new UsageError(["Cannot take the run: its --agent-secret is not the agent's"]);
    }
    let { locustfile } = options;
    if (bundle !== null) {
      this.#folder = Deno.makeTempDirSync({ prefix: "locust-run-" });
      locustfile = pathToFileURL(await unpackBundle(bundle, this.#folder)).href;
    }
    if (this.#isOver) throw new UsageError(["Cannot load the locustfile: the run is over"]);
    const own = { ...options, locustfile, workers, requestedWorkers: workers };
    this.#isWarmingUp = options.warmUpMs > 0;
    this.#pool = new WorkerPool(own, this.#events(), { hasScript: false, share: this.#share });
    return { script: await this.#pool.loaded() };
  }

  #events(): FleetEvents {
    const send = (message: FromAgent) => this.#link.send(message);
    return {
      onDelta: (delta, worker, isWarmUp) => {
        this.#sums[isWarmUp ? "warmUp" : "load"].add(delta);
        this.#reachedMs.set(worker, delta.toMs);
        if (!isWarmUp) this.#isWarmingUp = false;
      },
      onEnded: () => {},
      onShutdown: (reason) => send({ type: "shutdown", reason, exitCode: this.#pool?.exitCode ?? null }),
      onFailure: (error) => send({ type: "failed", id: null, ...failureOf(error) }),
      onRequest: () => undefined, // only `control` has any, which runs on the coordinator
      onLog: (level, text) => send({ type: "log", level, text }),
      onPrint: (text, isError) => send({ type: "print", text, isError }),
      onDeath: ({ message }, isThrown) => send({ type: "death", message, isThrown }),
    };
  }

  async #answer(id: number, work: Promise<{ script?: Extract<FromAgent, { type: "done" }>["script"] } | void>) {
    try {
      const { script } = await work ?? {};
      this.#link.send({ type: "done", id, ...(script === undefined ? {} : { script }) });
    } catch (error) {
      this.#link.send({ type: "failed", id, ...failureOf(error) });
    }
  }

  /** Sends what the workers have reported since the last time; also shows that this agent is alive. */
  #report(): void {
    const pool = this.#pool;
    if (pool === null || this.#isOver) return;
    const reached = [...this.#reachedMs.values()];
    const toMs = reached.length === 0 ? nowMs() : reached.reduce((sum, ms) => sum + ms, 0) / reached.length;
    const { warmUp, load } = this.#sums;
    const deltas = [{ delta: warmUp.takeDelta(toMs), isWarmUp: true }, {
      delta: load.takeDelta(toMs),
      isWarmUp: false,
    }];
    const { users, mostUsers, iterations, interruptedIterations, hasSucceeded, starts, classStarts, states } = pool;
    this.#link.send({
      type: "report",
      deltas: deltas.filter(({ delta, isWarmUp }) => isWarmUp === this.#isWarmingUp || !isEmpty(delta)),
      state: {
        ...{ users, mostUsers, iterations, interruptedIterations, hasSucceeded, starts, classStarts },
        workers: states,
      },
    });
  }

  #end(): void {
    clearInterval(this.#reports);
    this.#report();
    const { endedAtMs, isLimitReached } = this.#pool!;
    this.#link.send({ type: "ended", atMs: endedAtMs, isLimitReached });
  }

  #checkAlone(): void {
    if (nowMs() - this.#heardMs < ALONE_AFTER_MS) return;
    this.#log("The coordinator has been silent for too long: its run ends here");
    this.close();
  }
}

function isEmpty(delta: ReturnType<Totals["takeDelta"]>): boolean {
  const { series, errors, interruptedRequests, connections, arrivals, capWait, checks, measures } = delta;
  return series.length + errors.length + interruptedRequests + checks.length + measures.length === 0 &&
    connections === null && arrivals === null && capWait === null && delta.keptFailures === undefined;
}

function failureOf(error: unknown): Pick<Extract<FromAgent, { type: "failed" }>, "kind" | "message" | "hint"> {
  const kind = error instanceof UsageError ? "usage" : error instanceof ScriptError ? "script" : "worker";
  const message = error instanceof Error ? error.message : String(error);
  const hint = error instanceof UsageError || error instanceof ScriptError ? error.hint : undefined;
  return { kind, message, ...(hint === undefined ? {} : { hint }) };
}

function removeFolder(folder: string): void {
  try {
    Deno.removeSync(folder, { recursive: true });
  } catch {
    // A worker may still write there; the system clears its folder of temporary files.
  }
}
