/**
 * Lines of a text that arrives in parts.
 *
 * @module
 */

/** Most characters of one line, so that a server that never ends one cannot fill the memory. */
export const MAX_LINE_LENGTH: number = 16 * 1024 * 1024;

/** Splits UTF-8 into lines that end with a line feed, or a carriage return and a line feed. */
export class LineParser {
  readonly #decoder = new TextDecoder();
  readonly #maxLength: number;
  #rest = "";

  /** @param maxLength Most characters of one line */
  constructor(maxLength: number = MAX_LINE_LENGTH) {
    this.#maxLength = maxLength;
  }

  /**
   * Takes the next bytes.
   *
   * @returns The lines that they complete, without their ends
   * @throws {RangeError} if a line is longer than allowed
   */
  push(bytes: Uint8Array): string[] {
    const lines = this.#decoder.decode(bytes, { stream: true }).split("\n");
    lines[0] = this.#rest + lines[0]!;
    this.#rest = lines.pop()!;
    for (const length of [this.#rest.length, ...lines.map((line) => line.length)]) {
      if (length > this.#maxLength) {
        throw new RangeError(`Cannot read a line: longer than ${this.#maxLength} characters`);
      }
    }
    return lines.map((line) => line.endsWith("\r") ? line.slice(0, -1) : line);
  }

  /** Returns the last line, which has no end; `null` if the text ended with one. */
  end(): string | null {
    const rest = this.#rest + this.#decoder.decode();
    return rest === "" ? null : rest;
  }
}
