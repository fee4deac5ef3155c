/**
 * Prints what goes over the wire of one worker.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import type { JudgedRequest } from "../client/judge.ts";
import type { Transport } from "../transport.ts";
import { type TraceOptions, traceText } from "./trace_text.ts";
import { Traces, TraceTransport } from "./trace_transport.ts";

/** Prints each request of a worker once its verdict is final. */
export class Tracer {
  readonly #options: TraceOptions;
  readonly #print: (text: string) => void;
  readonly #traces: Traces;
  #count = 0;

  /** @param print Receives text that ends with a line break */
  constructor(options: TraceOptions, print: (text: string) => void) {
    this.#options = options;
    this.#print = print;
    this.#traces = new Traces(options.bodyBytes);
  }

  /** Returns a transport whose exchanges are kept until they are shown. */
  wrap(transport: Transport): Transport {
    return new TraceTransport(transport, this.#traces, nowMs);
  }

  /** Prints a request. */
  show(judged: JudgedRequest): void {
    const trace = this.#traces.take(judged.series.method, judged.startMs);
    this.#print(`${traceText(++this.#count, judged, trace, this.#options)}\n`);
  }
}
