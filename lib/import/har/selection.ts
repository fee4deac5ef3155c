/**
 * Which entries become requests, and why the others do not.
 *
 * @module
 */

import { getPublicSuffix } from "tough-cookie";
import type { Ignored, ImportOptions } from "../model.ts";
import { isWebSocket } from "./draft.ts";
import type { Entry, HarResponse } from "./har_format.ts";
import { headerOf, isEventStream } from "./headers.ts";

/** The chosen entries. */
export interface Selection {
  readonly entries: readonly Entry[];
  /** Number of entries left out, by reason. */
  readonly leftOut: ReadonlyMap<string, number>;
}

const STATIC_TYPES = /^(?:image|stylesheet|script|font|media|manifest|texttrack|imageset|css|js)$/i;
const STATIC_MIME =
  /^(?:image\/|font\/|audio\/|video\/|text\/css|(?:application|text)\/(?:x-)?javascript|text\/ecmascript|application\/(?:font|x-font|wasm|vnd\.ms-fontobject))/i;
const STATIC_PATH = /\.(?:avif|bmp|css|cur|eot|gif|ico|jpe?g|js|map|mjs|mp[34]|otf|png|svg|ttf|wasm|web[mp]|woff2?)$/i;

/** Returns whether a path, without its query, is that of a static file. */
export function isStaticPath(path: string): boolean {
  return STATIC_PATH.test(path);
}

/**
 * Chooses entries. A glob of `include` takes what it matches, static files and other hosts among them.
 *
 * @param options Globs on whole URLs
 */
export function selectEntries(entries: readonly Entry[], options: ImportOptions): Selection {
  const include = options.include?.map(globPattern) ?? [];
  const exclude = options.exclude?.map(globPattern) ?? [];
  const site = siteOf(entries);
  const leftOut = new Map<string, number>();
  const chosen = entries.filter((entry) => {
    const reason = unusable(entry) ?? ignored(entry, options.ignore) ?? unwanted(entry, include, exclude, site);
    if (reason !== null) leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
    return reason === null;
  });
  return { entries: chosen, leftOut };
}

/** Returns why no request was sent or answered, or `null`. */
function unusable({ url, request, response, raw }: Entry): string | null {
  if (!/^(?:https?|wss?):$/.test(url.protocol)) return "neither HTTP nor WebSocket";
  if (request.method === "CONNECT") return "tunnels of a proxy";
  if (request.method === "OPTIONS" && headerOf(request.headers, "access-control-request-method") !== "") {
    return "preflights of the browser";
  }
  if (raw.isFromCache) return "answered from the browser's cache";
  if (isWebSocket({ url, raw, response }) || isOpenStream(response)) return null;
  return response.status <= 0 || response._error ? "aborted or unanswered" : null;
}

/** Event streams have no end of their own: the page closes them, which counts as aborted. */
function isOpenStream(response: HarResponse): boolean {
  return response.status === 200 && isEventStream(response);
}

function ignored({ url, request }: Entry, ignore: Ignored | undefined): string | null {
  if (ignore?.urls.some((prefix) => url.href.startsWith(prefix))) return "requests to ignored URLs";
  return ignore?.methods.includes(request.method.toUpperCase()) ? "requests with ignored methods" : null;
}

function unwanted(
  entry: Entry,
  include: readonly RegExp[],
  exclude: readonly RegExp[],
  site: string | null,
): string | null {
  const url = entry.url.href;
  if (exclude.some((pattern) => pattern.test(url))) return "matched by --exclude";
  if (include.length > 0) return include.some((pattern) => pattern.test(url)) ? null : "not matched by --include";
  if (isStatic(entry)) return "static files";
  return site === null || siteOfHost(entry.url.hostname) === site ? null : "requests to other hosts";
}

/** Returns whether an entry is a style, a script, an image, a font or the like. */
function isStatic({ url, request, response, raw }: Entry): boolean {
  if (request.method !== "GET" || isWebSocket({ url, raw, response })) return false;
  const type = raw._resourceType ?? "";
  if (STATIC_TYPES.test(type)) return true;
  if (/^(?:document|xhr|fetch|eventsource|websocket)$/i.test(type)) return false;
  if (url.pathname === "/favicon.ico") return true;
  const mime = response.content?.mimeType || headerOf(response.headers, "content-type");
  return STATIC_MIME.test(mime) || (STATIC_PATH.test(url.pathname) && !/html|json/.test(mime));
}

/** Returns the site of the first document, else of the first request. */
function siteOf(entries: readonly Entry[]): string | null {
  const usable = entries.filter((entry) => unusable(entry) === null);
  const isDocument = ({ request, response }: Entry) =>
    request.method === "GET" && response.status >= 200 && response.status < 300 &&
    /html/.test(response.content?.mimeType ?? headerOf(response.headers, "content-type"));
  const first = usable.find(isDocument) ?? usable.find((entry) => !isStatic(entry)) ?? usable[0];
  return first === undefined ? null : siteOfHost(first.url.hostname);
}

/** Returns the domain that a host belongs to: `example.co.uk` for `www.example.co.uk`; others as they are. */
function siteOfHost(host: string): string {
  if (/^[\d.]+$|:/.test(host)) return host;
  return getPublicSuffix(host, { ignoreError: true }) ?? host;
}

/** Returns the pattern of a glob, in which `*` stands for any characters and `?` for one. */
function globPattern(glob: string): RegExp {
  const source = [...glob].map((char) => char === "*" ? ".*" : char === "?" ? "." : RegExp.escape(char)).join("");
  return new RegExp(`^${source}$`, "s");
}
