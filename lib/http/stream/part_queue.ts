/**
 * Parts of a body that wait for the script.
 *
 * @module
 */

import type { Part } from "./parts.ts";

/** Bytes that wait for the script from which reading stops. */
export const MAX_WAITING_BYTES = 262_144;

/** Parts in order; asks for the server to be held while too many bytes wait. */
export class PartQueue {
  readonly #hold: (isHeld: boolean) => void;
  #parts: Part[] = [];
  #bytes = 0;
  #isHeld = false;
  #reader: (() => void) | null = null;

  /** @param hold Stops or continues reading */
  constructor(hold: (isHeld: boolean) => void) {
    this.#hold = hold;
  }

  /** Whether no part waits. */
  get isEmpty(): boolean {
    return this.#parts.length === 0;
  }

  /** Adds a part. */
  push(part: Part): void {
    this.#parts.push(part);
    this.#bytes += part.bytes.length;
    if (!this.#isHeld && this.#bytes >= MAX_WAITING_BYTES) this.#hold(this.#isHeld = true);
    this.wake();
  }

  /** Takes the first part, or `undefined`. */
  shift(): Part | undefined {
    const part = this.#parts.shift();
    if (part === undefined) return undefined;
    this.#bytes -= part.bytes.length;
    if (this.#isHeld && this.#bytes < MAX_WAITING_BYTES / 2) this.#hold(this.#isHeld = false);
    return part;
  }

  /** Drops all parts. */
  clear(): void {
    this.#parts = [];
    this.#bytes = 0;
  }

  /** Resolves at the next part, or when woken; only one caller may wait. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#reader = resolve);
  }

  /** Ends the wait for a part. */
  wake(): void {
    this.#reader?.();
    this.#reader = null;
  }
}
