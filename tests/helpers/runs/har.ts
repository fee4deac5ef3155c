// HAR files for tests, in few words.

import type { HarEntry, HarPage, HarPair, HarWebSocketMessage } from "../../../lib/import/har/har_format.ts";

/** An exchange in few words. */
export interface ExchangeWords {
  /** Seconds since the start of the recording. @default {0} */
  readonly at?: number;
  /** Milliseconds that it took. @default {10} */
  readonly took?: number;
  readonly page?: string;
  /** Header lines of the request. */
  readonly sends?: Readonly<Record<string, string>>;
  /** Body of the request, with its type. */
  readonly body?: readonly [mimeType: string, text: string];
  /** @default {200} */
  readonly status?: number;
  /** Header lines of the response. */
  readonly gets?: Readonly<Record<string, string>>;
  /** Body of the response, with its type. */
  readonly content?: readonly [mimeType: string, text: string];
  /** Further fields of the entry, such as Chrome's. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

/** Returns an entry. */
export function exchange(method: string, url: string, words: ExchangeWords = {}): HarEntry {
  const { at = 0, took = 10, page, sends = {}, body, status = 200, gets = {}, content, extra = {} } = words;
  return {
    ...(page === undefined ? {} : { pageref: page }),
    startedDateTime: new Date(START_MS + at * 1000).toISOString(),
    time: took,
    request: {
      method,
      url,
      headers: pairs(sends),
      ...(body === undefined ? {} : { postData: { mimeType: body[0], text: body[1] } }),
    },
    response: {
      status,
      headers: pairs(gets),
      content: content === undefined ? { mimeType: "" } : { mimeType: content[0], text: content[1] },
    },
    ...extra,
  };
}

/** Returns the file. */
export function harText(
  entries: readonly unknown[],
  { creator = "WebInspector", pages = [] }: { readonly creator?: string; readonly pages?: readonly HarPage[] } = {},
): string {
  return JSON.stringify({ log: { version: "1.2", creator: { name: creator, version: "1" }, pages, entries } });
}

/** Returns messages of a WebSocket: `> sent` and `< received`. */
export function messages(...lines: readonly string[]): readonly HarWebSocketMessage[] {
  return lines.map((line) => ({ type: line.startsWith(">") ? "send" : "receive", opcode: 1, data: line.slice(2) }));
}

function pairs(headers: Readonly<Record<string, string>>): HarPair[] {
  return Object.entries(headers).map(([name, value]) => ({ name, value }));
}
