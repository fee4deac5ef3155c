/**
 * The requests of one user that are in flight.
 *
 * @module
 */

import { errorSite } from "../../core/error_site.ts";

/** A request as far as it is named here. */
export interface Begun {
  /** Method and name. */
  readonly row: string;
}

/** Counts the requests of one user that are in flight; two increments a request while nothing is traced. */
export class InFlight {
  /** How many are in flight. */
  count = 0;
  /** Where each was begun, while that is traced. */
  #traces: Map<Begun, Error> | null = null;
  /** How many have to end before the waiting ends. */
  #awaited = 0;
  #resolve: () => void = () => {};

  /** Whether the line that begins a request is kept while it is in flight, which costs about 10 µs a request. */
  set isTraced(isTraced: boolean) {
    this.#traces = isTraced ? new Map() : null;
  }

  /** Notes that a request begins; called from within the user's own call. */
  begin(request: Begun): void {
    this.count++;
    if (this.#traces !== null) this.#traces.set(request, new Error());
  }

  /** Notes that a request has ended, however. */
  end(request: Begun): void {
    this.count--;
    if (this.#traces !== null) this.#traces.delete(request);
    if (this.#awaited > 0 && --this.#awaited === 0) this.#resolve();
  }

  /** Waits until some requests more have ended. */
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
