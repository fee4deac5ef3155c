/**
 * What is written for a request at once.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** A request, or the head of one, in the form a socket takes it. */
export class Payload {
  /** One character a byte. */
  readonly text: string;
  #bytes: Uint8Array | null = null;

  /** @param text One character a byte */
  constructor(text: string) {
    this.text = text;
  }

  /** The same as bytes; made on the first use. */
  get bytes(): Uint8Array {
    return this.#bytes ??= Buffer.from(this.text, "latin1");
  }
}
