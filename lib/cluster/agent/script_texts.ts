/**
 * What a script prints and logs, on its way to the coordinator.
 *
 * @module
 */

import type { Link } from "../wire/link.ts";
import type { FromAgent, ToAgent } from "../wire/protocol.ts";
import { missingFileHint } from "./missing_file.ts";

/** Most messages that wait to be sent when a script prints or logs. */
export const MAX_WAITING_TEXTS = 1000;

/** Sends lines of a script, unless so many messages wait that reports would be held up. */
export class ScriptTexts {
  readonly #link: Pick<Link<FromAgent, ToAgent>, "send" | "waiting">;
  #dropped = 0;
  #hasHinted = false;

  /** Sends over a link that others use, too. */
  constructor(link: Pick<Link<FromAgent, ToAgent>, "send" | "waiting">) {
    this.#link = link;
  }

  /**
   * Sends a line, or drops it; before the next line that is sent, one says how many were dropped. The first error of a
   * file that only the coordinator's machine has is followed by what to do.
   */
  send(message: Extract<FromAgent, { type: "log" | "print" }>): void {
    if (this.#link.waiting >= MAX_WAITING_TEXTS) return void this.#dropped++;
    if (this.#dropped > 0) {
      const text = `${this.#dropped} lines of the script were dropped: it prints faster than they can be sent`;
      this.#link.send({ type: "log", level: "warning", text, span: null });
      this.#dropped = 0;
    }
    this.#link.send(message);
    if (message.type === "log" && message.level === "error" && !this.#hasHinted) this.#hint(message.text);
  }

  #hint(error: string): void {
    const text = missingFileHint(error);
    if (text === undefined) return;
    this.#hasHinted = true;
    this.#link.send({ type: "log", level: "warning", text, span: null });
  }
}
