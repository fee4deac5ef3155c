/**
 * An agent's part of one run.
 *
 * @module
 */

import { formatDuration } from "../../core/units.ts";
import { nowMs, type Timer } from "../../core/clock.ts";
import { UsageError } from "../../core/errors.ts";
import type { FleetEvents } from "../../engine/run/fleet/fleet.ts";
import { WorkerPool } from "../../engine/run/fleet/worker_pool.ts";
import { SpanBuffer } from "../../spans/span_buffer.ts";
import type { RunOptions } from "../../engine/options/options.ts";
import { RunFolder } from "./run_folder.ts";
import { AgentShare } from "../shared/agent_share.ts";
import { AgentSums } from "./agent_sums.ts";
import { failureOf } from "./failure.ts";
import { OrderPlaces } from "./order_places.ts";
import { ScriptTexts } from "./script_texts.ts";
import { type AgentIdentity, writeOwnResult } from "./own_result.ts";
import { decode } from "../wire/reports/codec.ts";
import { Link, type Network } from "../wire/link.ts";
import { readOrder } from "../wire/order_shapes.ts";
import { reportEncoder } from "../wire/reports/report_codec.ts";
import { isProof } from "../wire/proof.ts";
import { within } from "../wire/within.ts";
import {
  ALONE_SHARE,
  type FromAgent,
  LOST_AFTER_MS,
  REPORT_EVERY_MS,
  subjectsOf,
  type ToAgent,
} from "../wire/protocol.ts";

/** How often an agent checks whether its coordinator is there, in milliseconds. */
const CHECK_EVERY_MS = 500;
/** How long an agent that leaves waits for its last words to be acknowledged, in milliseconds. */
const LAST_WORDS_MS = 2000;
/** How long its iterations have to end, and to be cut off, in milliseconds. */
const LAST_ITERATIONS_MS = 500;

type Load = Extract<ToAgent, { type: "load" }>;

/** Does what the coordinator of a run orders, and reports what its workers measure. */
export class AgentRun {
  readonly #link: Link<FromAgent, ToAgent>;
  readonly #texts: ScriptTexts;
  readonly #share: AgentShare;
  readonly #unserve: () => void;
  readonly #watch: Timer;
  readonly #log: (text: string) => void;
  readonly #run: string;
  readonly #identity: AgentIdentity;
  readonly #secret: string | undefined;
  #pool: WorkerPool | null = null;
  readonly #folder: RunFolder;
  #reports: Timer | undefined = undefined;
  readonly #sums = new AgentSums();
  /** What was ordered; the load begins and ends on this program's clock. */
  #options: RunOptions | null = null;
  #span: { readonly startMs: number; readonly endMs: number } | null = null;
  readonly #spans = new SpanBuffer();
  #heardMs = nowMs();
  /** Silence of the coordinator after which the load ends here, in milliseconds. */
  #aloneAfterMs = LOST_AFTER_MS * ALONE_SHARE;
  /** Iterations that the workers may start; `null` for no limit. */
  #limit: number | null = null;
  /** Limit at which the coordinator was last told that all are done. */
  #doneLimit = 0;
  readonly #places = new OrderPlaces();
  #isLeaving = false;
  #isOver = false;
  #resolveEnded: () => void = () => {};
  #isRefused = false;
  /** Fulfilled when this agent has no more to do with the run. */
  readonly ended: Promise<void> = new Promise((resolve) => this.#resolveEnded = resolve);

  /**
   * Starts to listen to the coordinator.
   *
   * @param identity Which agent this is
   * @param log Receives what the agent's own log is to have
   * @param secret What the coordinator must have, too. @default nothing
   */
  constructor(network: Network, run: string, identity: AgentIdentity, log: (text: string) => void, secret?: string) {
    const { agent } = identity;
    this.#identity = identity;
    const subjects = subjectsOf(run);
    this.#folder = new RunFolder(network, subjects.files, log);
    this.#run = run;
    this.#secret = secret;
    this.#log = log;
    const onBroken = (error: Error) => this.#giveUp(error);
    this.#link = new Link(network, subjects.fromAgent(agent), subjects.toAgent(agent), (order) => this.#take(order), {
      ...{ encode: reportEncoder(), decode: (bytes) => readOrder(decode(bytes)), onBroken },
    });
    this.#texts = new ScriptTexts(this.#link);
    this.#share = new AgentShare(network, subjects, agent, onBroken);
    this.#unserve = network.serve(subjects.ping(agent), () => {
      this.#heardMs = nowMs();
      return new Uint8Array(new Float64Array([nowMs()]).buffer);
    });
    this.#watch = setInterval(() => this.#checkAlone(), CHECK_EVERY_MS);
  }

  /** Whether this agent would not run what it was sent. */
  get isRefused(): boolean {
    return this.#isRefused || this.#folder.isRefused;
  }

  /** Leaves the run on an order to the agent itself: the results of the run are not whole then. */
  async leave(reason: string): Promise<void> {
    this.#isLeaving = true;
    await this.#finishUsers();
    this.#report(true);
    this.#link.send({ type: "left", reason });
    await within(this.#link.flush(), LAST_WORDS_MS);
    this.close();
  }

  /** Leaves a run whose coordinator sends what cannot be read. */
  #giveUp({ message }: Error): void {
    if (this.#isLeaving || this.#isOver) return;
    this.#log(`Leaving the run: its coordinator sent what cannot be read: ${message}`);
    void this.leave(`it was sent what cannot be read: ${message}`);
  }

  /** Lets running iterations end for a while, then cuts them off, so that what they measured is reported. */
  async #finishUsers(): Promise<void> {
    const pool = this.#pool;
    if (pool === null || this.#reports === undefined) return;
    pool.stop();
    await within(pool.allEnded, LAST_ITERATIONS_MS);
    pool.interrupt();
    await within(pool.allEnded, LAST_ITERATIONS_MS);
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
    this.#folder.remove();
    this.#resolveEnded();
  }

  #take(order: ToAgent): void {
    this.#heardMs = nowMs();
    const pool = this.#pool;
    this.#places.check(order.type, pool !== null);
    switch (order.type) {
      case "load":
        return void this.#answer(order.id, this.#load(order));
      case "resize":
        return void this.#answer(order.id, pool!.resizeTo(order.workers));
      case "prepare":
        return void this.#answer(order.id, pool!.prepare(order.data, order.classes));
      case "start":
        this.#limit = order.start.part.iterations;
        this.#span = order.start;
        pool!.start(order.start);
        this.#reports = setInterval(() => this.#report(), REPORT_EVERY_MS);
        return void pool!.allEnded.then(() => this.#end());
      case "follow":
        return pool?.follow(order.plan);
      case "share":
        this.#limit = order.share.iterations;
        return pool?.share(order.share);
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

  async #load({ options, workers, bundle, proof, aloneAfterMs }: Load) {
    if (this.#secret !== undefined && !isProof(proof, this.#secret, this.#run, options, bundle)) {
      this.#isRefused = true;
      this.#log("Cannot take part in a run: its coordinator does not have this agent's secret");
      throw new UsageError(["Cannot take the run: its --agent-secret is not the agent's"]);
    }
    this.#aloneAfterMs = aloneAfterMs;
    const locustfile = bundle === null ? options.locustfile : await this.#folder.fill(bundle);
    if (this.#isOver) throw new UsageError(["Cannot load the locustfile: the run is over"]);
    this.#log("Joined a run");
    const own = this.#options = { ...options, locustfile, workers, requestedWorkers: workers };
    this.#sums.isWarmingUp = options.warmUpMs > 0;
    this.#pool = new WorkerPool(own, this.#events(), { hasScript: false, share: this.#share });
    return { script: await this.#pool.loaded() };
  }

  #events(): FleetEvents {
    const send = (message: FromAgent) => this.#link.send(message);
    return {
      onDelta: (delta, worker, isWarmUp) => {
        this.#sums.add(delta, worker, isWarmUp);
        queueMicrotask(() => this.#reportDone());
      },
      onSpans: (batch) => this.#spans.addBatch(batch),
      onSamples: () => {}, // not on several machines
      onEnded: () => {},
      onShutdown: (reason) => send({ type: "shutdown", reason, exitCode: this.#pool?.exitCode ?? null }),
      onFailure: (error) => send({ type: "failed", id: null, ...failureOf(error) }),
      onRequest: () => undefined, // only `control` has any, which runs on the coordinator
      onLog: (level, text, span = null) => this.#texts.send({ type: "log", level, text, span }),
      onPrint: (text, isError) => this.#texts.send({ type: "print", text, isError }),
      onDeath: ({ message }, isThrown) => send({ type: "death", message, isThrown }),
      onLoss: () => {}, // only machines are lost
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

  /** Says at once that all iterations of the limit are done: others may wait for that. */
  #reportDone(): void {
    const [limit, pool] = [this.#limit, this.#pool];
    if (limit === null || limit === this.#doneLimit || pool === null || pool.endedIterations < limit) return;
    this.#doneLimit = limit;
    this.#report(true);
  }

  /**
   * Sends what the workers have reported since the last time. What cannot be sent yet becomes part of the next report,
   * so that no more than one waits.
   *
   * @param isUrgent Whether it is sent even so
   */
  #report(isUrgent = false): void {
    const pool = this.#pool;
    if (pool === null || this.#isOver || (!isUrgent && this.#link.isBusy)) return;
    const { users, mostUsers, iterations, interruptedIterations, endedIterations, hasSucceeded } = pool;
    const { starts, classStarts, states } = pool;
    const spans = this.#spans.take();
    this.#link.send({
      type: "report",
      ...(spans === null ? {} : { spans }),
      deltas: this.#sums.take(),
      state: {
        ...{ users, mostUsers, iterations, interruptedIterations, endedIterations, hasSucceeded },
        ...{ starts, classStarts },
        workers: states,
      },
    });
  }

  #end(): void {
    if (this.#isLeaving) return;
    clearInterval(this.#reports);
    this.#report(true);
    const { endedAtMs, isLimitReached } = this.#pool!;
    this.#link.send({ type: "ended", atMs: endedAtMs, isLimitReached });
  }

  /** Ends the load, and leaves what was measured here in the working directory. */
  async #endAlone(): Promise<void> {
    this.#isLeaving = true;
    clearInterval(this.#watch);
    await this.#finishUsers();
    const [options, pool, span] = [this.#options, this.#pool, this.#span];
    if (options !== null && pool !== null && span !== null) {
      try {
        const part = { options, pool, totals: this.#sums.all, ...span };
        const path = await writeOwnResult(this.#run, this.#identity, part);
        this.#log(`What was measured here is in ${path}`);
      } catch (error) {
        this.#log(`Cannot write what was measured here: ${error instanceof Error ? error.message : error}`);
      }
    }
    this.close();
  }

  #checkAlone(): void {
    if (nowMs() - this.#heardMs < this.#aloneAfterMs) return;
    const silence = formatDuration(Math.floor((nowMs() - this.#heardMs) / 1000) * 1000);
    this.#log(`Nothing has come from the coordinator for ${silence}: the run ends on this machine`);
    void this.#endAlone();
  }
}
