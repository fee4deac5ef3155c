/**
 * Encodes the bodies that users give.
 *
 * @module
 */

import type { RequestOptions } from "./request_options.ts";
import { toSearchParams } from "./target.ts";

/** An encoded body, and its content type unless the user sets another. */
export interface EncodedBody {
  readonly body: Uint8Array | ReadableStream<Uint8Array> | null;
  readonly contentType: string | null;
}

const NO_BODY: EncodedBody = { body: null, contentType: null };
const encoder = new TextEncoder();

/**
 * Encodes the body of a request. Only `FormData` and `Blob` need a promise: their bytes are read first, so that the length
 * is known and the body can be sent again after a redirect. A stream remains a stream and is sent chunked.
 *
 * @throws {TypeError} if more than one of `body`, `json` and `form` is given, or the value cannot be encoded
 */
export function encodeBody(options: RequestOptions): EncodedBody | Promise<EncodedBody> {
  const { body, json, form } = options;
  const isGiven = [body !== undefined && body !== null, json !== undefined, form !== undefined];
  if (isGiven.filter(Boolean).length > 1) {
    throw new TypeError("Cannot send the request: more than one of body, json and form is given, expected one");
  }
  if (json !== undefined) return encodeJson(json);
  if (form !== undefined) return form instanceof FormData ? readAll(form) : encodeForm(toSearchParams(form));
  if (body === undefined || body === null) return NO_BODY;
  if (typeof body === "string") return { body: encoder.encode(body), contentType: "text/plain;charset=UTF-8" };
  if (body instanceof Uint8Array) return { body, contentType: null };
  if (body instanceof URLSearchParams) return encodeForm(body);
  if (body instanceof ReadableStream) return { body, contentType: null };
  if (body instanceof ArrayBuffer) return { body: new Uint8Array(body), contentType: null };
  if (ArrayBuffer.isView(body)) {
    return { body: new Uint8Array(body.buffer, body.byteOffset, body.byteLength), contentType: null };
  }
  return readAll(body as Blob | FormData);
}

function encodeJson(value: unknown): EncodedBody {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`Cannot send json: a ${typeof value} has no JSON form`);
  return { body: encoder.encode(text), contentType: "application/json" };
}

function encodeForm(params: URLSearchParams): EncodedBody {
  return { body: encoder.encode(params.toString()), contentType: "application/x-www-form-urlencoded;charset=UTF-8" };
}

async function readAll(body: Blob | FormData): Promise<EncodedBody> {
  const response = new Response(body);
  return { body: await response.bytes(), contentType: response.headers.get("content-type") };
}
