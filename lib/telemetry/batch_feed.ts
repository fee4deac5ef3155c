/**
 * Sends records in batches.
 *
 * @module
 */

import type { Message } from "./otlp/protobuf.ts";
import type { OtlpSender } from "./otlp/sender.ts";
import type { Outcome } from "./outcome.ts";

/** Most records that wait; those after them are counted as lost. */
export const MAX_WAITING = 10_000;
/** Most records of one request. */
const MAX_BATCH = 1000;
/** How long a batch is collected, in milliseconds. */
const COLLECT_MS = 1000;

/** Records that wait to be sent, up to {@linkcode MAX_WAITING}. */
export class BatchFeed<T> {
  readonly #sender: OtlpSender;
  readonly #makeRequest: (records: readonly T[]) => Message;
  readonly #outcome: Outcome;
  readonly #stop = new AbortController();
  #waiting: T[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #sending: Promise<void> | null = null;

  constructor(sender: OtlpSender, makeRequest: (records: readonly T[]) => Message, outcome: Outcome) {
    this.#sender = sender;
    this.#makeRequest = makeRequest;
    this.#outcome = outcome;
  }

  /** Adds records; they are sent within about a second. */
  add(records: readonly T[]): void {
    const free = MAX_WAITING - this.#waiting.length;
    for (const record of records.slice(0, free)) this.#waiting.push(record);
    if (records.length > free) this.#outcome.lose(records.length - free, "too many waited");
    if (this.#sending === null) this.#timer ??= setTimeout(() => this.#start(), COLLECT_MS);
  }

  /**
   * Sends what waits.
   *
   * @param deadline Ends it; what is left then is lost
   */
  async finish(deadline: AbortSignal): Promise<void> {
    deadline.addEventListener("abort", () => this.#stop.abort());
    if (deadline.aborted) this.#stop.abort();
    if (this.#sending === null) this.#start();
    await this.#sending;
  }

  #start(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#waiting.length > 0) this.#sending = this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    try {
      do {
        const batch = this.#waiting.splice(0, MAX_BATCH);
        const request = this.#makeRequest(batch);
        this.#outcome.settle(await this.#sender.send(() => request, this.#stop.signal), batch.length);
      } while (this.#waiting.length > 0);
    } finally {
      this.#sending = null; // at once: records added from here on begin a batch of their own
    }
  }
}
