/**
 * Time limits that cost next to nothing while they do not fire.
 *
 * @module
 */

import { MAX_TIMER_MS, nowMs, type Timer } from "../core/clock.ts";

/** Something with a time limit. Classes extend it, so that adding an instance to a list allocates nothing. */
export abstract class Deadlined {
  /** Neighbours in the list of the same limit; `null` at its ends and when in no list. */
  previous: Deadlined | null = null;
  /** See `previous`. */
  next: Deadlined | null = null;
  /** The list it is in; `null` when in none. */
  list: DeadlineList | null = null;
  /** When the limit passes, on {@linkcode nowMs}' clock; `Infinity` until the limit starts to run. */
  dueMs = 0;
  /** The limit, in milliseconds. */
  limitMs = 0;

  /** Called when the limit has passed; the item has left its list by then. */
  abstract onDeadline(): void;
}

/** Items with the same limit, ordered by deadline: one timer serves them all. */
class DeadlineList {
  readonly limitMs: number;
  head: Deadlined | null = null;
  tail: Deadlined | null = null;
  timer: Timer | undefined = undefined;

  constructor(limitMs: number) {
    this.limitMs = limitMs;
  }

  /** Sets the timer for the oldest item, replacing the present one. */
  arm(): void {
    if (this.head === null || !Number.isFinite(this.limitMs)) return;
    clearTimeout(this.timer);
    const delayMs = Math.min(Math.max(this.head.dueMs - nowMs(), 0), this.limitMs, MAX_TIMER_MS);
    this.timer = setTimeout(() => this.#expire(), delayMs);
  }

  #expire(): void {
    this.timer = undefined;
    const now = nowMs();
    for (let item = this.head; item !== null && item.dueMs <= now; item = this.head) {
      unlink(item);
      item.onDeadline();
    }
    if (this.timer === undefined) this.arm();
  }
}

/**
 * All items in flight on one worker, grouped by their limit.
 *
 * Adding, starting and removing are a few pointer writes (under 0.05 µs); there is one timer per distinct limit, armed
 * for the oldest item only. This keeps a default timeout of a minute on every request free. Items whose limit does not
 * run yet are kept apart, since they would delay the limits of items behind them. An item that starts late is inserted at
 * its place in the order.
 */
export class Deadlines {
  readonly #lists = new Map<number, DeadlineList>();
  readonly #waiting = new DeadlineList(Infinity);

  /**
   * Puts an item under a limit.
   *
   * @param item Must be in no list
   * @param startMs When the limit starts to run, on {@linkcode nowMs}' clock; `Infinity` if not known yet
   * @param limitMs The limit; `Infinity` means none, but the item is in {@linkcode Deadlines.items}
   */
  add(item: Deadlined, startMs: number, limitMs: number): void {
    item.limitMs = limitMs;
    item.dueMs = startMs + limitMs;
    insert(item, startMs === Infinity ? this.#waiting : this.#listOf(limitMs));
  }

  /** Starts the limit of an item at an instant; does nothing when the item is in no list. */
  start(item: Deadlined, startMs: number): void {
    if (item.list === null) return;
    unlink(item);
    item.dueMs = startMs + item.limitMs;
    insert(item, this.#listOf(item.limitMs));
  }

  /** Removes an item; does nothing when it is in no list. */
  remove(item: Deadlined): void {
    if (item.list !== null) unlink(item);
  }

  /** Returns every item in flight. */
  items(): Deadlined[] {
    const all: Deadlined[] = [];
    for (const list of [...this.#lists.values(), this.#waiting]) {
      for (let item = list.head; item !== null; item = item.next) all.push(item);
    }
    return all;
  }

  /** Stops every timer; items stay where they are. */
  close(): void {
    for (const list of this.#lists.values()) clearTimeout(list.timer);
  }

  #listOf(limitMs: number): DeadlineList {
    let list = this.#lists.get(limitMs);
    if (list === undefined) this.#lists.set(limitMs, list = new DeadlineList(limitMs));
    return list;
  }
}

function insert(item: Deadlined, list: DeadlineList): void {
  let previous = list.tail;
  while (previous !== null && previous.dueMs > item.dueMs) previous = previous.previous;
  const next = previous === null ? list.head : previous.next;
  item.list = list;
  item.previous = previous;
  item.next = next;
  if (previous === null) list.head = item;
  else previous.next = item;
  if (next === null) list.tail = item;
  else next.previous = item;
  if (list.timer === undefined || (previous === null && next !== null)) list.arm();
}

function unlink(item: Deadlined): void {
  const list = item.list!;
  if (item.previous === null) list.head = item.next;
  else item.previous.next = item.next;
  if (item.next === null) list.tail = item.previous;
  else item.next.previous = item.previous;
  item.previous = item.next = item.list = null;
}
