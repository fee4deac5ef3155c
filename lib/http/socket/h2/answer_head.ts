/**
 * The header of an answer.
 *
 * @module
 */

import { TransportError } from "../../transport.ts";
import { isNameByte } from "../request_check.ts";
import type { HeadView } from "../socket_answer.ts";
import type { HeaderLine } from "./hpack/static_table.ts";

const NO_VALUES: readonly string[] = [];
/** Connection-specific names of HTTP/1.1, which are not allowed here (RFC 9113, 8.2.2). */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/** The header lines of an answer. Immutable, and shared by answers with the same lines. */
export class AnswerHead implements HeadView {
  readonly httpVersion = "2";
  /** 100–999. */
  readonly status: number;
  /** Always empty: HTTP/2 has none. */
  readonly statusText = "";
  /** Value of `content-length`, or -1 without one. */
  readonly contentLength: number;
  readonly contentEncoding: string | null;
  readonly setCookies: readonly string[];
  readonly #lines: readonly HeaderLine[];

  /**
   * @param lines As decoded, `:status` first
   * @throws {TransportError} `protocol` if they are not the header lines of an answer
   */
  constructor(lines: readonly HeaderLine[]) {
    this.#lines = lines;
    const [first] = lines;
    if (first === undefined || first[0] !== ":status" || !/^[1-9]\d\d$/.test(first[1])) {
      throw new TransportError("protocol", "no valid status in the answer");
    }
    this.status = Number(first[1]);
    let contentLength = -1;
    let contentEncoding: string | null = null;
    let setCookies = NO_VALUES;
    for (let at = 1; at < lines.length; at++) {
      const [name, value] = lines[at]!;
      checkLine(name, value);
      if (name === "content-length") contentLength = lengthOf(value, contentLength);
      else if (name === "set-cookie") setCookies = [...setCookies, value];
      else if (name === "content-encoding" && value !== "" && value.toLowerCase() !== "identity") {
        contentEncoding = contentEncoding === null ? value : `${contentEncoding}, ${value}`;
      }
    }
    this.contentLength = contentLength;
    this.contentEncoding = contentEncoding;
    this.setCookies = setCookies;
  }

  /** Returns whether the lines are equal. */
  isOf(lines: readonly HeaderLine[]): boolean {
    const own = this.#lines;
    if (lines.length !== own.length) return false;
    for (let at = 0; at < own.length; at++) {
      const [one, other] = [own[at]!, lines[at]!];
      if (one !== other && (one[1] !== other[1] || one[0] !== other[0])) return false;
    }
    return true;
  }

  lines(): readonly HeaderLine[] {
    return this.#lines.slice(1);
  }

  header(name: string): string | null {
    return this.#lines.find(([other], index) => index > 0 && other === name)?.[1] ?? null;
  }
}

/**
 * Returns the trailers of an answer.
 *
 * @param lines As decoded
 * @throws {TransportError} `protocol` if they are not allowed in trailers
 */
export function checkedTrailers(lines: readonly HeaderLine[]): readonly HeaderLine[] {
  for (const [name, value] of lines) checkLine(name, value);
  return lines;
}

function checkLine(name: string, value: string): void {
  let isValid = name !== "" && !FORBIDDEN_NAMES.has(name);
  for (let at = 0; isValid && at < name.length; at++) {
    const code = name.charCodeAt(at);
    isValid = isNameByte(code) && !(code >= 65 && code <= 90);
  }
  if (!isValid || /[\0\r\n]/.test(value)) {
    throw new TransportError("protocol", "malformed header line in the answer");
  }
}

function lengthOf(value: string, before: number): number {
  if (!/^\d+$/.test(value)) throw new TransportError("protocol", "invalid content-length in the answer");
  const length = Number(value);
  if (before !== -1 && before !== length) {
    throw new TransportError("protocol", "contradictory content-length in the answer");
  }
  return length;
}
