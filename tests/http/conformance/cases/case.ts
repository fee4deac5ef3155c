// The form of a table of answers.

import type { FailureKind, WireResponse } from "../../../../lib/http/transport.ts";

/** The expected result: a response, or the kind of a failure. */
export type Expected =
  | {
    readonly status?: number;
    readonly statusText?: string;
    /** As latin1. */
    readonly body?: string;
    /** Checks what the fields above do not cover; returns whether it is right. */
    readonly check?: (response: WireResponse) => boolean;
  }
  | { readonly error: FailureKind | readonly FailureKind[] };

/** One answer and its expected result. */
export interface AnswerCase {
  readonly name: string;
  /** The answer, as latin1. */
  readonly answer: string;
  readonly method?: string;
  /** Whether the server closes the connection after the answer. */
  readonly closes?: boolean;
  /** Largest body allowed, in bytes. */
  readonly maxBodyBytes?: number;
  readonly expected: Expected;
  /** The result over fetch if it differs, and the reason. */
  readonly fetch?: Expected & { readonly because: string };
}

/** Returns an answer with a body of announced length. */
export function answer(body: string, ...lines: string[]): string {
  return ["HTTP/1.1 200 OK", ...lines, `content-length: ${body.length}`, "", body].join("\r\n");
}

/** Returns an answer with a chunked body, given as on the wire. */
export function chunked(body: string, ...lines: string[]): string {
  return ["HTTP/1.1 200 OK", "transfer-encoding: chunked", ...lines, "", body].join("\r\n");
}
