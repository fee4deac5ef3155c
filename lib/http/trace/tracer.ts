/**
 * Prints what goes over the wire of one worker.
 *
 * @module
 */

import type { JudgedRequest } from "../client/judge.ts";
import type { Transport } from "../transport.ts";
import type { ExchangeWatcher } from "./exchange_watcher.ts";
import { interruptedText, type TraceOptions, traceText } from "./trace_text.ts";
import { Traces, TraceTransport } from "./trace_transport.ts";

/** Prints each request of a worker once its verdict is final. */
export class Tracer implements ExchangeWatcher {
  readonly #options: TraceOptions;
  readonly #print: (text: string) => void;
  readonly #traces: Traces;
  #count = 0;

  /** @param print Receives text that ends with a line break */
  constructor(options: TraceOptions, print: (text: string) => void) {
    this.#options = options;
    this.#print = print;
    this.#traces = new Traces(
      options.bodyBytes,
      (trace) => print(`${interruptedText(++this.#count, trace, options)}\n`),
    );
  }

  wrap(transport: Transport): Transport {
    return new TraceTransport(transport, this.#traces);
  }

  see(judged: JudgedRequest): void {
    this.#print(`${traceText(++this.#count, judged, this.#traces.take(judged), this.#options)}\n`);
  }

  wantsLine(): boolean {
    return true;
  }
}
