/**
 * What is known of one request once it has been judged.
 *
 * @module
 */

/** The measured record of one request, as listeners of `events.request` receive it. Times are in seconds. */
export interface Sample {
  /** HTTP method, or the label that {@linkcode CustomSample.method} gave. */
  readonly method: string;
  /** The row's name: the requested path, or the `name` option. */
  readonly name: string;
  /** When the request was started, in seconds since the load began. */
  readonly start: number;
  /**
   * How much later than scheduled it was started, in seconds: of an iteration's first request in the open model, else 0.
   * The response time that the summary counts is `lateness + ttlb`.
   */
  readonly lateness: number;
  /** Time to the first byte of the answer, in seconds; equal to `ttlb` where no answer came. */
  readonly ttfb: number;
  /** Time to the last byte of the answer, in seconds, or until the failure was known. */
  readonly ttlb: number;
  /** Looking up the server's name, in seconds; 0 where the request needed no new connection, or none was seen. */
  readonly dns: number;
  /** The TCP handshake, in seconds; 0 likewise. */
  readonly connect: number;
  /** The TLS handshake, in seconds; 0 likewise. */
  readonly tls: number;
  /** Bytes received, as on the wire: heads and bodies, those of redirects and of an answer that broke off among them. */
  readonly bytes: number;
  /** Why the request counts as failed, or `null` when it succeeded. */
  readonly error: string | null;
  /** Name of the user's class. */
  readonly userClass: string;
}

/** A sample of a protocol other than HTTP, or of a step that user code measured itself. Times are in seconds. */
export interface CustomSample {
  /** The row's name. */
  readonly name: string;
  /** Time the step took, in seconds: finite, 0 or more. */
  readonly ttlb: number;
  /** The row's label in the Method column. @default "CUSTOM" */
  readonly method?: string;
  /** Time to the first byte, in seconds. @default ttlb */
  readonly ttfb?: number;
  /** Why the step failed: a text or an error; leave out, `null` or `false` for a success. */
  readonly error?: unknown;
  /** Bytes received: finite, 0 or more. @default 0 */
  readonly bytes?: number;
  /**
   * Whether the row is part of Total, of the rate of all requests and of thresholds on all rows. With `false`, the sample
   * goes to a row that is kept out of them, even if there is another one of the same name.
   *
   * @default true
   */
  readonly inTotal?: boolean;
}
