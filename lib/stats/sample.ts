/**
 * The record of one request after its verdict.
 *
 * @module
 */

/** The measured record of one request, passed to listeners of `events.request`. Times are in seconds. */
export interface Sample {
  /** HTTP method, or the label from {@linkcode CustomSample.method}. */
  readonly method: string;
  /** The row's name: the requested path, or the `name` option. */
  readonly name: string;
  /** Start of the request, in seconds since the start of the load. */
  readonly start: number;
  /**
   * Delay of the start against the schedule, in seconds: for the first request of an iteration in the open model, else
   * 0. The summary's response time is `lateness + ttlb`.
   */
  readonly lateness: number;
  /** Time to the first byte of the response, in seconds; equal to `ttlb` if there was no response. */
  readonly ttfb: number;
  /** Time to the last byte of the response, in seconds, or until the failure was known. */
  readonly ttlb: number;
  /** Name lookup, in seconds; 0 if the request used an open connection, or the transport does not expose this phase. */
  readonly dns: number;
  /** TCP handshake, in seconds; 0 as for `dns`. */
  readonly connect: number;
  /** TLS handshake, in seconds; 0 as for `dns`. */
  readonly tls: number;
  /** Bytes received on the wire: headers and bodies, including redirects and truncated responses. */
  readonly bytes: number;
  /** Why the request counts as failed, or `null` when it succeeded. */
  readonly error: string | null;
  /** Id of the request's trace; `null` if its iteration is not sampled. */
  readonly traceId: string | null;
  /** Name of the user's class. */
  readonly userClass: string;
}

/** A sample of another protocol than HTTP, or of a step measured by user code. Times are in seconds. */
export interface CustomSample {
  /** The row's name. */
  readonly name: string;
  /** Duration of the step, in seconds: finite, 0 or more. */
  readonly ttlb: number;
  /** The row's label in the Method column. @default "CUSTOM" */
  readonly method?: string;
  /** Time to the first byte, in seconds. @default ttlb */
  readonly ttfb?: number;
  /** Why the step failed: a string or an error; omit it, or pass `null` or `false`, for a success. */
  readonly error?: unknown;
  /** Bytes received: finite, 0 or more. @default 0 */
  readonly bytes?: number;
  /**
   * Whether the row counts in Total, in the rate of all requests and in thresholds on all rows. With `false`, the
   * sample goes to a separate row that does not, even if another row has the same name.
   *
   * @default true
   */
  readonly inTotal?: boolean;
}
