/**
 * The requests and steps of one user that are under way.
 *
 * @module
 */

import { errorSite } from "../../core/error_site.ts";

/** A request or step, as far as needed here. */
export interface Begun {
  /** Method and name. */
  readonly row: string;
}

/** Counts the requests and steps of one user under way; each costs two increments unless tracing is on. */
export class InFlight {
  /** How many are under way. */
  count = 0;
  /** Where each one started, while tracing is on. */
  #traces: Map<Begun, Error> | null = null;
  /** How many have to end before the wait ends. */
  #awaited = 0;
  #resolve: (() => void) | null = null;

  /** Whether the calling line of each one under way is kept; costs about 10 µs each. */
  set isTraced(isTraced: boolean) {
    this.#traces = isTraced ? new Map() : null;
  }

  /** Records the start of one; called within the user's own call. */
  begin(request: Begun): void {
    this.count++;
    if (this.#traces !== null) this.#traces.set(request, new Error());
  }

  /** Records the end of one, with any outcome. */
  end(request: Begun): void {
    this.count--;
    if (this.#traces !== null) this.#traces.delete(request);
    if (this.#awaited > 0 && --this.#awaited === 0) this.#resolve!();
  }

  /** Waits until that many more have ended. */
  ended(count: number): Promise<void> {
    this.#awaited = count;
    return new Promise((resolve) => this.#resolve = resolve);
  }

  /**
   * The traced one under way that began first, as `METHOD name (file:line)`; `null` if none is traced. Of a step and the
   * requests in it, that is the step.
   */
  get firstTraced(): string | null {
    const [first] = this.#traces ?? [];
    if (first === undefined) return null;
    const site = errorSite(first[1]);
    return site === null ? null : `${first[0].row} (${site.file}:${site.line})`;
  }
}
