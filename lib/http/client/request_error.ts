/**
 * The error that a failed request throws in user code.
 *
 * @module
 */

import type { FailureKind } from "../transport.ts";

/**
 * Thrown when a request fails. The failure is already counted; if uncaught, it ends the iteration without a log line, and
 * the user continues with the next one.
 */
export class RequestError extends Error {
  /** Always `RequestError`. */
  override readonly name = "RequestError";
  /** The class of the failure, `status` for {@linkcode RequestOptions.raiseForStatus}, `url` for a bad URL. */
  readonly kind: FailureKind | "status" | "url";
  /** The row the request was counted in. */
  readonly row: string;
  /** Id of the request's trace; `null` if its iteration is not sampled. */
  readonly traceId: string | null;

  /**
   * Made by the client when a request fails.
   *
   * @param kind The class of the failure
   * @param message Stable message, as in the error table
   * @param row Method and name of the row
   * @param options The usual `cause`, and the id of the trace
   */
  constructor(
    kind: RequestError["kind"],
    message: string,
    row: string,
    options?: ErrorOptions & { readonly traceId?: string | null | undefined },
  ) {
    super(message, options);
    this.kind = kind;
    this.row = row;
    this.traceId = options?.traceId ?? null;
  }
}
