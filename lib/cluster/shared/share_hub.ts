/**
 * What users share over all machines, at the coordinator.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import type { ShareRoad } from "../../engine/run/fleet/pool_share.ts";
import type { ShareAnswer, ShareAsk } from "../../script/shared/remote.ts";
import type { LeaseAsk } from "../../script/shared/lease_table.ts";
import { MAX_NAMES } from "../../script/shared/shared_table.ts";
import { QueueDesk } from "./queue_desk.ts";
import { RowsDesk, type RowsMember } from "./rows_desk.ts";

/** A machine of the run, as the hub sees it. */
export interface ShareMember extends RowsMember {
  /** How far its clock is ahead of the coordinator's, in milliseconds. */
  readonly offsetMs: number;
  /** Gives it a message of a broadcast. */
  deliver(name: string, record: Uint8Array): void;
}

/** Counters, queues, rate limits and rows of one run. All work is synchronous, so that all machines see one order. */
export class ShareHub {
  readonly #members = new Set<ShareMember>();
  readonly #log: (level: "warning" | "error", text: string) => void;
  readonly #counters = new Map<string, number>();
  readonly #queues = new Map<string, QueueDesk>();
  readonly #rows = new Map<string, RowsDesk>();
  /** When the next token of a rate limit is there, in microseconds on `nowMs`' clock. */
  readonly #tokensUs = new Map<string, number>();
  readonly #warned = new Set<string>();

  /** @param log Receives what the user should know */
  constructor(log: (level: "warning" | "error", text: string) => void) {
    this.#log = log;
  }

  /** Names and values of the counters, in the order first used. */
  get counters(): { readonly name: string; readonly value: number }[] {
    return [...this.#counters].map(([name, value]) => ({ name, value }));
  }

  /** Takes in a machine; returns the way on which its questions come. */
  join(member: ShareMember): ShareRoad {
    this.#members.add(member);
    return (key, ask, answer) => {
      if (!this.#members.has(member)) return;
      try {
        this.#take(member, key, ask, answer);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        answer({ problem: error.message });
      }
    };
  }

  /** Forgets a machine that is lost: what it took and leased is gone with it, and its takes no longer wait. */
  lose(member: ShareMember): void {
    if (!this.#members.delete(member)) return;
    for (const queue of this.#queues.values()) queue.forget((key) => key.startsWith(`${member.name} `));
    for (const [name, rows] of this.#rows) {
      const left = rows.lose(member);
      if (left > 0) {
        this.#log("warning", `Up to ${left} rows of "${name}" are lost with ${member.name}: it had them leased`);
      }
    }
  }

  #take(member: ShareMember, key: string, ask: ShareAsk, answer: (answer: ShareAnswer) => void): void {
    const ok = (value: unknown) => answer({ value });
    switch (ask.kind) {
      case "count":
        return ok(this.#count(ask.name, ask.by));
      case "push": {
        const problem = this.#queue(ask.name).push(ask.record);
        return problem === null ? ok(null) : answer({ problem: `Cannot push to queue "${ask.name}": ${problem}` });
      }
      case "untake":
        this.#queue(ask.name).putBack(ask.record);
        return ok(null);
      case "take":
        return this.#queue(ask.name).take(`${member.name} ${key}`, ask.waits, ok);
      case "cancel":
        this.#queue(ask.name).cancel(`${member.name} ${ask.take}`);
        return ok(null);
      case "size":
        return ok(this.#queue(ask.name).size);
      case "send":
        for (const one of this.#members) one.deliver(ask.name, ask.record);
        return ok(null);
      case "token":
        return ok(this.#reserve(ask) / 1000 + member.offsetMs);
      case "lease":
        return this.#rowsOf(member, ask).lease(member, ask, ok);
    }
  }

  #count(name: string, by: number): number {
    const value = one(this.#counters, name, () => 0) + by;
    this.#counters.set(name, value);
    return value;
  }

  #queue(name: string): QueueDesk {
    return one(this.#queues, name, () => new QueueDesk());
  }

  /** Reserves by the generic cell rate algorithm, as `RateLimit` does on one machine. */
  #reserve({ name, periodUs, burstUs }: Extract<ShareAsk, { kind: "token" }>): number {
    const tokenUs = Math.max(one(this.#tokensUs, name, () => 0), Math.round(nowMs() * 1000 - burstUs));
    this.#tokensUs.set(name, Math.round(tokenUs + periodUs));
    return tokenUs;
  }

  #rowsOf(member: ShareMember, ask: LeaseAsk): RowsDesk {
    const rows = one(this.#rows, ask.name, () => new RowsDesk(ask, () => this.#members.size));
    if (rows.length !== ask.length && !this.#warned.has(ask.name)) {
      this.#warned.add(ask.name);
      const text =
        `Rows "${ask.name}" differ: ${ask.length} on ${member.name}, ${rows.length} where they were used first`;
      this.#log("error", text);
    }
    return rows;
  }
}

/** Returns the one of a name; makes it if there is none. */
function one<T>(all: Map<string, T>, name: string, make: () => T): T {
  const known = all.get(name);
  if (known !== undefined) return known;
  if (all.size >= MAX_NAMES) {
    throw new RangeError(`Cannot share "${name}": too many names, expected at most ${MAX_NAMES}`);
  }
  const made = make();
  all.set(name, made);
  return made;
}
