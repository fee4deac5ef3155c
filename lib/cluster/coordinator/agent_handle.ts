/**
 * The coordinator's side of one agent.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import { ScriptError, UsageError, WorkerError } from "../../core/errors.ts";
import type { PlanMessage, ScriptInfo } from "../../engine/messages.ts";
import type { SpanBatch } from "../../spans/span_record.ts";
import type { StatsDelta } from "../../stats/recorder.ts";
import { Link, type Network, unreadable } from "../wire/link.ts";
import { reportDecoder } from "../wire/reports/report_codec.ts";
import { within } from "../wire/within.ts";
import type { AgentState, FromAgent, Join, RunSubjects, ToAgent } from "../wire/protocol.ts";

/** The events of an agent. */
export interface AgentEvents {
  /** It says something that is not an answer. Times are on this program's clock. */
  onNews(agent: AgentHandle, news: Exclude<FromAgent, { type: "done" | "left" }>): void;
  /** It is lost, or has left; the error says why. */
  onLost(agent: AgentHandle, error: WorkerError): void;
}

/** An order that is answered, without its id. */
type Asked = Extract<ToAgent, { id: number }> extends infer Order ? Order extends unknown ? Omit<Order, "id"> : never
  : never;

/** Measurements of the way to an agent from which the best is taken. */
const WINDOW = 60;
/** How long a ping may take, in milliseconds. */
const PING_TIMEOUT_MS = 1000;

/** Orders an agent about, and hears from it. */
export class AgentHandle {
  readonly name: string;
  readonly cores: number;
  readonly #network: Network;
  readonly #ping: string;
  readonly #link: Link<ToAgent, FromAgent>;
  readonly #waiting = new Map<number, PromiseWithResolvers<ScriptInfo | null>>();
  #lastId = 0;
  /** How far its clock is ahead of this program's, in milliseconds. */
  offsetMs = 0;
  /** Shortest way to it and back, in milliseconds. */
  roundTripMs = Infinity;
  #pings = 0;
  /** The best measurement since the offset was last set. */
  #best = { roundTripMs: Infinity, offsetMs: 0 };
  /** Its clock's offset when the load began, in milliseconds; `null` before. */
  #offsetAtStartMs: number | null = null;
  /** When it was last heard from, on `nowMs`' clock. */
  heardMs: number = nowMs();
  /** Whether the agent has left the run, and how. */
  loss: "lost" | "left" | null = null;
  #lossError: WorkerError | null = null;
  /** Requests that it has reported. */
  requests = 0;
  /** End of the time that its reports cover, on `nowMs`' clock; 0 before the first. */
  reachedMs = 0;
  /** Its last figures. */
  state: AgentState | null = null;
  /** How and when its workers ended, on `nowMs`' clock; `null` until then. */
  ended: { readonly atMs: number; readonly isLimitReached: boolean } | null = null;
  /** Receives what it says; nothing before there is a fleet. */
  events: AgentEvents | null = null;

  /** @param name Its name, unique in the run */
  constructor(network: Network, subjects: RunSubjects, { agent, cores }: Join, name: string) {
    this.name = name;
    this.cores = cores;
    this.#network = network;
    this.#ping = subjects.ping(agent);
    this.#link = new Link(network, subjects.toAgent(agent), subjects.fromAgent(agent), (news) => this.#take(news), {
      decode: reportDecoder(),
      onBroken: ({ message }) => this.lose("lost", unreadable(message)),
    });
  }

  /** Sends an order. */
  send(order: ToAgent): void {
    this.#link.send(order);
  }

  /**
   * Sends an order and waits until it is done.
   *
   * @returns What the locustfile turned out to be, if it was imported
   * @throws {ScriptError | UsageError | WorkerError} as the agent says, or if it is lost meanwhile
   */
  ask(order: Asked): Promise<ScriptInfo | null> {
    if (this.#lossError !== null) return Promise.reject(this.#lossError);
    const waiting = Promise.withResolvers<ScriptInfo | null>();
    const id = ++this.#lastId;
    this.#waiting.set(id, waiting);
    this.#link.send({ ...order, id } as ToAgent);
    return waiting.promise;
  }

  /** Whether the agent has left the run. */
  get isLost(): boolean {
    return this.loss !== null;
  }

  /** By how much its clock has moved against this program's since the load began, in milliseconds. */
  get driftMs(): number {
    return this.#offsetAtStartMs === null ? 0 : this.offsetMs - this.#offsetAtStartMs;
  }

  /** Starts the load; times are on this program's clock. */
  start(start: Extract<ToAgent, { type: "start" }>["start"]): void {
    const { offsetMs } = this;
    this.#offsetAtStartMs = offsetMs;
    this.send({
      type: "start",
      start: {
        ...start,
        startMs: start.startMs + offsetMs,
        endMs: start.endMs + offsetMs,
        scenarios: start.scenarios.map((one) => ({ ...one, plan: this.#onItsClock(one.plan) })),
      },
    });
  }

  /** Has it go on with another plan; times are on this program's clock. */
  follow(plan: PlanMessage): void {
    this.send({ type: "follow", plan: this.#onItsClock(plan) });
  }

  /** Measures the round trip to the agent and its clock offset; a missing answer is not an error. */
  async measure(): Promise<void> {
    const sentMs = nowMs();
    try {
      const answer = await this.#network.request(this.#ping, new Uint8Array(0), { timeout: PING_TIMEOUT_MS });
      const backMs = nowMs();
      this.heardMs = backMs;
      const agentMs = answer.length === 8 ? new DataView(answer.buffer, answer.byteOffset).getFloat64(0, true) : NaN;
      if (!Number.isFinite(agentMs)) {
        return this.lose("lost", unreadable("Cannot read its time: expected a finite number"));
      }
      this.#note(backMs - sentMs, agentMs - (sentMs + backMs) / 2);
    } catch {
      // It is silent; for how long is what `heardMs` is for.
    }
  }

  /**
   * Declares it lost.
   *
   * @param how Whether it fell silent, or left with a word
   * @param why Why, in words
   */
  lose(how: "lost" | "left", why: string): void {
    if (this.isLost) return;
    this.loss = how;
    this.#link.close();
    const when = this.#offsetAtStartMs === null ? ", before the load began" : "";
    const error = this.#lossError = new WorkerError(
      `Agent ${this.name} ${how === "left" ? "has left" : "is lost"}: ${why}${when}`,
    );
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.events?.onLost(this, error);
  }

  /** Ends the agent's part in the run. */
  async close(withinMs: number): Promise<void> {
    this.send({ type: "end" });
    await within(this.#link.flush(), withinMs);
    this.#link.close();
  }

  /** Sets the offset from the least round trip: at first from every better one, later once in a window. */
  #note(roundTripMs: number, offsetMs: number): void {
    this.#pings++;
    if (roundTripMs < this.#best.roundTripMs) this.#best = { roundTripMs, offsetMs };
    const isFirstWindow = this.#pings <= WINDOW;
    if (!isFirstWindow && this.#pings % WINDOW !== 0) return;
    this.offsetMs = this.#best.offsetMs;
    this.roundTripMs = this.#best.roundTripMs;
    if (this.#pings % WINDOW === 0) this.#best = { roundTripMs: Infinity, offsetMs: 0 };
  }

  #take(news: FromAgent): void {
    this.heardMs = nowMs();
    if (this.isLost) return;
    if (news.type === "done" || (news.type === "failed" && news.id !== null)) return this.#answer(news);
    if (news.type === "left") return this.lose("left", news.reason);
    if (news.type === "report") {
      this.state = news.state;
      for (const { delta } of news.deltas) this.#noteDelivered(delta);
      const deltas = news.deltas.map(({ delta, isWarmUp }) => ({ delta: this.#onOurClock(delta), isWarmUp }));
      const spans = news.spans === undefined ? {} : { spans: this.#spansOnOurClock(news.spans) };
      return this.events?.onNews(this, { ...news, deltas, ...spans });
    }
    if (news.type === "ended") {
      this.ended = { atMs: news.atMs - this.offsetMs, isLimitReached: news.isLimitReached };
      return this.events?.onNews(this, { ...news, atMs: this.ended.atMs });
    }
    this.events?.onNews(this, news);
  }

  #answer(news: Extract<FromAgent, { type: "done" | "failed" }>): void {
    const waiting = this.#waiting.get(news.id!);
    this.#waiting.delete(news.id!);
    if (news.type === "done") waiting?.resolve(news.script ?? null);
    else waiting?.reject(failureOf(news, this.name));
  }

  #spansOnOurClock({ spans, dropped }: SpanBatch): SpanBatch {
    const ours = (ms: number) => ms - this.offsetMs;
    const moved = spans.map((span) => ({
      ...span,
      startMs: ours(span.startMs),
      endMs: ours(span.endMs),
      events: span.events.map((event) => ({ ...event, atMs: ours(event.atMs) })),
    }));
    return { spans: moved, dropped };
  }

  #noteDelivered({ series, toMs }: StatsDelta): void {
    for (const { inTotal, histogram, untimed = 0 } of series) if (inTotal) this.requests += histogram.count + untimed;
    this.reachedMs = Math.max(this.reachedMs, toMs - this.offsetMs);
  }

  #onItsClock(plan: PlanMessage): PlanMessage {
    return { ...plan, startMs: plan.startMs + this.offsetMs };
  }

  #onOurClock(delta: StatsDelta): StatsDelta {
    const ours = (ms: number) => ms - this.offsetMs; // what is not finite stays so
    const errors = delta.errors.map((one) => ({ ...one, firstMs: ours(one.firstMs), lastMs: ours(one.lastMs) }));
    const { keptFailures } = delta;
    const kept = keptFailures?.kept.map((one) => ({ ...one, atMs: ours(one.atMs) }));
    return {
      ...{ ...delta, toMs: ours(delta.toMs), errors },
      ...(keptFailures === undefined ? {} : { keptFailures: { ...keptFailures, kept: kept! } }),
    };
  }
}

/** Returns the error that an agent speaks of. */
export function failureOf(
  { kind, message, hint }: Extract<FromAgent, { type: "failed" }>,
  agent: string,
): ScriptError | UsageError | WorkerError {
  const text = `${agent}: ${message}`;
  if (kind === "usage") return new UsageError([text], hint);
  return kind === "script" ? new ScriptError(text, hint === undefined ? {} : { hint }) : new WorkerError(text);
}
