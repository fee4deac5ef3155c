/**
 * Header lines: those that the program sends itself, and those that only say which browser it was, are left out.
 *
 * @module
 */

import type { HarPair, HarResponse } from "./har_format.ts";

/** Lines of the connection, of the cookie store and of the body's encoding, which the client makes itself. */
const CLIENTS = `connection content-length cookie cookie2 expect host http2-settings keep-alive proxy-authorization
  proxy-connection te trailer transfer-encoding upgrade`.split(/\s+/);
/** Lines about the browser, its cache and its tracing. */
const BROWSERS =
  `accept-charset accept-encoding accept-language alt-used cache-control device-memory dnt downlink dpr ect if-modified-since
  if-none-match if-range pragma priority purpose referer rtt save-data traceparent tracestate upgrade-insecure-requests
  user-agent viewport-width width x-client-data x-devtools-emulate-network-conditions-client-id x-moz`.split(/\s+/);
const DROPPED = new Set([...CLIENTS, ...BROWSERS]);

/** Returns the header lines that a script would set, with names in lower case. */
export function scriptHeaders(headers: readonly HarPair[] | undefined, method: string): [string, string][] {
  return (headers ?? []).flatMap(({ name, value }): [string, string][] => {
    const lower = typeof name === "string" ? name.toLowerCase() : "";
    const isToken = /^[\w!#$%&'*+.^`|~-]+$/.test(lower); // HTTP/2's pseudo headers begin with a colon
    if (!isToken || typeof value !== "string" || /[\r\n\0]/.test(value)) return [];
    if (DROPPED.has(lower) || lower.startsWith("sec-") || lower.startsWith("proxy-")) return [];
    if (lower === "origin" && /^(?:GET|HEAD)$/.test(method)) return [];
    if (lower === "accept" && /^\s*(?:\*\/\*|text\/html|image\/|text\/css)/.test(value)) return [];
    return [[lower, value.trim()]];
  });
}

/** Returns the value of a header line, or an empty string. */
export function headerOf(headers: readonly HarPair[] | undefined, name: string): string {
  return headers?.find((one) => one?.name?.toLowerCase() === name)?.value ?? "";
}

/** Returns whether a response is a stream of server-sent events. */
export function isEventStream({ content, headers }: HarResponse): boolean {
  return /^text\/event-stream/i.test(content?.mimeType || headerOf(headers, "content-type"));
}

/** Returns name and value of each cookie that a response sets; Chrome joins several lines by line ends. */
export function setCookies({ headers }: HarResponse): [name: string, value: string][] {
  const lines = (headers ?? []).filter((one) => one?.name?.toLowerCase() === "set-cookie");
  return lines.flatMap(({ value = "" }) => value.split("\n")).flatMap((line): [string, string][] => {
    const found = /^\s*([^=;\s]+)=([^;]*)/.exec(line);
    return found === null ? [] : [[found[1]!, found[2]!.trim()]];
  });
}
