/**
 * The head of a request as it was sent.
 *
 * @module
 */

import type { WireRequest } from "../transport.ts";
import { RequestPlan } from "./h1/request_plan.ts";
import { RequestPlan as StreamPlan } from "./h2/request_plan.ts";

/**
 * Returns the lines of the head of a request that a socket transport has sent: the request line of HTTP/1.1, or the
 * pseudo-headers of HTTP/2, and the header lines. Of another transport, what it was given.
 */
export function sentHead({ method, url, headers, transportCache }: WireRequest): string[] {
  const text = ([name, value]: readonly [string, string]) => `${name}: ${value}`;
  if (transportCache instanceof StreamPlan) return transportCache.lines.map(text);
  if (transportCache instanceof RequestPlan) {
    const sent = transportCache.payload.text;
    return sent.slice(0, sent.indexOf("\r\n\r\n")).split("\r\n");
  }
  return [`${method} ${url.pathname}${url.search}`, `host: ${url.host}`, ...headers.map(text)];
}
