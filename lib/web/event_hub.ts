/**
 * Server-sent events to any number of readers, none of which can hold up the run or fill its memory.
 *
 * @module
 */

import type { Timer } from "../core/clock.ts";

/** Most events waiting for one reader; a slower reader receives the whole state instead. */
const MAX_WAITING = 32;
/** Most readers at once; the one that came first goes. */
const MAX_READERS = 200;
/** How often a comment is sent where nothing else is, in milliseconds: connections in between stay open. */
const PING_EVERY_MS = 15_000;

/** One reader. */
interface Reader {
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  /** Whether it has missed events, and gets the whole state once there is room. */
  isBehind: boolean;
}

const encoder = new TextEncoder();

/** Sends events to all readers. */
export class EventHub {
  readonly #readers = new Set<Reader>();
  readonly #snapshot: () => unknown;
  readonly #ping: Timer;

  /** @param snapshot Returns the whole state: what a reader gets first, and again after it has missed something */
  constructor(snapshot: () => unknown) {
    this.#snapshot = snapshot;
    this.#ping = setInterval(() => this.#sendAll(encoder.encode(": ping\n\n")), PING_EVERY_MS);
  }

  /** Number of readers. */
  get size(): number {
    return this.#readers.size;
  }

  /** Returns the stream of a new reader: the state, then every event. */
  open(): ReadableStream<Uint8Array> {
    let reader: Reader;
    return new ReadableStream({
      start: (controller) => {
        reader = { controller, isBehind: false };
        this.#readers.add(reader);
        if (this.#readers.size > MAX_READERS) this.#drop([...this.#readers][0]!);
        controller.enqueue(this.#whole());
      },
      pull: () => {
        if (!reader.isBehind) return;
        reader.isBehind = false;
        reader.controller.enqueue(this.#whole());
      },
      cancel: () => void this.#readers.delete(reader),
    }, { highWaterMark: MAX_WAITING });
  }

  /** Sends an event to every reader that has room for it. */
  send(type: string, data: unknown): void {
    if (this.#readers.size > 0) this.#sendAll(encodeEvent(type, data));
  }

  /** Ends every stream. */
  close(): void {
    clearInterval(this.#ping);
    for (const reader of [...this.#readers]) this.#drop(reader);
  }

  #whole(): Uint8Array {
    return encodeEvent("state", this.#snapshot());
  }

  #sendAll(bytes: Uint8Array): void {
    for (const reader of this.#readers) {
      if (reader.isBehind) continue;
      if ((reader.controller.desiredSize ?? 0) > 0) reader.controller.enqueue(bytes);
      else reader.isBehind = true;
    }
  }

  #drop(reader: Reader): void {
    this.#readers.delete(reader);
    reader.controller.close();
  }
}

function encodeEvent(type: string, data: unknown): Uint8Array {
  return encoder.encode(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
}
