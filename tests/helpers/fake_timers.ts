/** Timers that a test advances. */
export class FakeTimers implements Disposable {
  readonly #set = globalThis.setTimeout;
  readonly #clear = globalThis.clearTimeout;
  readonly #timers = new Map<number, { readonly act: () => void; readonly atMs: number }>();
  #nowMs = 0;
  #ids = 0;

  constructor() {
    globalThis.setTimeout = ((act: () => void, ms = 0) => {
      this.#timers.set(++this.#ids, { act, atMs: this.#nowMs + ms });
      return this.#ids;
    }) as unknown as typeof setTimeout;
    globalThis.clearTimeout = (id) => void this.#timers.delete(id as unknown as number);
  }

  /** Advances the time. */
  advance(ms: number): void {
    this.#nowMs += ms;
    for (const [id, { act, atMs }] of this.#timers) {
      if (atMs > this.#nowMs) continue;
      this.#timers.delete(id);
      act();
    }
  }

  [Symbol.dispose](): void {
    globalThis.setTimeout = this.#set;
    globalThis.clearTimeout = this.#clear;
  }
}
