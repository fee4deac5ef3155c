/**
 * Prepares requests with options for sending.
 *
 * @module
 */

import { hasHeader, type HeaderLines, mergeHeaders } from "../../headers.ts";
import type { EncodedBody } from "../request_body.ts";
import type { RequestOptions } from "../request_options.ts";
import { type Target, withQuery } from "../target.ts";
import type { WireRequest } from "../../transport.ts";

/**
 * Returns a request without cookies.
 *
 * @param defaults Header lines of every request of the class
 * @throws {TypeError} if a header's name or value is not allowed
 */
export function wireRequest(
  method: string,
  target: Target,
  options: RequestOptions,
  encoded: EncodedBody,
  defaults: HeaderLines,
): WireRequest {
  let headers = mergeHeaders(defaults, options.headers);
  if (encoded.contentType !== null && !hasHeader(headers, "content-type")) {
    headers = [...headers, ["content-type", encoded.contentType]];
  }
  const url = options.query === undefined ? target.url : withQuery(target.url, options.query);
  return { method, url, headers, body: encoded.body, transportCache: undefined };
}
