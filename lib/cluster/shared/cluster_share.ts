/**
 * What all machines share, with the lines to all of them.
 *
 * @module
 */

import type { PoolShare, ShareLine, ShareRoad } from "../../engine/run/fleet/pool_share.ts";
import type { RowRange } from "../../script/shared/lease_table.ts";
import { type Network, unreadable } from "../wire/link.ts";
import type { RunSubjects } from "../wire/protocol.ts";
import { ShareHub, type ShareMember } from "./share_hub.ts";
import { BatchLine, type FromMachine, type ToMachine } from "./batch_line.ts";
import { readFromMachine } from "./share_shapes.ts";

/** What it has to know of an agent. */
export interface SharingAgent {
  readonly name: string;
  /** How far its clock is ahead of this program's, in milliseconds. */
  readonly offsetMs: number;
  /** Declares it lost. */
  lose(how: "lost", why: string): void;
}

/** Receives what the user should know. */
export type ShareLog = (level: "warning" | "error", text: string) => void;

/** The coordinator's side: a hub, this program's own workers (for hooks), and all agents. */
export class ClusterShare implements ShareLine {
  readonly #hub: ShareHub;
  readonly #machines: readonly RemoteMachine[];
  #local: PoolShare | null = null;
  /** The way for questions of this program's own workers. */
  readonly road: ShareRoad;

  /** @param agents Agents by their ids */
  constructor(network: Network, subjects: RunSubjects, agents: ReadonlyMap<string, SharingAgent>, log: ShareLog) {
    this.#hub = new ShareHub(log);
    this.road = this.#hub.join({
      ...{ name: "the coordinator", offsetMs: 0 },
      deliver: (name, record) => this.#local?.deliver(name, record),
      recall: (name) => Promise.resolve(this.#local?.recall(name) ?? []),
    });
    this.#machines = [...agents].map(([id, agent]) => new RemoteMachine(network, subjects, id, agent, this.#hub, log));
  }

  /** Names and values of the counters, in the order first used. */
  get counters(): { readonly name: string; readonly value: number }[] {
    return this.#hub.counters;
  }

  /** Sets this program's own workers. */
  attach(pool: PoolShare): void {
    this.#local = pool;
  }

  /** Forgets an agent that is lost. */
  lose(agent: SharingAgent): void {
    const machine = this.#machines.find((one) => one.agent === agent);
    if (machine === undefined) return;
    machine.close();
    this.#hub.lose(machine);
  }

  /** Ends all lines. */
  close(): void {
    for (const machine of this.#machines) machine.close();
  }
}

/** An agent, as the hub sees it. */
class RemoteMachine implements ShareMember {
  readonly agent: SharingAgent;
  readonly #line: BatchLine<ToMachine, FromMachine>;
  readonly #recalls = new Map<number, (ranges: readonly RowRange[]) => void>();
  #lastRecall = 0;
  #isClosed = false;

  constructor(
    network: Network,
    subjects: RunSubjects,
    id: string,
    agent: SharingAgent,
    hub: ShareHub,
    log: ShareLog,
  ) {
    this.agent = agent;
    const road = hub.join(this);
    const take = (message: FromMachine) => {
      if (message.type === "recalled") return this.#answerRecall(message.id, message.ranges);
      const { key, ask } = message;
      road(key, ask, (answer) => this.#line.send({ type: "answer", key, answer }));
    };
    const onDrop = () => log("warning", `${agent.name} is too far behind: it misses the oldest messages of broadcasts`);
    this.#line = new BatchLine<ToMachine, FromMachine>(network, subjects.toShare(id), subjects.fromShare(id), take, {
      read: readFromMachine,
      onBroken: ({ message }) => agent.lose("lost", unreadable(message)),
      onDrop,
    });
  }

  get name(): string {
    return this.agent.name;
  }

  get offsetMs(): number {
    return this.agent.offsetMs;
  }

  deliver(name: string, record: Uint8Array): void {
    this.#line.send({ type: "deliver", name, record });
  }

  recall(name: string): Promise<readonly RowRange[]> {
    if (this.#isClosed) return Promise.resolve([]);
    const id = ++this.#lastRecall;
    this.#line.send({ type: "recall", id, name });
    return new Promise((resolve) => this.#recalls.set(id, resolve));
  }

  close(): void {
    this.#isClosed = true;
    this.#line.close();
    for (const id of this.#recalls.keys()) this.#answerRecall(id, []);
  }

  #answerRecall(id: number, ranges: readonly RowRange[]): void {
    this.#recalls.get(id)?.(ranges);
    this.#recalls.delete(id);
  }
}
