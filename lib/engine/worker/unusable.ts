/**
 * Errors of user code that end the whole run.
 *
 * @module
 */

import type { UsageError } from "../../core/errors.ts";

/** Ends the run for errors that no user can get past, such as a path without a base URL. */
export class Unusable {
  readonly #told = new WeakSet<object>();
  readonly #onUnusable: (error: UsageError) => void;

  /** @param onUnusable Ends the run with an error */
  constructor(onUnusable: (error: UsageError) => void) {
    this.#onUnusable = onUnusable;
  }

  /** Ends the run with an error. */
  tell(error: UsageError): void {
    this.#told.add(error);
    this.#onUnusable(error);
  }

  /** Whether the run has ended with an error, so that it is not counted as one of a user. */
  has(error: unknown): boolean {
    return typeof error === "object" && error !== null && this.#told.has(error);
  }
}
