/**
 * The request that follows a redirect.
 *
 * @module
 */

import { withoutHeaders } from "../../headers.ts";
import type { RequestPolicy } from "../request_options.ts";
import { type ResponseHead, TransportError, type WireRequest } from "../../transport.ts";

/** Headers that describe the body and are dropped with it. */
const BODY_HEADERS = [
  "content-type",
  "content-length",
  "content-encoding",
  "content-language",
  "transfer-encoding",
  "expect",
];

/** Returns whether a response is a redirect that a client may follow. */
export function isRedirect(response: ResponseHead): boolean {
  const { status } = response;
  return (status === 301 || status === 302 || status === 303 || status === 307 || status === 308) &&
    response.header("location") !== null;
}

/**
 * Returns the request that a redirect leads to, if one more may be followed.
 *
 * @param followed Redirects followed so far
 * @throws {TransportError} as {@linkcode redirectedRequest}, and if the policy allows none, or no more
 */
export function followedRequest(
  request: WireRequest,
  response: ResponseHead,
  { redirect, maxRedirects }: RequestPolicy,
  followed: number,
): WireRequest {
  if (redirect === "error") throw new TransportError("protocol", `unexpected redirect (${response.status})`);
  if (followed >= maxRedirects) throw new TransportError("limit", `too many redirects (${maxRedirects})`);
  return redirectedRequest(request, response);
}

/**
 * Returns the request that a redirect leads to, by section 4.4 of the Fetch standard (HTTP-redirect fetch): 303 turns it
 * into a GET, as do 301 and 302 for a POST; body and body headers are dropped with the method; `authorization`, `cookie`
 * and `host` are not sent to another origin.
 *
 * @param request The redirected request, without the user's cookies, which are chosen again for the next URL
 * @throws {TransportError} if the location is not an `http:` or `https:` URL, or the body was a stream
 */
export function redirectedRequest(request: WireRequest, response: ResponseHead): WireRequest {
  const { status } = response;
  const url = URL.parse(escaped(response.header("location") ?? ""), request.url);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new TransportError("protocol", "redirect to an invalid location");
  }
  url.hash = "";
  const becomesGet = (status === 303 && request.method !== "GET" && request.method !== "HEAD") ||
    ((status === 301 || status === 302) && request.method === "POST");
  if (!becomesGet && request.body instanceof ReadableStream) {
    throw new TransportError("unsupported", "redirect of a request whose body was a stream");
  }
  const dropped: string[] = [];
  if (becomesGet) dropped.push(...BODY_HEADERS);
  if (url.origin !== request.url.origin) dropped.push("cookie", "host", "authorization", "proxy-authorization");
  return {
    method: becomesGet ? "GET" : request.method,
    url,
    headers: withoutHeaders(request.headers, dropped),
    body: becomesGet ? null : request.body,
    transportCache: undefined,
  };
}

/** Returns a location with non-ASCII bytes percent-encoded; each character stands for one byte, usually of UTF-8. */
function escaped(location: string): string {
  return location.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);
}
