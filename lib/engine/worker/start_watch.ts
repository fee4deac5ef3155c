/**
 * Which users of a worker do not get through `onStart`.
 *
 * @module
 */

import { type StartState, STUCK_AFTER_MS } from "../messages.ts";

/** Follows users from their beginning to the end of `onStart`; costs nothing once they are past it. */
export class StartWatch {
  readonly #starting = new Map<object, { readonly beganMs: number; hasFailed: boolean }>();
  #lost = 0;
  #reason: string | null = null;

  /** Notes that a user begins. */
  begin(user: object, nowMs: number): void {
    this.#starting.set(user, { beganMs: nowMs, hasFailed: false });
  }

  /** Notes that a user is past `onStart`. */
  pass(user: object): void {
    this.#starting.delete(user);
  }

  /** Notes an error of a user; it counts only if the user is not past `onStart`. */
  fail(user: object, reason: () => string): void {
    const start = this.#starting.get(user);
    if (start === undefined) return;
    start.hasFailed = true;
    this.#reason = reason();
  }

  /** Notes that a user has ended. */
  end(user: object, nowMs: number): void {
    const start = this.#starting.get(user);
    if (start === undefined) return;
    this.#starting.delete(user);
    if (start.hasFailed || nowMs - start.beganMs >= STUCK_AFTER_MS) this.#lost++;
  }

  /** Returns the state at an instant. */
  at(nowMs: number): StartState {
    let stuck = 0;
    for (const { beganMs } of this.#starting.values()) {
      if (nowMs - beganMs >= STUCK_AFTER_MS) stuck++;
    }
    return { stuck, lost: this.#lost, reason: this.#reason };
  }
}
