/**
 * Lines of the common and combined log format.
 *
 * @module
 */

/** One request of a log. */
export interface LogEntry {
  /** When it began, in milliseconds since 1970; `null` if the log does not say. */
  readonly startMs: number | null;
  /** In capitals. */
  readonly method: string;
  /** Path and query, or a URL. */
  readonly target: string;
  /** 0 if the log does not say. */
  readonly status: number;
}

/**
 * Common, combined, and those with more fields before or after: what is looked for is the time in brackets, followed by the
 * request in quotes and the status. See Apache's mod_log_config and nginx's `combined`.
 */
const LINE = /\[(\d{2}\/\w{3}\/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4})\]\s+"((?:[^"\\]|\\.)*)"\s+(\d{3})\b/;
const REQUEST = /^([A-Z][A-Z_-]*) (\S+)(?: HTTP\/\d(?:\.\d)?)?$/;
const TIME = /^(\d{2})\/(\w{3})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{2})(\d{2})$/;
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** Returns the request of a line, or `null` if it is not one. */
export function readLogLine(line: string): LogEntry | null {
  const [, time = "", request = "", status = ""] = LINE.exec(line) ?? [];
  const entry = readRequestLine(request);
  return entry === null ? null : { ...entry, startMs: clfTimeMs(time), status: Number(status) };
}

/** Returns method and target of `GET /path HTTP/1.1`, or `null` if it is not a request for a path. */
export function readRequestLine(request: string): Pick<LogEntry, "method" | "target"> | null {
  const [, method, target] = REQUEST.exec(request) ?? [];
  return method === undefined || target === undefined || !isTarget(target) ? null : { method, target };
}

/** Returns whether something can be requested: a path or a URL. */
export function isTarget(target: string): boolean {
  return target.startsWith("/") || /^https?:\/\/[^/]/i.test(target);
}

/** Returns the time of `10/Oct/2000:13:55:36 -0700`, or `null`. */
export function clfTimeMs(text: string): number | null {
  const [, day, name, year, time, hours, minutes] = TIME.exec(text) ?? [];
  const month = MONTHS.indexOf(name ?? "") + 1;
  if (month === 0) return null;
  const ms = Date.parse(`${year}-${String(month).padStart(2, "0")}-${day}T${time}${hours}:${minutes}`);
  return Number.isNaN(ms) ? null : ms;
}
