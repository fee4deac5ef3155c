/**
 * Which users of a worker do not get through `onStart`.
 *
 * @module
 */

import { type ClassStart, HOPELESS_FAILURES, type StartState, STUCK_AFTER_MS } from "../../messages.ts";

/** A user that is not past `onStart`. */
interface Start {
  readonly beganMs: number;
  readonly userClass: string;
  failures: number;
}

/** Follows users from their beginning to the end of `onStart`; costs nothing once they are past it. */
export class StartWatch {
  readonly #starting = new Map<object, Start>();
  /** Classes of which a user got past `onStart`. */
  readonly #passed = new Set<string>();
  #lost = 0;
  #reason: string | null = null;

  /** Notes that a user of a class begins. */
  begin(user: object, nowMs: number, userClass = ""): void {
    this.#starting.set(user, { beganMs: nowMs, userClass, failures: 0 });
  }

  /** Notes that a user is past `onStart`. */
  pass(user: object): void {
    const start = this.#starting.get(user);
    if (start !== undefined) this.#passed.add(start.userClass);
    this.#starting.delete(user);
  }

  /** Notes an error of a user; it counts only if the user is not past `onStart`. */
  fail(user: object, reason: () => string): void {
    const start = this.#starting.get(user);
    if (start === undefined) return;
    start.failures++;
    this.#reason = reason();
  }

  /** Notes that a user has ended. */
  end(user: object, nowMs: number): void {
    const start = this.#starting.get(user);
    if (start === undefined) return;
    this.#starting.delete(user);
    if (start.failures > 0 || nowMs - start.beganMs >= STUCK_AFTER_MS) this.#lost++;
  }

  /** Returns each class that has users here in `onStart`, or had one that got past it. */
  get classes(): ClassStart[] {
    const classes = new Map<string, ClassStart["state"]>();
    for (const { userClass, failures } of this.#starting.values()) {
      const isFailing = failures >= HOPELESS_FAILURES && classes.get(userClass) !== "trying";
      classes.set(userClass, isFailing ? "failing" : "trying");
    }
    for (const userClass of this.#passed) classes.set(userClass, "passed");
    return [...classes].map(([userClass, state]) => ({ userClass, state }));
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
