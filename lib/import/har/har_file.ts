/**
 * Reads the structure of a HAR file, entry by entry: a broken one does not spoil the others.
 *
 * @module
 */

import { ScriptError } from "../../core/errors.ts";
import type { ImportSource } from "../model.ts";
import { requireJson } from "../source_json.ts";
import type { Entry, HarEntry, HarFile, HarPage } from "./har_format.ts";

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
      : `none of the ${entries.length} entries can be read; entry ${broken[0]!.number}: ${broken[0]!.reason}`;
    throw new ScriptError(`Cannot import "${source.name}": ${reason}, expected recorded requests`);
  }
  const creator = objectOf(log!.creator);
  return {
    pages: Array.isArray(log!.pages) ? log!.pages.filter((page) => objectOf(page) !== null) as HarPage[] : [],
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
  const [entry, request, response] = [
    objectOf(value),
    objectOf(objectOf(value)?.request),
    objectOf(objectOf(value)?.response),
  ];
  if (entry === null) return { number, reason: "not an object" };
  if (request === null) return { number, reason: "it has no request" };
  if (response === null) return { number, reason: "it has no response" };
  if (typeof request.method !== "string" || !/^[\w!#$%&'*+.^`|~-]+$/.test(request.method)) {
    return { number, reason: "request.method is not an HTTP method" };
  }
  const url = typeof request.url === "string" ? URL.parse(request.url) : null;
  if (url === null) return { number, reason: "request.url is not a URL" };
  const raw = entry as unknown as HarEntry;
  const startMs = Date.parse(String(raw.startedDateTime));
  const tookMs = typeof raw.time === "number" && raw.time > 0 ? raw.time : 0;
  return {
    number,
    pageId: typeof raw.pageref === "string" ? raw.pageref : undefined,
    url,
    request: raw.request,
    response: typeof raw.response.status === "number" ? raw.response : { ...raw.response, status: 0 },
    startMs,
    endMs: startMs + tookMs,
    raw,
  };
}

/** Sorts entries by start; some producers sort by the end. Without all the times, the file's order stays. */
function sorted(entries: readonly Entry[]): readonly Entry[] {
  if (entries.some(({ startMs }) => Number.isNaN(startMs))) return entries;
  return entries.toSorted((a, b) => a.startMs - b.startMs || a.number - b.number);
}

// deno-lint-ignore no-explicit-any
function objectOf(value: unknown): Record<string, any> | null {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value : null;
}
