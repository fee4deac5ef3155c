/**
 * Server-sent events out of bytes as they arrive, by the rules of the WHATWG HTML standard, "Server-sent events", 9.2.6.
 *
 * @module
 */

/** One event of an event stream. */
export interface ServerSentEvent {
  /** Its type. @default {"message"} */
  readonly type: string;
  /** Its data: the values of its `data` fields, joined by line feeds. */
  readonly data: string;
  /** The last id that the stream has set so far; empty before the first one. */
  readonly lastEventId: string;
}

/** Most characters of one event, its unfinished line included, so that a hostile server cannot fill the memory. */
export const MAX_EVENT_LENGTH = 16 * 1024 * 1024;

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * Parses one event stream. Bytes may be cut anywhere, within a character or a line ending too; bytes that are not UTF-8
 * become U+FFFD.
 */
export class EventParser {
  readonly #decoder = new TextDecoder(); // takes a BOM away
  readonly #maxLength: number;
  /** The line that has begun. */
  #line = "";
  /** Whether the last character was a carriage return: a line feed after it ends no further line. */
  #isAfterReturn = false;
  #type = "";
  /** The values of `data` so far, each followed by a line feed; `null` before the first one. */
  #data: string | null = null;
  #lastEventId = "";
  #retryMs: number | null = null;

  /** @param maxLength Most characters of one event */
  constructor(maxLength: number = MAX_EVENT_LENGTH) {
    this.#maxLength = maxLength;
  }

  /** The reconnection time that the server asked for last, in milliseconds; `null` if it asked for none. */
  get retryMs(): number | null {
    return this.#retryMs;
  }

  /**
   * Takes the next bytes of the stream.
   *
   * @returns The events that they complete. An event that the end of the stream cuts off is never returned
   * @throws {RangeError} if an event is longer than allowed
   */
  push(bytes: Uint8Array): ServerSentEvent[] {
    const text = this.#decoder.decode(bytes, { stream: true });
    const events: ServerSentEvent[] = [];
    let start = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code !== LINE_FEED && code !== CARRIAGE_RETURN) {
        this.#isAfterReturn = false;
        continue;
      }
      const isSecondHalf = code === LINE_FEED && this.#isAfterReturn;
      this.#isAfterReturn = code === CARRIAGE_RETURN;
      if (!isSecondHalf) {
        const event = this.#endLine(this.#line + text.slice(start, at));
        this.#line = "";
        if (event !== null) events.push(event);
      }
      start = at + 1;
    }
    this.#line += text.slice(start);
    this.#checkLength(this.#line.length);
    return events;
  }

  #endLine(line: string): ServerSentEvent | null {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    if (colon === 0) return null; // a comment
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "data") {
      this.#data = `${this.#data ?? ""}${value}\n`;
      this.#checkLength(this.#data.length);
    } else if (field === "event") this.#type = value;
    else if (field === "id" && !value.includes("\0")) this.#lastEventId = value;
    else if (field === "retry" && /^[0-9]+$/.test(value)) this.#retryMs = Number(value);
    return null;
  }

  #dispatch(): ServerSentEvent | null {
    const [type, data] = [this.#type, this.#data];
    this.#type = "";
    this.#data = null;
    if (data === null) return null;
    return { type: type === "" ? "message" : type, data: data.slice(0, -1), lastEventId: this.#lastEventId };
  }

  #checkLength(length: number): void {
    if (length > this.#maxLength) {
      throw new RangeError(`Cannot read a server-sent event: longer than ${this.#maxLength} characters`);
    }
  }
}
