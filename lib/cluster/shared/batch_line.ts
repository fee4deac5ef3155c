/**
 * Messages about what all machines share, in batches.
 *
 * @module
 */

import type { ShareAnswer, ShareAsk } from "../../script/shared/remote.ts";
import type { RowRange } from "../../script/shared/lease_table.ts";
import { decode } from "../wire/reports/codec.ts";
import { Link, type LinkOptions, type Network } from "../wire/link.ts";

/** From a machine to the coordinator. */
export type FromMachine =
  | { readonly type: "ask"; readonly key: string; readonly ask: ShareAsk }
  | { readonly type: "recalled"; readonly id: number; readonly ranges: readonly RowRange[] };

/** From the coordinator to a machine. */
export type ToMachine =
  | { readonly type: "answer"; readonly key: string; readonly answer: ShareAnswer }
  | { readonly type: "deliver"; readonly name: string; readonly record: Uint8Array }
  | { readonly type: "recall"; readonly id: number; readonly name: string };

/** Settings of a line. */
export interface BatchLineOptions<Received> extends Required<Pick<LinkOptions<never, never>, "onBroken">> {
  /** Reads a message of the other end; throws a `SyntaxError` if it is none. */
  readonly read: (value: unknown) => Received;
  /** Called at the first broadcast that is dropped to make room. @default nothing */
  readonly onDrop?: () => void;
}

/** Most messages of a batch. */
const MAX_BATCH = 1000;
/** Most bytes of broadcasts that wait to be sent to one machine. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * One end of a link whose messages go in batches: all that come while one is on its way. So a round trip limits how long a
 * question takes, not how many there are per second.
 */
export class BatchLine<Sent extends { readonly type: string }, Received> {
  readonly #link: Link<readonly Sent[], readonly Received[]>;
  readonly #onDrop: () => void;
  #queue: Sent[] = [];
  #bytes = 0;
  #dropped = 0;
  #isSending = false;

  /**
   * Starts to listen.
   *
   * @param outbox Subject on which the other end listens
   * @param inbox Subject on which this end listens
   * @param take Receives each message of the other end
   */
  constructor(
    network: Network,
    outbox: string,
    inbox: string,
    take: (message: Received) => void,
    { read, onBroken, onDrop = () => {} }: BatchLineOptions<Received>,
  ) {
    this.#onDrop = onDrop;
    this.#link = new Link<readonly Sent[], readonly Received[]>(
      network,
      outbox,
      inbox,
      (batch) => batch.forEach(take),
      {
        decode: (bytes) => readBatch(decode(bytes), read),
        onBroken,
      },
    );
  }

  /** Sends a message after those before it. */
  send(message: Sent): void {
    this.#queue.push(message);
    this.#bytes += sizeOf(message);
    while (this.#bytes > MAX_BYTES) this.#dropOldest();
    if (!this.#isSending) void this.#sendAll();
  }

  /** Ends the line; messages that have not been acknowledged are given up. */
  close(): void {
    this.#queue = [];
    this.#link.close();
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, MAX_BATCH);
      for (const message of batch) this.#bytes -= sizeOf(message);
      this.#link.send(batch);
      await this.#link.flush();
    }
    this.#isSending = false;
  }

  /** Broadcasts alone have no limit where they come from: the oldest ones make room, as on one machine. */
  #dropOldest(): void {
    const [oldest] = this.#queue.splice(this.#queue.findIndex((message) => sizeOf(message) > 0), 1);
    this.#bytes -= sizeOf(oldest!);
    if (this.#dropped++ === 0) this.#onDrop();
  }
}

function readBatch<Received>(batch: unknown, read: (value: unknown) => Received): readonly Received[] {
  if (!Array.isArray(batch)) throw new SyntaxError("Cannot read a batch of messages: expected a list");
  return batch.map(read);
}

/** Returns the bytes of a broadcast, 0 for other messages: of these there are no more than were asked for. */
function sizeOf(message: { readonly type: string }): number {
  return message.type === "deliver" && "record" in message ? (message.record as Uint8Array).length + 1 : 0;
}
