/**
 * The bytes that are written at once for a request.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** A request, or its head, in the forms that sockets write. */
export class Payload {
  /** One character per byte. */
  readonly text: string;
  #bytes: Uint8Array | null = null;

  /** @param text One character per byte */
  constructor(text: string) {
    this.text = text;
  }

  /** The bytes; created on first use. */
  get bytes(): Uint8Array {
    return this.#bytes ??= Buffer.from(this.text, "latin1");
  }
}
