/**
 * The span of anything that is counted in a row.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import { errorMessage, userStack } from "../../core/error_site.ts";
import type { Span } from "../../spans/span.ts";

/** Class of an error without a better name (attribute `error.type`). */
const OTHER_ERROR = "_OTHER";
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

  /** Ends the span with the verdict. */
  settle({ error }: { readonly error: string | null }): void {
    const endMs = this.endMs || nowMs();
    if (error !== null) this.#fail(error, endMs);
    this.span.end(endMs);
  }

  /** Ends the span of a sample that the end of the run cuts off. */
  interrupt(): void {
    this.kind = "interrupted";
    this.settle({ error: "interrupted by the end of the run" });
  }

  #fail(text: string, endMs: number): void {
    const thrown = this.#thrown?.text === text ? this.#thrown.error : null;
    if (thrown !== null) {
      const type = thrown instanceof Error ? thrown.name : typeof thrown;
      this.span.fail(text, type);
      this.span.addEvent("exception", {
        "exception.type": type,
        "exception.message": errorMessage(thrown),
        "exception.stacktrace": userStack(thrown),
      });
    } else if (this.kind !== null) {
      this.span.fail(text, this.kind);
      this.span.addEventAt("exception", endMs, { "exception.type": REQUEST_ERROR, "exception.message": text });
    } else {
      const isByStatus = this.status >= 400 && text.startsWith(String(this.status));
      this.span.fail(text, isByStatus ? String(this.status) : OTHER_ERROR);
    }
  }
}
