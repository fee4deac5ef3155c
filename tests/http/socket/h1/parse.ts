// The parser as a connection uses it, and a naive parser to compare it with.

import { Buffer } from "node:buffer";
import type { AnswerHead } from "../../../../lib/http/socket/h1/answer_head.ts";
import { AnswerParser } from "../../../../lib/http/socket/h1/parser.ts";
import { READ_BUFFER } from "../../../../lib/http/socket/net/read_buffer.ts";
import { TransportError } from "../../../../lib/http/transport.ts";

/** One answer to parse. */
export interface ParseInput {
  /** As latin1. */
  readonly answer: string;
  readonly isHeadRequest: boolean;
  readonly maxBodyBytes: number;
  /** Whether the connection ends after it. */
  readonly closes: boolean;
}

/** The result: an answer, the kind of a failure, or `incomplete`. */
export type Parsed =
  | { readonly status: number; readonly lines: string; readonly body: string; readonly end: number }
  | { readonly error: string }
  | "incomplete";

/** Feeds pieces to a parser per answer through the shared read buffer, and caches header blocks as a connection does. */
export class PieceReader {
  readonly #maxBodyBytes: number;
  #known: AnswerHead | null = null;

  constructor(maxBodyBytes: number) {
    this.#maxBodyBytes = maxBodyBytes;
  }

  /**
   * Reads one answer.
   *
   * @throws any error of the parser that is not a `TransportError`
   */
  read(pieces: readonly Buffer[], { isHeadRequest, closes }: ParseInput): Parsed {
    const parser = new AnswerParser(this.#maxBodyBytes, isHeadRequest);
    let end = 0;
    try {
      for (const piece of pieces) {
        for (let from = 0; from < piece.length; from += READ_BUFFER.length) {
          const length = piece.copy(READ_BUFFER, 0, from, from + READ_BUFFER.length);
          const taken = parser.feed(READ_BUFFER, length, this.#known);
          if (taken < 0 || taken > length) throw new Error(`${taken} of ${length} bytes taken`);
          if (taken < length && !parser.isComplete) throw new Error("bytes left untaken in the middle of an answer");
          end += taken;
          if (!parser.isComplete) continue;
          if (parser.isHeadOnTop) {
            this.#known = parser.head;
            if (parser.head !== null) parser.head.remember();
          }
          return result(parser, end);
        }
      }
      if (!closes) return "incomplete";
      parser.end();
      return result(parser, end);
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      return { error: error.kind };
    }
  }
}

function result(parser: AnswerParser, end: number): Parsed {
  const { head, bytesReceived } = parser;
  if (bytesReceived !== end) throw new Error(`${bytesReceived} bytes counted, ${end} taken`);
  const lines = head.lines().map(([name, value]) => `${name}: ${value}`).join("\n");
  const body = Buffer.from(parser.takeBody()).toString("latin1");
  return { status: head.status, lines, body, end };
}

/**
 * Parses a whole answer in the simplest way: if the parser accepts the answer, status, body and end must be the same. Does
 * not detect invalid answers.
 */
export function naiveRead(text: string, isHeadRequest: boolean): { status: number; body: string; end: number } {
  const skipped = /^(?:\r?\n)*/.exec(text)![0].length;
  if (skipped > 0) {
    const rest = naiveRead(text.slice(skipped), isHeadRequest);
    return { ...rest, end: skipped + rest.end };
  }
  const blank = /\n\r?\n/.exec(text)!;
  const start = blank.index + blank[0].length;
  const head = text.slice(0, start);
  const status = Number(head.slice(9, 12));
  if (status < 200) {
    const next = naiveRead(text.slice(start), isHeadRequest);
    return { ...next, end: start + next.end };
  }
  if (isHeadRequest || status === 204 || status === 304) return { status, body: "", end: start };
  if (/^transfer-encoding:(?:[ \t,]|identity)*chunked/im.test(unfolded(head))) {
    const { body, end } = naiveChunks(text, start);
    return { status, body, end };
  }
  const length = /^content-length:[ \t]*(\d+)/im.exec(unfolded(head))?.[1];
  const end = length === undefined ? text.length : start + Number(length);
  return { status, body: text.slice(start, end), end };
}

function unfolded(head: string): string {
  return head.replace(/\r?\n[ \t]+/g, " ");
}

function naiveChunks(text: string, start: number): { body: string; end: number } {
  let body = "";
  let at = start;
  while (true) {
    const size = parseInt(text.slice(at), 16);
    at = text.indexOf("\n", at) + 1;
    if (size === 0) break;
    body += text.slice(at, at + size);
    at = text.indexOf("\n", at + size) + 1;
  }
  while (text[at] !== "\n" && !text.startsWith("\r\n", at)) at = text.indexOf("\n", at) + 1;
  return { body, end: text.indexOf("\n", at) + 1 };
}
