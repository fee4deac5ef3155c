/**
 * Lines of JSON, as Caddy, Traefik, cloud load balancers and nginx with a `log_format` of JSON write them.
 *
 * @module
 */

import { clfTimeMs, isTarget, type LogEntry, readRequestLine } from "./log_lines.ts";

/** Keys in lower case; nested ones with dots. The first that is there counts. */
const KEYS = {
  start: ["startutc", "start_time", "startlocal"],
  end: ["ts", "time", "@timestamp", "timestamp", "time_iso8601", "time_local", "msec", "date", "datetime"],
  durationSeconds: ["duration", "request_time"],
  method: [
    "request.method",
    "method",
    "request_method",
    "requestmethod",
    "http_method",
    "http.request.method",
    "httprequest.requestmethod",
    "verb",
  ],
  target: [
    "request.uri",
    "request_uri",
    "uri",
    "requestpath",
    "target",
    "url.original",
    "httprequest.requesturl",
    "path",
    "request_path",
    "url.path",
    "url",
  ],
  query: ["args", "query_string", "query", "url.query"],
  request: ["request", "request_line", "requestline"],
  status: [
    "status",
    "status_code",
    "statuscode",
    "downstreamstatus",
    "http.response.status_code",
    "httprequest.status",
    "response.status",
    "response_code",
    "code",
  ],
} as const;

/** Numbers above this are milliseconds, below it seconds: the second of the year 5138, the millisecond of 1973. */
const MAX_SECONDS = 1e11;

/** Returns the request of a line, or `null` if it is not one. */
export function readJsonLine(line: string): LogEntry | null {
  if (!line.startsWith("{")) return null;
  const fields = new Map<string, unknown>();
  try {
    flatten(JSON.parse(line), "", fields);
  } catch {
    return null; // cut off, or not JSON
  }
  const request = requestOf(fields);
  if (request === null) return null;
  return { ...request, startMs: startMs(fields), status: Number(first(fields, KEYS.status) ?? 0) || 0 };
}

function flatten(value: unknown, prefix: string, into: Map<string, unknown>): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    into.set(prefix, value);
    return;
  }
  for (const [key, one] of Object.entries(value)) {
    flatten(one, `${prefix === "" ? "" : `${prefix}.`}${key.toLowerCase()}`, into);
  }
}

function first(fields: ReadonlyMap<string, unknown>, keys: readonly string[]): unknown {
  return keys.map((key) => fields.get(key)).find((value) => value !== undefined && value !== null && value !== "");
}

function requestOf(fields: ReadonlyMap<string, unknown>): Pick<LogEntry, "method" | "target"> | null {
  const [method, target] = [first(fields, KEYS.method), first(fields, KEYS.target)];
  if (typeof method === "string" && typeof target === "string" && isTarget(target)) {
    const query = first(fields, KEYS.query);
    const isAdded = typeof query === "string" && query !== "-" && !target.includes("?");
    return { method: method.toUpperCase(), target: isAdded ? `${target}?${query.replace(/^\?/, "")}` : target };
  }
  const line = first(fields, KEYS.request);
  return typeof line === "string" ? readRequestLine(line) : null;
}

/** A log line is written when the request has ended: what it took is subtracted. */
function startMs(fields: ReadonlyMap<string, unknown>): number | null {
  const start = timeMs(first(fields, KEYS.start));
  if (start !== null) return start;
  const end = timeMs(first(fields, KEYS.end));
  const seconds = Number(first(fields, KEYS.durationSeconds));
  // Others than Caddy and nginx may count in another unit: a day is never the duration of a request.
  return end === null || !(seconds >= 0 && seconds < 86_400) ? end : end - seconds * 1000;
}

function timeMs(value: unknown): number | null {
  const number = typeof value === "string" && /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof number === "number") return number > MAX_SECONDS ? number : number * 1000;
  if (typeof number !== "string") return null;
  const ms = clfTimeMs(number) ?? Date.parse(number);
  return Number.isNaN(ms) ? null : ms;
}
