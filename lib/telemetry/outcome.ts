/**
 * What became of the exports of one kind.
 *
 * @module
 */

import { oneLine } from "../core/text.ts";
import type { Delivery } from "./otlp/sender.ts";

/** Most that is shown of what a collector says. */
const MAX_MESSAGE = 200;

/** Counts what was exported, and tells when that fails. */
export class Outcome {
  readonly #what: string;
  readonly #where: string;
  readonly #warn: (text: string) => void;
  #sent = 0;
  #lost = 0;
  #rejected = 0;
  #reason = "";
  #message = "";
  #hasWarned = false;

  /**
   * Creates an outcome without exports.
   *
   * @param what What is exported, in the plural, such as `log lines`
   * @param where The URL, without credentials
   * @param warn Receives a line when an export fails the first time
   */
  constructor(what: string, where: string, warn: (text: string) => void) {
    this.#what = what;
    this.#where = where;
    this.#warn = warn;
  }

  /** Notes that an attempt failed which is repeated; warns of the first one. */
  retry(reason: string): void {
    this.#reason = reason;
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#warn(`Telemetry does not reach ${this.#where}: ${reason}; the run goes on`);
  }

  /** Counts what became of a number of records. */
  settle(delivery: Delivery, count: number): void {
    if (!delivery.isSent) return this.lose(count, delivery.reason);
    const rejected = Math.min(delivery.rejected, count);
    this.#sent += count - rejected;
    this.#rejected += delivery.rejected;
    if (delivery.message !== "") this.#message = oneLine(delivery.message).slice(0, MAX_MESSAGE);
  }

  /** Counts records that are not sent. */
  lose(count: number, reason: string): void {
    this.#lost += count;
    this.#reason = reason;
  }

  /** Returns a warning about what did not arrive; `null` if everything did. */
  summary(): string | null {
    const parts = [
      ...(this.#lost === 0 ? [] : [`${this.#lost} of ${this.#sent + this.#lost} ${this.#what} lost (${this.#reason})`]),
      ...(this.#rejected === 0 ? [] : [`${this.#rejected} rejected`]),
      ...(this.#message === "" ? [] : [`the collector says: ${this.#message}`]),
    ];
    return parts.length === 0 ? null : `Telemetry to ${this.#where}: ${parts.join(", ")}`;
  }
}
