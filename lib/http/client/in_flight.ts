/**
 * The requests of one user that are in flight.
 *
 * @module
 */

import { errorSite } from "../../core/error_site.ts";

/** A request, as far as needed here. */
export interface Begun {
  /** Method and name. */
  readonly row: string;
}

/** Counts the requests of one user in flight; costs two increments per request unless tracing is on. */
export class InFlight {
  /** How many are in flight. */
  count = 0;
  /** Where each one started, while tracing is on. */
  #traces: Map<Begun, Error> | null = null;
  /** How many have to end before the wait ends. */
  #awaited = 0;
  #resolve: () => void = () => {};

  /** Whether the calling line of each request in flight is kept; costs about 10 µs per request. */
  set isTraced(isTraced: boolean) {
    this.#traces = isTraced ? new Map() : null;
  }

  /** Records the start of a request; called within the user's own call. */
  begin(request: Begun): void {
    this.count++;
    if (this.#traces !== null) this.#traces.set(request, new Error());
  }

  /** Records the end of a request, with any outcome. */
  end(request: Begun): void {
    this.count--;
    if (this.#traces !== null) this.#traces.delete(request);
    if (this.#awaited > 0 && --this.#awaited === 0) this.#resolve();
  }

  /** Waits until that many more requests have ended. */
  ended(count: number): Promise<void> {
    this.#awaited = count;
    return new Promise((resolve) => this.#resolve = resolve);
  }

  /** Returns the last traced request in flight, as `METHOD name (file:line)`; `null` if none is traced. */
  get lastTraced(): string | null {
    const last = [...this.#traces ?? []].at(-1);
    if (last === undefined) return null;
    const site = errorSite(last[1]);
    return site === null ? null : `${last[0].row} (${site.file}:${site.line})`;
  }
}
