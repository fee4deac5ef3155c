/**
 * Passes a response on in parts.
 *
 * @module
 */

import type { ConnectPhases, PartsListener } from "../transport.ts";
import { copyOut, type Sink } from "./body_sink.ts";
import { type HeadView, SocketAnswer } from "./socket_answer.ts";

const EMPTY = new Uint8Array();

/** Passes a body on as it arrives, and keeps nothing of it. */
export class PartSink implements Sink {
  readonly #listener: PartsListener;

  /** @param listener Receives the parts */
  constructor(listener: PartsListener) {
    this.#listener = listener;
  }

  /** Passes on the head. */
  begin(head: HeadView, firstByteMs: number, phases: ConnectPhases | null): void {
    this.#listener.onHead(new SocketAnswer(head, EMPTY, 0, firstByteMs, firstByteMs, phases, null));
  }

  expect(): void {}

  append(bytes: Uint8Array, from: number, to: number): void {
    if (to > from) this.#listener.onPart(copyOut(bytes, from, to));
  }

  take(): Uint8Array {
    return EMPTY;
  }
}
