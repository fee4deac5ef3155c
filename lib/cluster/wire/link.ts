/**
 * Messages between two programs that arrive in order, each once, even if the network between them loses some.
 *
 * @module
 */

import { decode, encode } from "./reports/codec.ts";

/** What a link needs of a NATS connection. */
export interface Network {
  /** Sends a request and returns the answer; rejects without one in time. */
  request(subject: string, payload: Uint8Array, options: { timeout: number }): Promise<Uint8Array>;
  /** Answers requests to a subject; returns what ends that. */
  serve(subject: string, answer: (payload: Uint8Array) => Uint8Array | null): () => void;
}

/** Encodes messages in the order in which they are sent. */
export type MessageEncoder<Message> = (message: Message) => Uint8Array;
/** Decodes messages in the order in which they were sent. */
export type MessageDecoder<Message> = (bytes: Uint8Array) => Message;

/** Settings of a link. */
export interface LinkOptions<Sent, Received> {
  /** Encodes what is sent. @default as JSON */
  readonly encode?: MessageEncoder<Sent>;
  /** Decodes what is received. @default from JSON */
  readonly decode?: MessageDecoder<Received>;
  /**
   * Called once if a message cannot be decoded, or its receiver throws; the link receives nothing after that.
   * @default nothing
   */
  readonly onBroken?: (error: Error) => void;
  /** Most bytes of a message that is received; a longer one cannot be decoded. @default {536870912} */
  readonly maxBytes?: number;
  /** Wait before a chunk that could not be sent is sent again, in milliseconds. @default {100} */
  readonly retryMs?: number;
}

/** Most bytes of a message that are sent at once; a NATS server takes 1 MB by default. */
const CHUNK_BYTES = 512 * 1024;
/** Bytes before those of the message: number of the chunk, and whether it is the last of its message. */
const HEAD_BYTES = 5;
/** Most bytes of a message that is received: a string cannot be longer. */
const MAX_BYTES = 512 * 1024 * 1024;
/** How long an acknowledgement may take before the chunk is sent again, in milliseconds. */
const TIMEOUT_MS = 1000;
/** Wait before a chunk that could not be sent is sent again, in milliseconds. */
const RETRY_MS = 100;
const NOTHING = new Uint8Array(0);

/**
 * One end of a link. A message is cut into numbered chunks; each is a request that is repeated until it is acknowledged,
 * one at a time. The other end takes each number once, and acknowledges those that it has already taken.
 */
export class Link<Sent, Received> {
  readonly #network: Network;
  readonly #outbox: string;
  readonly #unserve: () => void;
  readonly #onMessage: (message: Received) => void;
  readonly #options: LinkOptions<Sent, Received>;
  readonly #queue: Sent[] = [];
  #sent = 0;
  #taken = 0;
  #parts: Uint8Array[] = [];
  #partBytes = 0;
  /** Whether the other end has sent what cannot be read. */
  #isBroken = false;
  #isSending = false;
  #isClosed = false;
  #idle: PromiseWithResolvers<void> | null = null;

  /**
   * Starts to listen.
   *
   * @param outbox Subject on which the other end listens
   * @param inbox Subject on which this end listens
   * @param onMessage Receives each message of the other end
   */
  constructor(
    network: Network,
    outbox: string,
    inbox: string,
    onMessage: (message: Received) => void,
    options: LinkOptions<Sent, Received> = {},
  ) {
    this.#options = options;
    this.#network = network;
    this.#outbox = outbox;
    this.#onMessage = onMessage;
    this.#unserve = network.serve(inbox, (payload) => this.#take(payload));
  }

  /** Sends a message after those before it. */
  send(message: Sent): void {
    if (this.#isClosed) return;
    this.#queue.push(message);
    if (!this.#isSending) void this.#sendAll();
  }

  /** Whether a message has not been acknowledged yet. */
  get isBusy(): boolean {
    return this.#isSending;
  }

  /** Messages that have not begun to be sent. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Waits until every message has been acknowledged, or the link is closed. */
  flush(): Promise<void> {
    if (!this.#isSending) return Promise.resolve();
    return (this.#idle ??= Promise.withResolvers()).promise;
  }

  /** Ends the link; messages that have not been acknowledged are given up. */
  close(): void {
    this.#isClosed = true;
    this.#queue.length = 0;
    this.#unserve();
    this.#noteIdle();
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    for (let message = this.#queue.shift(); message !== undefined; message = this.#queue.shift()) {
      const bytes = (this.#options.encode ?? encode)(message);
      for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
        await this.#deliver(bytes.subarray(at, at + CHUNK_BYTES), at + CHUNK_BYTES >= bytes.length);
      }
    }
    this.#isSending = false;
    this.#noteIdle();
  }

  async #deliver(part: Uint8Array, isLast: boolean): Promise<void> {
    const chunk = new Uint8Array(HEAD_BYTES + part.length);
    new DataView(chunk.buffer).setUint32(0, this.#sent++);
    chunk[HEAD_BYTES - 1] = isLast ? 1 : 0;
    chunk.set(part, HEAD_BYTES);
    while (!this.#isClosed) {
      try {
        await this.#network.request(this.#outbox, chunk, { timeout: TIMEOUT_MS });
        return;
      } catch {
        // Nobody has acknowledged it: it, or its acknowledgement, is lost, or the server is away.
        await new Promise((resolve) => setTimeout(resolve, this.#options.retryMs ?? RETRY_MS));
      }
    }
  }

  /** Takes a chunk; returns its acknowledgement, or `null` for one that cannot be next. */
  #take(chunk: Uint8Array): Uint8Array | null {
    if (this.#isClosed || this.#isBroken || chunk.length <= HEAD_BYTES) return null;
    const number = new DataView(chunk.buffer, chunk.byteOffset).getUint32(0);
    if (number > this.#taken) return null;
    if (number < this.#taken) return NOTHING;
    this.#taken++;
    this.#parts.push(chunk.slice(HEAD_BYTES));
    this.#partBytes += chunk.length - HEAD_BYTES;
    if (this.#partBytes > (this.#options.maxBytes ?? MAX_BYTES)) {
      this.#parts = [];
      this.#break(new SyntaxError("Cannot read a message: it is too long"));
    } else if (chunk[HEAD_BYTES - 1] === 1) {
      const bytes = new Uint8Array(this.#partBytes);
      let at = this.#partBytes = 0;
      for (const part of this.#parts.splice(0)) {
        bytes.set(part, at);
        at += part.length;
      }
      queueMicrotask(() => this.#receive(bytes));
    }
    return NOTHING;
  }

  #receive(bytes: Uint8Array): void {
    if (this.#isClosed || this.#isBroken) return;
    try {
      this.#onMessage((this.#options.decode ?? decode)(bytes) as Received);
    } catch (error) {
      this.#break(error as Error);
    }
  }

  #break(error: Error): void {
    this.#isBroken = true;
    this.#options.onBroken?.(error);
  }

  #noteIdle(): void {
    this.#idle?.resolve();
    this.#idle = null;
  }
}

/** Returns why the other end of a link is given up that has sent what nobody can read. */
export function unreadable(problem: string): string {
  return `it sent what cannot be read: ${problem}`;
}
