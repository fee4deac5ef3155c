/**
 * Reads the structure of a HAR file, entry by entry: a broken one does not spoil the others.
 *
 * @module
 */

import { ScriptError } from "../../core/errors.ts";
import type { ImportSource } from "../model.ts";
import { requireJson } from "../source_json.ts";
import type {
  Entry,
  HarFile,
  HarPage,
  HarPair,
  HarRequest,
  HarResponse,
  HarWebSocketMessage,
  ProducerFields,
} from "./har_format.ts";

/**
 * Reads a file.
 *
 * @throws {ScriptError} if it has no entries that can be read
 */
export function readHarFile(source: ImportSource): HarFile {
  const log = objectOf(objectOf(requireJson(source))?.log);
  const entries = log?.entries;
  if (!Array.isArray(entries)) {
    throw new ScriptError(`Cannot import "${source.name}": no list at log.entries, expected a HAR file`);
  }
  const read = entries.map(readEntry);
  const good = read.filter((one): one is Entry => "url" in one);
  const broken = read.filter((one): one is Broken => "reason" in one);
  if (good.length === 0) {
    const reason = broken.length === 0
      ? "log.entries is empty"
      : `${entries.length === 1 ? "" : `none of the ${entries.length} entries can be read; `}entry ${
        broken[0]!.number
      }: ${broken[0]!.reason}`;
    throw new ScriptError(`Cannot import "${source.name}": ${reason}, expected recorded requests`);
  }
  const creator = objectOf(log!.creator);
  return {
    pages: listOf(log!.pages).map((page): HarPage => strings(page, ["id", "title"])),
    entries: sorted(good),
    creator: [creator?.name, creator?.version].filter((part) => typeof part === "string" && part !== "").join(" "),
    broken,
  };
}

interface Broken {
  readonly number: number;
  readonly reason: string;
}

function readEntry(value: unknown, index: number): Entry | Broken {
  const number = index + 1;
  const entry = objectOf(value);
  const [request, response] = [objectOf(entry?.request), objectOf(entry?.response)];
  if (entry === null) return { number, reason: "not an object" };
  if (request === null) return { number, reason: "it has no request" };
  if (response === null) return { number, reason: "it has no response" };
  if (typeof request.method !== "string" || !/^[\w!#$%&'*+.^`|~-]+$/.test(request.method)) {
    return { number, reason: "request.method is not an HTTP method" };
  }
  const url = typeof request.url === "string" ? URL.parse(request.url) : null;
  if (url === null) return { number, reason: "request.url is not a URL" };
  const startMs = Date.parse(String(entry.startedDateTime));
  const tookMs = typeof entry.time === "number" && entry.time > 0 ? entry.time : 0;
  return {
    number,
    pageId: stringOf(entry.pageref),
    url,
    request: requestOf(request),
    response: responseOf(response),
    startMs,
    endMs: startMs + tookMs,
    raw: rawOf(entry),
  };
}

/** Takes what has the right type; what has not counts as missing. */
function requestOf({ method, url, headers, postData }: Loose): HarRequest {
  const post = objectOf(postData);
  return {
    method,
    url,
    headers: pairsOf(headers),
    ...(post === null ? {} : {
      postData: {
        ...strings(post, ["mimeType", "text", "encoding"]),
        params: listOf(post.params).map((one) => strings(one, ["name", "value", "fileName", "contentType"])),
      },
    }),
  };
}

function responseOf({ status, headers, redirectURL, content, _error }: Loose): HarResponse {
  return {
    status: typeof status === "number" ? status : 0,
    headers: pairsOf(headers),
    content: strings(objectOf(content) ?? {}, ["mimeType", "text", "encoding"]),
    ...(typeof redirectURL === "string" ? { redirectURL } : {}),
    ...(typeof _error === "string" ? { _error } : {}),
  };
}

/** Returns the fields that only some producers write. */
function rawOf(entry: Loose): ProducerFields {
  const { _fromCache, _isFromCache, _fetchType, _webSocketMessages } = entry;
  return {
    ...strings(entry, ["_resourceType"]),
    isFromCache: _isFromCache === true || Boolean(_fromCache) || /cache/i.test(String(_fetchType ?? "")),
    ...(Array.isArray(_webSocketMessages) ? { _webSocketMessages: listOf(_webSocketMessages).map(messageOf) } : {}),
  };
}

function messageOf({ type, opcode, time, data }: Loose): HarWebSocketMessage {
  return {
    type: String(type),
    ...(typeof opcode === "number" ? { opcode } : {}),
    ...(typeof time === "number" ? { time } : {}),
    ...(typeof data === "string" ? { data } : {}),
  };
}

function pairsOf(headers: unknown): HarPair[] {
  return listOf(headers).map((one) => strings(one, ["name", "value"]));
}

/** Returns the fields that are strings. */
function strings<K extends string>(from: Loose, keys: readonly K[]): Partial<Record<K, string>> {
  return Object.fromEntries(
    keys.filter((key) => typeof from[key] === "string").map((key) => [key, from[key]]),
  ) as Partial<Record<K, string>>;
}

function stringOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Returns the objects of a list. */
function listOf(value: unknown): Loose[] {
  return Array.isArray(value) ? value.map(objectOf).filter((one) => one !== null) : [];
}

/** Sorts entries by start; some producers sort by the end. Without all the times, the file's order stays. */
function sorted(entries: readonly Entry[]): readonly Entry[] {
  if (entries.some(({ startMs }) => Number.isNaN(startMs))) return entries;
  return entries.toSorted((a, b) => a.startMs - b.startMs || a.number - b.number);
}

// deno-lint-ignore no-explicit-any
type Loose = Record<string, any>;

function objectOf(value: unknown): Loose | null {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value : null;
}
