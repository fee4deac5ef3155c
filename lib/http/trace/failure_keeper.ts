/**
 * Keeps the failed exchanges of one worker.
 *
 * @module
 */

import { maskedText } from "../../core/mask.ts";
import type { KeptFailures } from "../../stats/errors/kept_failures.ts";
import type { JudgedRequest } from "../client/judge.ts";
import type { Transport } from "../transport.ts";
import type { ExchangeWatcher } from "./exchange_watcher.ts";
import { exchangesText, type TraceOptions } from "./trace_text.ts";
import { Traces, TraceTransport } from "./trace_transport.ts";

/** As `locust debug` shows them if nothing else is given. */
const SHOWN: TraceOptions = { bodyBytes: 2000, showSecrets: false };
/** Longest text of one failure, in characters: heads have no limit of their own. */
const MAX_TEXT = 10_000;

/** Keeps the first failed exchanges of each row, without secrets. A request that is none costs about 1 µs. */
export class FailureKeeper implements ExchangeWatcher {
  readonly #kept: KeptFailures;
  readonly #traces = new Traces(SHOWN.bodyBytes);

  /** @param kept Receives the failures */
  constructor(kept: KeptFailures) {
    this.#kept = kept;
  }

  wrap(transport: Transport): Transport {
    return new TraceTransport(transport, this.#traces);
  }

  see(judged: JudgedRequest): void {
    const trace = this.#traces.take(judged);
    const { series: { method, name, userClass }, error, decidedAt, ttfbMs, ttlbMs } = judged;
    const atMs = endOf(judged);
    if (error === null || !judged.isCounted || !this.#kept.wants(judged.series, atMs)) return;
    const text = exchangesText(judged, trace, SHOWN);
    this.#kept.add({
      ...{ method, name: maskedText(name), userClass, atMs, error, decidedAt, ttfbMs, ttlbMs },
      exchange: text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}\n   … cut off` : text,
    });
  }

  wantsLine(judged: JudgedRequest, isFailure: boolean): boolean {
    return isFailure && this.#kept.wants(judged.series, endOf(judged));
  }
}

function endOf({ startMs, ttlbMs }: JudgedRequest): number {
  return startMs + ttlbMs;
}
