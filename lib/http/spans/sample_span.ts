/**
 * The span of anything that is counted in a row.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import { errorMessage, userStack } from "../../core/error_site.ts";
import { errorTypeOf } from "../../spans/error_type.ts";
import type { Span } from "../../spans/span.ts";

/** Where a request without a response has its error from. */
const REQUEST_ERROR = "RequestError";

/** A span that ends with the verdict on a sample. */
export class SampleSpan {
  /** What scripts see of it. */
  readonly span: Span;
  /** When the sample ended, on {@linkcode nowMs}' clock; 0 before. */
  endMs = 0;
  /** Why there is no complete response: the class of the failure. */
  kind: string | null = null;
  /** Status code; 0 without a response. */
  status = 0;
  #thrown: { readonly text: string; readonly error: unknown } | null = null;

  /** @param span Ended by the verdict */
  constructor(span: Span, row: { readonly name: string }) {
    this.span = span;
    span.setAttribute("locust.row", row.name);
  }

  /** Notes an error that user code threw; `text` is what it is counted under. */
  blame(text: string, error: unknown): void {
    this.#thrown = { text, error };
  }

  /**
   * Ends the span with the verdict.
   *
   * @param error Why the sample failed; `null` if it did not
   * @param counted The message that it is counted under: numbers in it may be left out. @default error
   */
  settle(error: string | null, counted = error): void {
    const endMs = this.endMs || nowMs();
    if (error !== null) this.#fail(error, errorTypeOf(counted ?? error), endMs);
    this.span.end(endMs);
  }

  /** Ends the span of a sample that the end of the run cuts off. */
  interrupt(): void {
    this.kind = "interrupted";
    this.settle("interrupted by the end of the run", this.kind);
  }

  #fail(text: string, type: string, endMs: number): void {
    const thrown = this.#thrown?.text === text ? this.#thrown.error : null;
    this.span.fail(text, type);
    if (thrown !== null) {
      this.span.addEvent("exception", {
        "exception.type": thrown instanceof Error ? thrown.name : typeof thrown,
        "exception.message": errorMessage(thrown),
        "exception.stacktrace": userStack(thrown),
      });
    } else if (this.kind !== null) {
      this.span.addEventAt("exception", endMs, { "exception.type": REQUEST_ERROR, "exception.message": text });
    }
  }
}
