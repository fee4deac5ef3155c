/**
 * The error a failed request throws in user code.
 *
 * @module
 */

import type { FailureKind } from "../transport.ts";

/**
 * A request that failed. It has been counted already; left uncaught it ends the iteration quietly, and the user goes on
 * with the next one.
 */
export class RequestError extends Error {
  /** Always `RequestError`. */
  override readonly name = "RequestError";
  /** Why: the class of the failure, `status` for {@linkcode RequestOptions.raiseForStatus}, `url` for a bad URL. */
  readonly kind: FailureKind | "status" | "url";
  /** The row the request was counted in. */
  readonly row: string;

  /**
   * Made where a request fails.
   *
   * @param kind The class of the failure
   * @param message Stable text, as in the error table
   * @param row Method and name of the row
   * @param options The usual `cause`
   */
  constructor(kind: RequestError["kind"], message: string, row: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.row = row;
  }
}
