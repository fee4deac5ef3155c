/**
 * Status line and header lines of an answer.
 *
 * @module
 */

import { TransportError } from "../../transport.ts";
import { isNameByte } from "../request_check.ts";
import { MAX_HEADER_LINES } from "../limits.ts";
import { copyOfTop, isOnTop } from "../net/read_buffer.ts";

const NO_VALUES: readonly string[] = [];
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** A parsed header block. Immutable, and shared by every answer whose block has the same bytes. */
export class AnswerHead {
  readonly httpVersion = "1.1";
  /** 100–999. */
  status = 0;
  /** The reason phrase, possibly empty. */
  statusText = "";
  /** Whether this block allows the connection to be reused. */
  isKeepAlive = true;
  /** Value of `content-length`, or -1 without one. */
  contentLength = -1;
  /** Whether the last transfer coding is `chunked`. */
  isChunked = false;
  /** The content codings as sent, or `null` if there is none besides `identity`. */
  contentEncoding: string | null = null;
  /** Values of the `set-cookie` lines in order. */
  setCookies: readonly string[] = NO_VALUES;
  /** Length of the block in bytes, the blank line included. */
  readonly sizeBytes: number;
  readonly #text: string;
  readonly #firstLineEnd: number;
  #lines: (readonly [name: string, value: string])[] | null = null;
  #words: Int32Array | null = null;

  /** Created by {@linkcode parseHead}. */
  constructor(text: string, firstLineEnd: number, sizeBytes: number) {
    this.#text = text;
    this.#firstLineEnd = firstLineEnd;
    this.sizeBytes = sizeBytes;
  }

  /** Returns the header lines in order, names in lower case; parsed on the first call. */
  lines(): readonly (readonly [name: string, value: string])[] {
    if (this.#lines === null) {
      this.#lines = [];
      for (const line of this.#text.slice(this.#firstLineEnd + 1).split("\n")) {
        const colon = line.indexOf(":");
        if (colon > 0) this.#lines.push([line.slice(0, colon).toLowerCase(), trimmed(line.slice(colon + 1))]);
      }
    }
    return this.#lines;
  }

  /** Returns the value of the first line of that name (lower case), or `null`. */
  header(name: string): string | null {
    return this.lines().find(([other]) => other === name)?.[1] ?? null;
  }

  /** Copies the block for {@linkcode AnswerHead.isRead}; it must be at the start of the read buffer. */
  remember(): void {
    this.#words = copyOfTop(this.sizeBytes);
  }

  /**
   * Returns whether the read buffer starts with this block, at a tenth of the cost of parsing it.
   *
   * @param end How many bytes of the read buffer are valid
   */
  isRead(end: number): boolean {
    return this.#words !== null && end >= this.sizeBytes && isOnTop(this.#words, this.sizeBytes);
  }
}

/**
 * Parses a header block.
 *
 * @param text The block's bytes as latin1, up to and including the blank line
 * @param sizeBytes How many bytes the block took; more than the text has where lines were unfolded
 * @throws {TransportError} `protocol` if it is not a valid block, `limit` if it has too many lines
 */
export function parseHead(text: string, sizeBytes: number = text.length): AnswerHead {
  const firstLineEnd = text.indexOf("\n");
  const head = new AnswerHead(text, firstLineEnd, sizeBytes);
  const isHttp10 = parseStatusLine(head, text, firstLineEnd);
  let connection = "";
  let transferCodings = "";
  let lineCount = 0;
  for (let at = firstLineEnd + 1; at < text.length;) {
    const feed = text.indexOf("\n", at);
    const end = text.charCodeAt(feed - 1) === CARRIAGE_RETURN ? feed - 1 : feed;
    const first = text.charCodeAt(at);
    if (first === CARRIAGE_RETURN || first === LINE_FEED) break;
    if (first === 32 || first === 9) {
      if (lineCount === 0) throw malformed();
      return parseHead(text.replace(/\r?\n[ \t]+/g, " "), sizeBytes);
    }
    if (++lineCount > MAX_HEADER_LINES) {
      throw new TransportError("limit", `more than ${MAX_HEADER_LINES} header lines in the answer`);
    }
    const colon = text.indexOf(":", at);
    if (colon <= at || colon > end) throw malformed();
    for (let i = at; i < colon; i++) {
      if (!isNameByte(text.charCodeAt(i))) throw malformed();
    }
    switch (colon - at) { // only these decide about framing; the others are parsed on demand
      case 10: {
        const name = text.slice(at, colon).toLowerCase();
        if (name === "connection") connection += `,${text.slice(colon + 1, end)}`;
        else if (name === "set-cookie") addCookie(head, trimmed(text.slice(colon + 1, end)));
        break;
      }
      case 14:
        if (text.slice(at, colon).toLowerCase() === "content-length") addLength(head, text.slice(colon + 1, end));
        break;
      case 16:
        if (text.slice(at, colon).toLowerCase() === "content-encoding") addCoding(head, text.slice(colon + 1, end));
        break;
      case 17:
        if (text.slice(at, colon).toLowerCase() === "transfer-encoding") {
          transferCodings += `,${text.slice(colon + 1, end)}`;
        }
        break;
    }
    at = feed + 1;
  }
  if (isHttp10 || connection !== "") head.isKeepAlive = isKeptAlive(isHttp10, connection);
  if (transferCodings !== "") applyTransferCodings(head, transferCodings);
  return head;
}

/** Returns whether the answer is of HTTP/1.0. */
function parseStatusLine(head: AnswerHead, text: string, lineEnd: number): boolean {
  const end = text.charCodeAt(lineEnd - 1) === CARRIAGE_RETURN ? lineEnd - 1 : lineEnd;
  const minor = text.charCodeAt(7) - 48;
  const hundreds = text.charCodeAt(9) - 48;
  const tens = text.charCodeAt(10) - 48;
  const ones = text.charCodeAt(11) - 48;
  const isValid = text.startsWith("HTTP/1.") && isDigit(minor) && text.charCodeAt(8) === 32 && hundreds >= 1 &&
    isDigit(hundreds) && isDigit(tens) && isDigit(ones) && (end === 12 || (end > 12 && text.charCodeAt(12) === 32));
  if (!isValid) throw new TransportError("protocol", "not an HTTP answer");
  head.status = hundreds * 100 + tens * 10 + ones;
  head.statusText = trimmed(text.slice(13, end));
  return minor === 0;
}

function isDigit(value: number): boolean {
  return value >= 0 && value <= 9;
}

function addCookie(head: AnswerHead, value: string): void {
  head.setCookies = head.setCookies === NO_VALUES ? [value] : [...head.setCookies, value];
}

/** Equal repetitions are allowed, be it in one line or several; different ones leave the answer's end unknown. */
function addLength(head: AnswerHead, value: string): void {
  for (const part of value.split(",")) {
    const digits = trimmed(part);
    if (!/^\d+$/.test(digits)) throw new TransportError("protocol", "invalid content-length in the answer");
    const length = Number(digits);
    if (head.contentLength !== -1 && head.contentLength !== length) {
      throw new TransportError("protocol", "contradictory content-length in the answer");
    }
    head.contentLength = length;
  }
}

function addCoding(head: AnswerHead, value: string): void {
  const coding = trimmed(value);
  if (coding === "" || coding.toLowerCase() === "identity") return;
  head.contentEncoding = head.contentEncoding === null ? coding : `${head.contentEncoding}, ${coding}`;
}

function isKeptAlive(isHttp10: boolean, connection: string): boolean {
  const tokens = connection.toLowerCase().split(",").map(trimmed);
  if (tokens.includes("close")) return false;
  return !isHttp10 || tokens.includes("keep-alive");
}

function applyTransferCodings(head: AnswerHead, value: string): void {
  const codings = value.toLowerCase().split(",").map(trimmed).filter((coding) =>
    coding !== "" && coding !== "identity"
  );
  if (codings.length === 0) return;
  if (codings.length > 1 || codings[0] !== "chunked") {
    throw new TransportError("protocol", "unknown transfer-encoding in the answer");
  }
  head.isChunked = true;
  // Both framings in one answer is how answers get smuggled: chunked counts, but nothing may follow on the connection.
  if (head.contentLength !== -1) head.isKeepAlive = false;
}

/** Takes off what HTTP counts as blank around a value, which is less than `trim` does; and a line's carriage return. */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === CARRIAGE_RETURN;
}

function malformed(): TransportError {
  return new TransportError("protocol", "malformed header line in the answer");
}
