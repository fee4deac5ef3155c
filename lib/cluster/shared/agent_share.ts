/**
 * An agent's end of what all machines share.
 *
 * @module
 */

import type { PoolShare, ShareLine, ShareRoad } from "../../engine/run/fleet/pool_share.ts";
import type { ShareAnswer } from "../../script/shared/remote.ts";
import type { Network } from "../wire/link.ts";
import type { RunSubjects } from "../wire/protocol.ts";
import { BatchLine, type FromMachine, type ToMachine } from "./batch_line.ts";
import { readToMachine } from "./share_shapes.ts";

/** Carries the questions of an agent's workers to the coordinator, and what it says to them. */
export class AgentShare implements ShareLine {
  readonly #line: BatchLine<FromMachine, ToMachine>;
  readonly #open = new Map<string, (answer: ShareAnswer) => void>();
  #pool: PoolShare | null = null;

  /**
   * @param agent The agent's id
   * @param onBroken Called once if the coordinator sends what cannot be read
   */
  constructor(network: Network, subjects: RunSubjects, agent: string, onBroken: (error: Error) => void) {
    const [out, back] = [subjects.fromShare(agent), subjects.toShare(agent)];
    this.#line = new BatchLine<FromMachine, ToMachine>(network, out, back, (message) => this.#take(message), {
      ...{ read: readToMachine, onBroken },
    });
  }

  /** The way for questions of the agent's workers. */
  readonly road: ShareRoad = (key, ask, answer) => {
    this.#open.set(key, answer);
    this.#line.send({ type: "ask", key, ask });
  };

  /** Sets the workers that get what the coordinator says. */
  attach(pool: PoolShare): void {
    this.#pool = pool;
  }

  /** Ends the line. */
  close(): void {
    this.#line.close();
  }

  #take(message: ToMachine): void {
    switch (message.type) {
      case "answer":
        this.#open.get(message.key)?.(message.answer);
        return void this.#open.delete(message.key);
      case "deliver":
        return this.#pool?.deliver(message.name, message.record);
      case "recall":
        return this.#line.send({ type: "recalled", id: message.id, ranges: this.#pool?.recall(message.name) ?? [] });
    }
  }
}
