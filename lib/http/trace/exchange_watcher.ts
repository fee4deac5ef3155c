/**
 * Who sees what goes over the wire of one worker.
 *
 * @module
 */

import type { JudgedRequest } from "../client/judge.ts";
import type { Transport } from "../transport.ts";

/** Sees the exchanges of one worker, and the verdict on each. */
export interface ExchangeWatcher {
  /** Returns a transport whose exchanges are kept until their verdict is final. */
  wrap(transport: Transport): Transport;
  /** Receives a request whose verdict is final. */
  see(judged: JudgedRequest): void;
  /**
   * Returns whether the line of an explicit verdict is of use; it costs about 10 µs.
   *
   * @param isFailure Whether the verdict may fail the request
   */
  wantsLine(judged: JudgedRequest, isFailure: boolean): boolean;
}
