/**
 * Requests on their way from a HAR file to the model. Redirects that the browser followed belong to the request that
 * they answered.
 *
 * @module
 */

import type { Extraction } from "../model.ts";
import type { Entry } from "./har_format.ts";
import { headerOf, scriptHeaders } from "./headers.ts";
import { type DraftBody, readBody } from "./request_body.ts";

/** A request; its strings may get marks, see `markers.ts`. */
export interface Draft {
  readonly entry: Entry;
  /** The exchange whose response the client returns: the last of the redirects, or `entry`. */
  readonly last: Entry;
  /** Whether the response is a redirect that is not followed. */
  readonly isManual: boolean;
  /** Path of the URL, as sent. */
  path: string;
  /** Query of the URL without the question mark. */
  query: string;
  headers: [string, string][];
  body: DraftBody | null;
  /** What later requests need of the response. */
  readonly extract: Extraction[];
}

/** Returns a draft for each entry that the client must request. */
export function makeDrafts(entries: readonly Entry[]): Draft[] {
  const followed = new Set<Entry>();
  return entries.flatMap((entry): Draft[] => {
    if (followed.has(entry)) return [];
    let last = entry;
    let target = redirectTarget(last);
    while (target !== null) {
      const next = entries.find((one) => isAfter(one, last) && !followed.has(one) && sameUrl(one.url, target!));
      if (next === undefined) break;
      followed.add(next);
      last = next;
      target = redirectTarget(last);
    }
    return [{
      entry,
      last,
      isManual: target !== null,
      path: entry.url.pathname,
      query: entry.url.search.slice(1),
      headers: scriptHeaders(entry.request.headers, entry.request.method),
      body: readBody(entry.request),
      extract: [],
    }];
  });
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
