// What a table of answers looks like.

import type { FailureKind, WireResponse } from "../../../lib/http/transport.ts";

/** What is expected of a transport: a response, or the kind of its failure. */
export type Expected =
  | {
    readonly status?: number;
    readonly statusText?: string;
    /** As latin1. */
    readonly body?: string;
    /** Looks at what the fields above do not say; returns whether it is right. */
    readonly check?: (response: WireResponse) => boolean;
  }
  | { readonly error: FailureKind | readonly FailureKind[] };

/** One answer, and what is to come of it. */
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
  /** Where fetch does otherwise: what it does, and why. */
  readonly fetch?: Expected & { readonly because: string };
}

/** Returns an answer with a body of announced length. */
export function answer(body: string, ...lines: string[]): string {
  return ["HTTP/1.1 200 OK", ...lines, `content-length: ${body.length}`, "", body].join("\r\n");
}

/** Returns an answer with a chunked body, given as it stands on the wire. */
export function chunked(body: string, ...lines: string[]): string {
  return ["HTTP/1.1 200 OK", "transfer-encoding: chunked", ...lines, "", body].join("\r\n");
}
