/**
 * What a redirect asks for next.
 *
 * @module
 */

import { withoutHeaders } from "../headers.ts";
import { TransportError, type WireRequest, type WireResponse } from "../transport.ts";

/** Headers that speak of the body, and go with it. */
const BODY_HEADERS = [
  "content-type",
  "content-length",
  "content-encoding",
  "content-language",
  "transfer-encoding",
  "expect",
];

/** Returns whether an answer is a redirect that a client may follow. */
export function isRedirect(response: WireResponse): boolean {
  const { status } = response;
  return (status === 301 || status === 302 || status === 303 || status === 307 || status === 308) &&
    response.header("location") !== null;
}

/**
 * Returns the request that a redirect asks for, by the rules of the Fetch standard, section 4.4 (HTTP-redirect fetch):
 * 303 makes it a GET, 301 and 302 do so for a POST; the body and its headers go with the method; `authorization`,
 * `cookie` and `host` do not leave their origin.
 *
 * @param request The request that was redirected, without the cookies of the user's jar, which fit the next URL anew
 * @throws {TransportError} if the location is no `http:` or `https:` URL, or the body was a stream and is gone
 */
export function redirectedRequest(request: WireRequest, response: WireResponse): WireRequest {
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

/** Returns a location with what is not ASCII in it percent-encoded: a character stands for a byte, mostly of UTF-8. */
function escaped(location: string): string {
  return location.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);
}
