/**
 * An answer received over a socket.
 *
 * @module
 */

import type { ConnectPhases, SharedText, WireResponse } from "../transport.ts";

const NO_LINES: ReturnType<WireResponse["headerLines"]> = [];

/** The header of an answer, in any version of HTTP. */
export type HeadView =
  & Pick<WireResponse, "status" | "statusText" | "contentEncoding" | "setCookies" | "header" | "httpVersion">
  & { lines(): ReturnType<WireResponse["headerLines"]> };

/** A whole answer; its header block may be shared with other answers. */
export class SocketAnswer implements WireResponse {
  readonly #head: HeadView;
  readonly body: Uint8Array;
  readonly bytesReceived: number;
  readonly firstByteMs: number;
  readonly lastByteMs: number;
  readonly connectPhases: ConnectPhases | null;
  readonly sharedText: SharedText | null;
  trailers: ReturnType<WireResponse["headerLines"]> = NO_LINES;

  constructor(
    head: HeadView,
    body: Uint8Array,
    bytesReceived: number,
    firstByteMs: number,
    lastByteMs: number,
    connectPhases: ConnectPhases | null,
    sharedText: SharedText | null,
  ) {
    this.#head = head;
    this.body = body;
    this.bytesReceived = bytesReceived;
    this.firstByteMs = firstByteMs;
    this.lastByteMs = lastByteMs;
    this.connectPhases = connectPhases;
    this.sharedText = sharedText;
  }

  get status(): number {
    return this.#head.status;
  }

  get httpVersion(): "1.1" | "2" | null {
    return this.#head.httpVersion;
  }

  get statusText(): string {
    return this.#head.statusText;
  }

  get contentEncoding(): string | null {
    return this.#head.contentEncoding;
  }

  get setCookies(): readonly string[] {
    return this.#head.setCookies;
  }

  header(name: string): string | null {
    return this.#head.header(name);
  }

  headerLines(): readonly (readonly [name: string, value: string])[] {
    return this.#head.lines();
  }
}
