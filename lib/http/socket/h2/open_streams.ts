/**
 * The open streams of a connection.
 *
 * @module
 */

/** Slots at first; a power of 2. */
const MIN_SLOTS = 16;

/**
 * Values by stream number, which is odd.
 *
 * Not a `Map`: as streams come and go, V8 replaces the table of a `Map` again and again, and each table keeps the next one
 * and what was open at that time. Once one of them is in the old generation, all later ones are kept until the next full
 * collection: half of all exchanges, if 10 are open at a time.
 */
export class OpenStreams<T extends { readonly id: number }> {
  /** Each value at the slot of its number or the next free one. At most half are used, so that searches are short. */
  #slots: (T | undefined)[] = emptySlots(MIN_SLOTS);
  #size = 0;

  /** How many are open. */
  get size(): number {
    return this.#size;
  }

  /** Returns a stream by its number; `undefined` if it is not open. */
  get(id: number): T | undefined {
    return this.#slots[this.#slotOf(id)];
  }

  /** Adds a stream whose number is not open. */
  add(stream: T): void {
    if (2 * this.#size >= this.#slots.length) this.#grow();
    this.#slots[this.#slotOf(stream.id)] = stream;
    this.#size++;
  }

  /** Removes the stream of a number, if it is open. */
  remove(id: number): void {
    const slots = this.#slots;
    const last = slots.length - 1;
    let free = this.#slotOf(id);
    if (slots[free] === undefined) return;
    this.#size--;
    // Searches end at a free slot: those that came past this one move up.
    for (let at = (free + 1) & last;; at = (at + 1) & last) {
      const next = slots[at];
      if (next === undefined) break;
      const distance = (at - (next.id >>> 1)) & last;
      if (distance < ((at - free) & last)) continue;
      slots[free] = next;
      free = at;
    }
    slots[free] = undefined;
  }

  /** Returns all streams in the order of their numbers, which is that of opening. */
  all(): T[] {
    return this.#slots.filter((stream) => stream !== undefined).sort((one, other) => one.id - other.id);
  }

  /** Returns the slot of a number, or the free one where it belongs. */
  #slotOf(id: number): number {
    const slots = this.#slots;
    const last = slots.length - 1;
    let at = (id >>> 1) & last;
    for (let stream = slots[at]; stream !== undefined && stream.id !== id; stream = slots[at]) at = (at + 1) & last;
    return at;
  }

  #grow(): void {
    const streams = this.all();
    this.#slots = emptySlots(2 * this.#slots.length);
    for (const stream of streams) this.#slots[this.#slotOf(stream.id)] = stream;
  }
}

function emptySlots<T>(count: number): (T | undefined)[] {
  return new Array<T | undefined>(count).fill(undefined);
}
