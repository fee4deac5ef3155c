/**
 * Finds requests and steps that a script forgot to await.
 *
 * @module
 */

import type { InFlight } from "../../../http/client/in_flight.ts";

/**
 * Names the first iteration of each class that ends with requests or steps of its own under way, with the line that began
 * one. That line is known only while they are traced: in the first iteration of the first user of a class, and in the next
 * of a user found without a trace.
 */
export class AwaitWatch {
  readonly #warn: (text: string) => void;
  /** Classes whose first user has begun its iterations. */
  readonly #seen = new Set<string>();
  /** Classes with a forgotten await whose line is unknown. */
  readonly #unnamed = new Set<string>();
  readonly #named = new Set<string>();

  /** @param warn Receives a line for the log */
  constructor(warn: (text: string) => void) {
    this.#warn = warn;
  }

  /** Notes that a user begins its iterations; returns whether its first one is traced. */
  begin(userClass: string, inFlight: InFlight): boolean {
    if (this.#seen.has(userClass)) return false;
    this.#seen.add(userClass);
    return inFlight.isTraced = true;
  }

  /** Notes that an iteration has ended with something under way; returns whether the user's next one is traced. */
  find(userClass: string, inFlight: InFlight): boolean {
    if (this.#named.has(userClass)) return inFlight.isTraced = false;
    const first = inFlight.firstTraced;
    if (first === null) {
      this.#unnamed.add(userClass);
      return inFlight.isTraced = true;
    }
    inFlight.isTraced = false;
    this.#name(userClass, ` by ${first}`);
    return false;
  }

  /** Names the findings not named so far, at the end of the load. */
  close(): void {
    for (const userClass of this.#unnamed) if (!this.#named.has(userClass)) this.#name(userClass, "");
  }

  #name(userClass: string, by: string): void {
    this.#named.add(userClass);
    this.#warn(
      `An iteration of ${userClass} ended with requests or steps under way, begun${by}: await is missing? ` +
        "The user's next iteration waits for them",
    );
  }
}
