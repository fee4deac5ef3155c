/**
 * What users share in a run on several machines: kept by the coordinator, and asked for.
 *
 * @module
 */

import { UsageError } from "../../core/errors.ts";
import type { LeaseAsk, LeaseTable } from "./lease_table.ts";

/** What a worker asks of whoever keeps what all machines share. Each is answered once. */
export type ShareAsk =
  /** Adds to a counter. Answer: its value after that. */
  | { readonly kind: "count"; readonly name: string; readonly by: number }
  /** Appends to a queue, puts back what was taken in vain, or sends to a broadcast. Answer: `null`. */
  | { readonly kind: "push" | "untake" | "send"; readonly name: string; readonly record: Uint8Array }
  /** Takes from a queue. Answer: the record; `null` if there is none, once it waits no longer. */
  | { readonly kind: "take"; readonly name: string; readonly waits: boolean }
  /** Ends the wait of a take. Answer: `null`. */
  | { readonly kind: "cancel"; readonly name: string; readonly take: string }
  /** Answer: number of values in a queue. */
  | { readonly kind: "size"; readonly name: string }
  /** Reserves the next token of a rate limit. Answer: when it is there, in milliseconds on `nowMs`' clock. */
  | { readonly kind: "token"; readonly name: string; readonly periodUs: number; readonly burstUs: number }
  | LeaseAsk;

/** An answer, or what is wrong with what was asked. */
export type ShareAnswer = { readonly value: unknown } | { readonly problem: string };

/** Most bytes of records that a worker may have on their way at once. */
const MAX_BYTES = 16 * 1024 * 1024;
/** Most questions that a worker may have open at once. */
const MAX_OPEN = 100_000;

interface Open extends PromiseWithResolvers<unknown> {
  readonly bytes: number;
}

/** A worker's way to what all machines share. */
export class RemoteShare {
  /** Rows that this machine has leased. */
  readonly leases: LeaseTable;
  readonly #post: (key: string, ask: ShareAsk) => void;
  readonly #prefix: string;
  readonly #open = new Map<string, Open>();
  #bytes = 0;
  #last = 0;

  /**
   * @param prefix Start of the keys of questions, which no other worker of this machine has
   * @param post Sends a question
   */
  constructor(prefix: string, leases: LeaseTable, post: (key: string, ask: ShareAsk) => void) {
    this.#prefix = prefix;
    this.leases = leases;
    this.#post = post;
  }

  /**
   * Asks.
   *
   * @returns The key of the question, and the answer; it rejects with a `RangeError` if the question cannot be met
   * @throws {RangeError} if too much waits for an answer already; never for what undoes a take
   */
  ask(ask: ShareAsk): { readonly key: string; readonly answer: Promise<unknown> } {
    const bytes = "record" in ask ? ask.record.length : 0;
    const isUndoing = ask.kind === "cancel" || ask.kind === "untake"; // no more than there were takes
    if (!isUndoing && (this.#open.size >= MAX_OPEN || this.#bytes + bytes > MAX_BYTES)) {
      throw new RangeError(
        `Cannot ${ask.kind} "${ask.name}": ${this.#open.size} operations of this worker with ${this.#bytes} bytes wait ` +
          `for the coordinator, expected at most ${MAX_OPEN} with ${MAX_BYTES} bytes`,
      );
    }
    const key = `${this.#prefix}-${++this.#last}`;
    const open = { ...Promise.withResolvers<unknown>(), bytes };
    this.#bytes += bytes;
    this.#open.set(key, open);
    this.#post(key, ask);
    return { key, answer: open.promise };
  }

  /** Asks for rows; the answer goes to the leases. */
  askForRows(ask: LeaseAsk): void {
    this.#post(`${this.#prefix}-${++this.#last}`, ask);
  }

  /** Receives an answer. */
  answer(key: string, answer: ShareAnswer): void {
    const open = this.#open.get(key);
    if (open === undefined) return;
    this.#open.delete(key);
    this.#bytes -= open.bytes;
    if ("value" in answer) open.resolve(answer.value);
    else open.reject(new RangeError(answer.problem));
  }
}

/** A call that acts on one machine only, in a run on several: it ends the run. */
export class OneMachineError extends UsageError {
  /**
   * @param call The call, as written
   * @param instead What to write in its place
   */
  constructor(call: string, instead: string) {
    super(
      [`Cannot use ${call}: the run is on several machines, which it cannot wait for`],
      `Write ${instead} in its place; that works on one machine, too.`,
    );
  }
}
