/**
 * Time limits that cost next to nothing while they do not fire.
 *
 * @module
 */

import { MAX_TIMER_MS, nowMs, type Timer } from "../core/clock.ts";

/** Stands for the place of an item that is under no limit. */
const NO_PLACE = -1;

/** Something with a time limit. Classes extend it, so that adding an instance allocates nothing. */
export abstract class Deadlined {
  /** Its place among the items in flight; for {@linkcode Deadlines} only. */
  place: number = NO_PLACE;
  /** The limit, in milliseconds. */
  limitMs = 0;

  /**
   * Called when the limit has passed; the item is under no limit by then.
   *
   * @param dueMs When it passed, on {@linkcode nowMs}' clock
   */
  abstract onDeadline(dueMs: number): void;
}

/**
 * All items in flight on one worker.
 *
 * Adding, starting and removing are a few writes (under 0.05 µs); one timer serves all, armed for the earliest limit. When
 * it fires, all items are looked at (1 ns each), and it is armed again for the earliest of those left: with requests that
 * end long before their limit, about once per limit. This keeps a default timeout of a minute on every request free.
 *
 * No operation touches another item: with thousands in flight, each would have to be fetched from memory.
 */
export class Deadlines {
  readonly #items: (Deadlined | null)[] = [];
  /** By place: when the limit passes, on {@linkcode nowMs}' clock; `Infinity` while it does not run. */
  #dueMs = new Float64Array(64);
  readonly #freePlaces: number[] = [];
  #timer: Timer | undefined = undefined;
  /** What the timer is armed for; `Infinity` without one. */
  #armedMs = Infinity;

  /**
   * Puts an item under a limit.
   *
   * @param item Must be under none
   * @param startMs When the limit starts to run, on {@linkcode nowMs}' clock; `Infinity` if not known yet
   * @param limitMs The limit; `Infinity` means none, but the item is in {@linkcode Deadlines.items}
   */
  add(item: Deadlined, startMs: number, limitMs: number): void {
    const place = this.#freePlaces.length > 0 ? this.#freePlaces.pop()! : this.#newPlace();
    item.place = place;
    item.limitMs = limitMs;
    this.#items[place] = item;
    this.#setDue(place, startMs + limitMs);
  }

  /** Starts the limit of an item at an instant; does nothing when the item is under none. */
  start(item: Deadlined, startMs: number): void {
    if (item.place !== NO_PLACE) this.#setDue(item.place, startMs + item.limitMs);
  }

  /** Returns whether the limit of an item runs. */
  isRunning({ place }: Deadlined): boolean {
    return place !== NO_PLACE && this.#dueMs[place] !== Infinity;
  }

  /** Removes an item; does nothing when it is under no limit. */
  remove(item: Deadlined): void {
    const { place } = item;
    if (place === NO_PLACE) return;
    item.place = NO_PLACE;
    this.#items[place] = null;
    this.#dueMs[place] = Infinity;
    this.#freePlaces.push(place);
  }

  /** Returns every item in flight. */
  items(): Deadlined[] {
    return this.#items.filter((item) => item !== null);
  }

  /** Stops the timer; items stay where they are. */
  close(): void {
    clearTimeout(this.#timer);
  }

  #newPlace(): number {
    const place = this.#items.length;
    if (place === this.#dueMs.length) {
      const grown = new Float64Array(2 * place);
      grown.set(this.#dueMs);
      this.#dueMs = grown;
    }
    this.#items.push(null);
    return place;
  }

  #setDue(place: number, dueMs: number): void {
    this.#dueMs[place] = dueMs;
    if (dueMs < this.#armedMs) this.#arm(dueMs);
  }

  #arm(dueMs: number): void {
    clearTimeout(this.#timer);
    this.#armedMs = dueMs;
    this.#timer = setTimeout(this.#expire, Math.min(Math.max(dueMs - nowMs(), 0), MAX_TIMER_MS));
  }

  readonly #expire = (): void => {
    this.#armedMs = Infinity;
    const [now, dues, count] = [nowMs(), this.#dueMs, this.#items.length];
    const passed: { readonly item: Deadlined; readonly dueMs: number }[] = [];
    let nextMs = Infinity;
    for (let place = 0; place < count; place++) {
      const dueMs = dues[place]!;
      if (dueMs <= now) passed.push({ item: this.#items[place]!, dueMs });
      else if (dueMs < nextMs) nextMs = dueMs;
    }
    if (nextMs !== Infinity) this.#arm(nextMs);
    passed.sort((one, other) => one.dueMs - other.dueMs);
    for (const { item, dueMs } of passed) {
      if (this.#dueMs[item.place] !== dueMs) continue; // removed or changed by one before it
      this.remove(item);
      item.onDeadline(dueMs);
    }
  };
}
