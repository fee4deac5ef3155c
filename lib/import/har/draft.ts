/**
 * Requests on their way from a HAR file to the model. Redirects that the browser followed belong to the request that
 * they answered.
 *
 * @module
 */

import type { Extraction } from "../model.ts";
import { encodedFields } from "../url_parts.ts";
import type { Entry, HarWebSocketMessage } from "./har_format.ts";
import { headerOf, scriptHeaders } from "./headers.ts";
import { type DraftBody, readBody } from "./request_body.ts";

/** A message of a WebSocket. */
export interface DraftMessage {
  readonly kind: "send" | "receive";
  readonly data: string;
  /** Whether `data` is base64. */
  readonly isBinary: boolean;
  /** Milliseconds since 1970; `NaN` if unknown. */
  readonly atMs: number;
}

/** A request; its strings may get marks, see `markers.ts`. */
export interface Draft {
  readonly entry: Entry;
  /** The exchange and the redirects that the browser followed. */
  readonly chain: readonly Entry[];
  /** The exchange whose response the client returns: the last of the chain. */
  readonly last: Entry;
  /** Whether the response is a redirect that is not followed. */
  readonly isManual: boolean;
  /** Path of the URL, as sent. */
  path: string;
  /** Fields of the query; `null` if it is not made of fields. */
  readonly fields: [string, string][] | null;
  /** The query with its question mark, if it is not made of fields; empty otherwise. */
  rawQuery: string;
  headers: [string, string][];
  body: DraftBody | null;
  /** Messages, if it opens a WebSocket. */
  readonly messages: DraftMessage[];
  /** What later requests need of the response. */
  readonly extract: Extraction[];
}

/**
 * Returns a draft for each entry that the client must request.
 *
 * @param ignored Names of header lines that are left out
 */
export function makeDrafts(entries: readonly Entry[], ignored: readonly string[] = []): Draft[] {
  const followed = new Set<Entry>();
  return entries.flatMap((entry): Draft[] => {
    if (followed.has(entry)) return [];
    const { chain, isManual } = followRedirects(entry, entries, followed);
    chain.slice(1).forEach((one) => followed.add(one));
    const { url, request, raw } = entry;
    const fields = encodedFields(url.search.slice(1));
    return [{
      entry,
      chain,
      last: chain.at(-1)!,
      isManual,
      path: url.pathname,
      fields,
      rawQuery: fields === null ? url.search : "",
      headers: scriptHeaders(request.headers, request.method).filter(([name]) => !ignored.includes(name)),
      body: readBody(request),
      messages: (raw._webSocketMessages ?? []).flatMap(draftMessage),
      extract: [],
    }];
  });
}

/** Returns whether an entry opens a WebSocket. */
export function isWebSocket({ url, raw, response }: Pick<Entry, "url" | "raw" | "response">): boolean {
  return /^wss?:$/.test(url.protocol) || raw._webSocketMessages !== undefined ||
    /^websocket$/i.test(raw._resourceType ?? "") ||
    response.status === 101 && /^websocket$/i.test(headerOf(response.headers, "upgrade"));
}

function followRedirects(entry: Entry, entries: readonly Entry[], followed: ReadonlySet<Entry>) {
  const chain = [entry];
  while (true) {
    const last = chain.at(-1)!;
    const target = redirectTarget(last);
    if (target === null) return { chain, isManual: false };
    const isNext = (one: Entry) => isAfter(one, last) && !followed.has(one) && !chain.includes(one);
    const next = entries.find((one) => isNext(one) && sameUrl(one.url, target));
    if (next === undefined) return { chain, isManual: true };
    chain.push(next);
  }
}

function draftMessage({ type, data, opcode, time }: HarWebSocketMessage): DraftMessage[] {
  if ((type !== "send" && type !== "receive") || typeof data !== "string" || (opcode ?? 1) > 2) return [];
  return [{ kind: type, data, isBinary: opcode === 2, atMs: typeof time === "number" ? time * 1000 : NaN }];
}

/** Returns where a redirect leads, or `null` if the response is none. */
function redirectTarget({ url, response }: Entry): URL | null {
  if (![301, 302, 303, 307, 308].includes(response.status)) return null;
  const location = headerOf(response.headers, "location") || response.redirectURL || "";
  return location === "" ? null : URL.parse(location, url);
}

function isAfter(one: Entry, other: Entry): boolean {
  return one !== other &&
    (one.startMs > other.startMs || (!(one.startMs < other.startMs) && one.number > other.number));
}

function sameUrl(one: URL, other: URL): boolean {
  return one.origin === other.origin && one.pathname === other.pathname && one.search === other.search;
}
